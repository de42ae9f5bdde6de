/* SPDX-License-Identifier: BSD-2-Clause */
/* Two Linuxes of equal standing with a cable between them; each has a disk in memory. */
#include "vm.h"

#define LEFT 0
#define RIGHT 1
#define RAM_SIZE (44U * MIB)

#define LINUX(its_name, number)                                                           \
    {                                                                                     \
        .name = its_name, .vm = true,                                                     \
        .threads = (const struct system_thread[]){{VM_THREAD(100)}, {0}},                 \
        .caps = (const struct system_cap[]){VM_CAPS(number), {0}},                        \
        .regions = (const struct system_region[]){VM_REGIONS(its_name, RAM_SIZE), {0}},   \
        .guest = &(const struct system_guest){                                            \
            .ram = "ram",                                                                 \
            .kernel = "kernel",                                                           \
            .initrd = "initrd",                                                           \
            .tree = its_name "-tree",                                                     \
            .command_line = "console=ttyAMA0 cma=0 panic=-1",                             \
            .reset = true,                                                                \
            .restarts = 3,                                                                \
            .restart_ms = 100,                                                            \
            .devices =                                                                    \
                (const struct system_guest_device[]){                                     \
                    {.kind = GUEST_UART},                                                 \
                    {.kind = GUEST_VIRTIO_CONSOLE},                                       \
                    {.kind = GUEST_VIRTIO_NET, .cable = "cable"},                         \
                    {.kind = GUEST_VIRTIO_BLOCK, .region = its_name "-disk"},             \
                    {0},                                                                  \
                },                                                                        \
        },                                                                                \
    }

#define DISK(its_name, number)                                                            \
    {                                                                                     \
        .name = its_name "-disk", .at = {0x30000000U + (number) * MIB}, .size = 1U * MIB, \
        .access = RW                                                                      \
    }

static const struct system_cell cells[] = {
    LINUX("left", LEFT),
    LINUX("right", RIGHT),
    {
        VMM_CELL,
        .caps = (const struct system_cap[]){VMM_CAPS, VMM_UART_CAPS, VMM_VM_CAPS(LEFT, "left"),
                                            VMM_VM_CAPS(RIGHT, "right"), {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_UART_REGION, VMM_VM_REGIONS(LEFT, "left", RAM_SIZE),
            VMM_VM_REGIONS(RIGHT, "right", RAM_SIZE), VMM_LINUX_REGIONS, DISK("left", LEFT),
            DISK("right", RIGHT), {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "two-linux",
    .notifications = (const struct system_notification[]){{.name = "events"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
};
