/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Priorities across guests: a real-time task in Linux above the background work of a native
 * cell, and the rest of Linux below it. The alarm cell's signal is an urgent interrupt of
 * Linux: it lifts the vCPU above "work" until the task waits again.
 */
#include "vm.h"

#include "prio.h"

#define LINUX 0
#define RAM_SIZE (48U * MIB)

#define PAGE_OF_ALL(its_address)                                                     \
    {                                                                                \
        .name = "page", .at = {its_address}, .size = 4 * KIB, .access = RW, .shared = "page" \
    }

static const struct system_cell cells[] = {
    {
        .name = "alarm",
        .program = "alarm",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 200, .budget_us = 200, .period_us = PRIO_PERIOD_US,
             .deadline_us = 1000},
            {0},
        },
        .caps = (const struct system_cap[]){
            {.slot = PRIO_SLOT_TICK, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT},
            {.slot = PRIO_SLOT_SIGNAL, .notification = "alarm", .rights = THIMBLE_RIGHT_SIGNAL,
             .badge = 1},
            {.slot = PRIO_SLOT_WAIT, .notification = "answer", .rights = THIMBLE_RIGHT_WAIT},
            {0},
        },
        .regions = (const struct system_region[]){PAGE_OF_ALL(PRIO_AT), {0}},
    },
    {
        .name = "work",
        .program = "work",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){{.name = "main", .priority = 100}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = PRIO_SLOT_TICK, .notification = "burst", .rights = THIMBLE_RIGHT_WAIT},
            {0},
        },
        .regions = (const struct system_region[]){PAGE_OF_ALL(PRIO_AT), {0}},
    },
    {
        .name = "linux",
        .vm = true,
        .threads = (const struct system_thread[]){{VM_THREAD(140), .low_priority = 50}, {0}},
        .caps = (const struct system_cap[]){
            VM_CAPS(LINUX),
            {.slot = PRIO_VM_SLOT, .notification = "answer", .rights = THIMBLE_RIGHT_SIGNAL,
             .badge = 1},
            {0},
        },
        .regions = (const struct system_region[]){
            VM_REGIONS("linux", RAM_SIZE), PAGE_OF_ALL(PRIO_GUEST_AT), {0}},
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
                {.kind = GUEST_UART},
                {.kind = GUEST_SIGNAL, .notification = "alarm", .line = PRIO_LINE,
                 .region = "page", .answer = "answer", .urgent = true},
                {0},
            },
        },
    },
    {
        VMM_CELL_AT(150, VMM_BUDGET_US, VMM_PERIOD_US), /* above Linux, raised */
        .caps = (const struct system_cap[]){
            VMM_CAPS, VMM_UART_CAPS, VMM_VM_CAPS(LINUX, "linux"),
            {.slot = VMM_SLOT_OTHER, .notification = "alarm", .rights = THIMBLE_RIGHT_WAIT},
            {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_UART_REGION, VMM_VM_REGIONS(LINUX, "linux", RAM_SIZE),
            VMM_LINUX_REGIONS, {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "linux-prio",
    .notifications = (const struct system_notification[]){
        {.name = "events"}, {.name = "tick"}, {.name = "burst"}, {.name = "alarm"},
        {.name = "answer"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
    .fixed = true,
};
