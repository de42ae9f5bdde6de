/* SPDX-License-Identifier: BSD-2-Clause */
/* Two Linuxes of equal standing with a cable between them; each has a disk in memory, and a
 * channel each way to a native cell. */
#include "vm.h"

#include "echo.h"

#define LEFT 0
#define RIGHT 1
#define RAM_SIZE (44U * MIB)

/* In the Linux and in cell "echo". */
#define ECHO_PAGE(its_name, its_address)                                                  \
    {                                                                                     \
        .name = its_name "-page", .at = {its_address}, .size = 4 * KIB, .access = RW,     \
        .shared = its_name "-page"                                                        \
    }

#define LINUX(its_name, number)                                                           \
    {                                                                                     \
        .name = its_name, .vm = true,                                                     \
        .threads = (const struct system_thread[]){{VM_THREAD(100)}, {0}},                 \
        .caps =                                                                           \
            (const struct system_cap[]){                                                  \
                VM_CAPS(number),                                                          \
                {.slot = ECHO_VM_SLOT, .notification = its_name "-said",                  \
                 .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1},                             \
                {0},                                                                      \
            },                                                                            \
        .regions =                                                                        \
            (const struct system_region[]){                                               \
                VM_REGIONS(its_name, RAM_SIZE), ECHO_PAGE(its_name, ECHO_GUEST_AT), {0}}, \
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
                    {.kind = GUEST_SIGNAL, .notification = its_name "-hears",             \
                     .line = ECHO_LINE, .region = its_name "-page",                       \
                     .answer = its_name "-said"},                                         \
                    {0},                                                                  \
                },                                                                        \
        },                                                                                \
    }

#define DISK(its_name, number)                                                            \
    {                                                                                     \
        .name = its_name "-disk", .at = {0x30000000U + (number) * MIB}, .size = 1U * MIB, \
        .access = RW                                                                      \
    }

/* Of cell "echo". */
#define ECHO_THREAD(its_name, number)                                                     \
    {                                                                                     \
        .name = its_name, .priority = 120, .budget_us = 1000, .period_us = 10000,         \
        .argument = (number)                                                              \
    }
#define ECHO_CAPS(its_name, number)                                                       \
    {.slot = ECHO_SLOT_SIGNAL(number), .notification = its_name "-hears",                 \
     .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1},                                         \
    {.slot = ECHO_SLOT_WAIT(number), .notification = its_name "-said",                    \
     .rights = THIMBLE_RIGHT_WAIT}

/* Of the VMM: it binds the line of a Linux to what that hears. */
#define VMM_HEARS(its_name, number)                                                       \
    {                                                                                     \
        .slot = VMM_SLOT_OTHER + (number), .notification = its_name "-hears",             \
        .rights = THIMBLE_RIGHT_WAIT                                                      \
    }

static const struct system_cell cells[] = {
    {
        .name = "echo",
        .program = "echo",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){
            ECHO_THREAD("left", LEFT), ECHO_THREAD("right", RIGHT), {0}},
        .caps = (const struct system_cap[]){
            ECHO_CAPS("left", LEFT), ECHO_CAPS("right", RIGHT), {0}},
        .regions = (const struct system_region[]){
            ECHO_PAGE("left", ECHO_AT(LEFT)), ECHO_PAGE("right", ECHO_AT(RIGHT)), {0}},
    },
    LINUX("left", LEFT),
    LINUX("right", RIGHT),
    {
        VMM_CELL,
        .caps = (const struct system_cap[]){VMM_CAPS, VMM_UART_CAPS, VMM_VM_CAPS(LEFT, "left"),
                                            VMM_VM_CAPS(RIGHT, "right"),
                                            VMM_HEARS("left", LEFT), VMM_HEARS("right", RIGHT),
                                            {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_UART_REGION, VMM_VM_REGIONS(LEFT, "left", RAM_SIZE),
            VMM_VM_REGIONS(RIGHT, "right", RAM_SIZE), VMM_LINUX_REGIONS, DISK("left", LEFT),
            DISK("right", RIGHT), {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "two-linux",
    .notifications = (const struct system_notification[]){
        {.name = "events"}, {.name = "left-hears"}, {.name = "left-said"},
        {.name = "right-hears"}, {.name = "right-said"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
    .fixed = true,
};
