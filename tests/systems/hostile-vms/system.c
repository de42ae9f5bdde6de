/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose time it is: two guests with a twentieth of the CPU each make all the work for their
 * VMM that they can, by disk, network, console and resets. A native thread of a millisecond,
 * and a guest between them with exits of its own, are not to notice.
 */
#include "vm.h"

#include "hostile.h"

#define WATCH 0
#define BAD 1
#define SINK 2
#define SMALL (2U * MIB)
#define LARGE (48U * MIB)

#define PAGE(its_address)                                                                   \
    {                                                                                       \
        .name = "page", .at = {its_address}, .size = 4 * KIB, .access = RW, .shared = "page" \
    }

#define GUEST(its_name, ...)                                                               \
    .guest = &(const struct system_guest){                                                 \
        .ram = "ram", .kernel = "kernel", .tree = its_name "-tree", .command_line = "",    \
        .reset = true, .restart_ms = 1,                                                    \
        .devices = (const struct system_guest_device[]){{.kind = GUEST_UART}, __VA_ARGS__, {0}}, \
    }

static const struct system_cell cells[] = {
    {
        .name = "native",
        .program = "native",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 140, .budget_us = 100, .period_us = 1000}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = HOSTILE_SLOT_TICK, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT},
            {0}},
        .regions = (const struct system_region[]){PAGE(HOSTILE_AT), {0}},
    },
    {
        .name = "watch",
        .vm = true,
        .threads = (const struct system_thread[]){
            {VM_THREAD(120), .budget_us = 6000, .period_us = 10000}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(WATCH), {0}},
        .regions = (const struct system_region[]){
            VM_REGIONS("watch", SMALL), PAGE(HOSTILE_GUEST_AT), {0}},
        GUEST("watch", {0}),
    },
    {
        .name = "bad",
        .vm = true,
        .threads = (const struct system_thread[]){
            {VM_THREAD(50), .budget_us = 500, .period_us = 10000}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(BAD), {0}},
        .regions = (const struct system_region[]){VM_REGIONS("bad", LARGE), {0}},
        GUEST("bad", {.kind = GUEST_VIRTIO_BLOCK, .region = "disk"}, {.kind = GUEST_VIRTIO_CONSOLE},
              {.kind = GUEST_VIRTIO_NET, .cable = "cable"}),
    },
    {
        .name = "sink",
        .vm = true,
        .threads = (const struct system_thread[]){
            {VM_THREAD(45), .budget_us = 500, .period_us = 10000}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(SINK), {0}},
        .regions = (const struct system_region[]){VM_REGIONS("sink", SMALL), {0}},
        GUEST("sink", {.kind = GUEST_VIRTIO_NET, .cable = "cable"}),
    },
    {
        VMM_CELL,
        .caps = (const struct system_cap[]){
            VMM_CAPS, VMM_UART_CAPS, VMM_VM_CAPS(WATCH, "watch"), VMM_VM_CAPS(BAD, "bad"),
            VMM_VM_CAPS(SINK, "sink"), {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_UART_REGION, VMM_VM_REGIONS(WATCH, "watch", SMALL),
            VMM_VM_REGIONS(BAD, "bad", LARGE), VMM_VM_REGIONS(SINK, "sink", SMALL),
            {.name = "disk", .at = {0x30000000U}, .size = 1U * MIB, .access = RW},
            {.name = "kernel", .at = VMM_AT(0x1c0000U), .access = ACCESS_READ, .file = "rtos.bin"},
            {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "hostile-vms",
    .notifications =
        (const struct system_notification[]){{.name = "events"}, {.name = "tick"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
    .fixed = true,
};
