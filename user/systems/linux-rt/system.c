/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unmodified Linux beside a hard real-time cell: a control loop at 1 kHz above all, its
 * reporter, a UART driver that both sides use, and Linux with its VMM, who have what is
 * left. Whatever Linux does, no deadline is missed.
 */
#include "vm.h"

#include "rt.h"

#define LINUX 0
#define RAM_SIZE (48U * MIB)
/* In the guest: all spaces of the system are below 512 MiB, so that their tables are small. */
#define RAM_AT 0x10000000U
#define VMM_SLOT_LINE 5 /* in place of the UART's interrupt */

static const struct system_cell cells[] = {
    {
        .name = "control",
        .program = "control",
        .memory = 32 * KIB,
        .stats = true,
        .threads = (const struct system_thread[]){
            {.name = "loop", .priority = 200, .budget_us = CONTROL_BUDGET_US,
             .period_us = CONTROL_PERIOD_US, .deadline_us = CONTROL_PERIOD_US},
            {.name = "reporter", .priority = 160, .budget_us = 200, .period_us = 10000,
             .argument = CONTROL_REPORTER},
            {0},
        },
        .caps = (const struct system_cap[]){
            {.slot = CONTROL_SLOT_TICK, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT},
            {.slot = CONTROL_SLOT_SAY, .notification = "report", .rights = THIMBLE_RIGHT_SIGNAL,
             .badge = CONTROL_EVENT_SECOND},
            {.slot = CONTROL_SLOT_EVENTS, .notification = "report", .rights = THIMBLE_RIGHT_WAIT},
            {.slot = CONTROL_SLOT_LINE, .thread = "line.service", .rights = THIMBLE_RIGHT_CALL,
             .badge = LINE_CONTROL},
            {0},
        },
    },
    {
        .name = "line",
        .program = "line",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "service", .passive = true, .level = 0, .service_us = 20},
            {.name = "irq", .priority = 170, .budget_us = 200, .period_us = 1000,
             .argument = LINE_WATCH},
            {0},
        },
        .caps = (const struct system_cap[]){
            {.slot = LINE_SLOT_IRQ, .irq = "uart", .rights = THIMBLE_RIGHT_HANDLE},
            {.slot = LINE_SLOT_INTERRUPT, .notification = "uart",
             .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, .badge = 1},
            {.slot = LINE_SLOT_SERVICE, .thread = "line.service", .rights = THIMBLE_RIGHT_CALL,
             .badge = LINE_SELF},
            {.slot = LINE_SLOT_VMM, .notification = "events", .rights = THIMBLE_RIGHT_SIGNAL,
             .badge = VMM_EVENT_CONSOLE},
            {.slot = LINE_SLOT_CONTROL, .notification = "report", .rights = THIMBLE_RIGHT_SIGNAL,
             .badge = CONTROL_EVENT_LINE},
            {0},
        },
        .regions = (const struct system_region[]){
            {.name = "uart", .at = {LINE_UART_AT}, .access = RW, .memory = MEMORY_DEVICE,
             .device = "uart0"},
            {0},
        },
    },
    {
        .name = "linux",
        .vm = true,
        .threads = (const struct system_thread[]){{VM_THREAD(100)}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(LINUX), {0}},
        .regions = (const struct system_region[]){VM_REGIONS_AT("linux", RAM_SIZE, RAM_AT), {0}},
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
        .caps = (const struct system_cap[]){
            VMM_CAPS, VMM_VM_CAPS(LINUX, "linux"),
            {.slot = VMM_SLOT_CONSOLE, .notification = "events", .rights = THIMBLE_RIGHT_SIGNAL,
             .badge = VMM_EVENT_CONSOLE},
            {.slot = VMM_SLOT_LINE, .thread = "line.service", .rights = THIMBLE_RIGHT_CALL,
             .badge = LINE_VMM},
            {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_VM_REGIONS(LINUX, "linux", RAM_SIZE), VMM_LINUX_REGIONS, {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "linux-rt",
    .notifications = (const struct system_notification[]){
        {.name = "events"}, {.name = "tick"}, {.name = "report"}, {.name = "uart"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
    .fixed = true,
};
