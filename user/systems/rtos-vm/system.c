/* SPDX-License-Identifier: BSD-2-Clause */
/* A bare-metal guest (user/guests/rtos/) beside Linux and above it, with the board's
 * real-time clock and its interrupt to itself. */
#include "vm.h"

#define RTOS 0
#define LINUX 1
#define RTOS_RAM (2U * MIB)
#define LINUX_RAM (48U * MIB)
#define RTC_AT 0x09010000U
#define RTC_LINE 34

static const struct system_cell cells[] = {
    {
        .name = "rtos",
        .vm = true,
        .threads = (const struct system_thread[]){
            {VM_THREAD(120), .budget_us = 500, .period_us = 1000}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(RTOS), {0}},
        .regions = (const struct system_region[]){
            VM_REGIONS("rtos", RTOS_RAM),
            {.name = "rtc", .at = {RTC_AT}, .access = RW, .memory = MEMORY_DEVICE, .device = "rtc"},
            {0}},
        .guest = &(const struct system_guest){
            .ram = "ram",
            .kernel = "rtos",
            .tree = "rtos-tree",
            .command_line = "run=rtc",
            .reset = true,
            .restarts = 3,
            .restart_ms = 10,
            .devices = (const struct system_guest_device[]){
                {.kind = GUEST_UART},
                {.kind = GUEST_DEVICE, .region = "rtc", .irq = "rtc", .line = RTC_LINE,
                 .compatible = "arm,pl031"},
                {0}},
        },
    },
    {
        .name = "linux",
        .vm = true,
        .threads = (const struct system_thread[]){{VM_THREAD(100)}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(LINUX), {0}},
        .regions = (const struct system_region[]){VM_REGIONS("linux", LINUX_RAM), {0}},
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
            VMM_CAPS, VMM_UART_CAPS, VMM_VM_CAPS(RTOS, "rtos"), VMM_VM_CAPS(LINUX, "linux"),
            {.slot = VMM_SLOT_OTHER, .irq = "rtc", .rights = THIMBLE_RIGHT_HANDLE},
            {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_UART_REGION, VMM_VM_REGIONS(RTOS, "rtos", RTOS_RAM),
            VMM_VM_REGIONS(LINUX, "linux", LINUX_RAM), VMM_LINUX_REGIONS,
            {.name = "rtos", .at = VMM_AT(0x1c0000U), .access = ACCESS_READ, .file = "rtos.bin"},
            {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "rtos-vm",
    .notifications = (const struct system_notification[]){{.name = "events"}, {0}},
    .irqs = (const struct system_irq[]){
        {.name = "uart", .device = "uart0"}, {.name = "rtc", .device = "rtc"}, {0}},
    .cells = cells,
    .fixed = true,
};
