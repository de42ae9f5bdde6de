/* SPDX-License-Identifier: BSD-2-Clause */
/* Unmodified Linux in a VM, and the VMM that serves it: to a shell on the console. */
#include "vm.h"

#define LINUX 0
#define RAM_SIZE (48U * MIB)

static const struct system_cell cells[] = {
    {
        .name = "linux",
        .vm = true,
        .threads = (const struct system_thread[]){{VM_THREAD(100)}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(LINUX), {0}},
        .regions = (const struct system_region[]){VM_REGIONS("linux", RAM_SIZE), {0}},
        .guest = &(const struct system_guest){
            .ram = "ram",
            .kernel = "kernel",
            .initrd = "initrd",
            .tree = "linux-tree",
            .command_line = "console=ttyAMA0 cma=0 panic=-1",
            .reset = true,
            .restarts = 3,
            .restart_ms = 100,
            .devices = (const struct system_guest_device[]){
                {.kind = GUEST_UART}, {.kind = GUEST_VIRTIO_CONSOLE}, {0}},
        },
    },
    {
        VMM_CELL,
        .caps = (const struct system_cap[]){VMM_CAPS, VMM_UART_CAPS, VMM_VM_CAPS(LINUX, "linux"),
                                            {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_UART_REGION, VMM_VM_REGIONS(LINUX, "linux", RAM_SIZE),
            VMM_LINUX_REGIONS, {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "linux",
    .notifications = (const struct system_notification[]){{.name = "events"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
    .fixed = true,
};
