/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's virt with virtualization=on: an idealised board with a GICv2. */
#include "arm_board.h"

static const struct board_device virt_devices[] = {
    {.name = "uart0", .pa = {0x09000000U}, .size = PAGE_SIZE, .line = 33U},
    {.name = "rtc", .pa = {0x09010000U}, .size = PAGE_SIZE, .line = 34U},
    {.name = "gicv", .pa = {0x08040000U}, .size = 2U * PAGE_SIZE, .vms = true},
    /* Where nothing is, and accesses end in an external abort: for tests. */
    {.name = "nothing", .pa = {0x0b000000U}, .size = PAGE_SIZE},
    {0},
};

static const struct arm_board virt = {
    .name = "virt",
    .ram = 0x40200000U, /* QEMU puts its device tree below */
    .ram_size = 0x07e00000U,
    .image_size = 2U * MIB,
    .gicd = 0x08000000U,
    .gicc = 0x08010000U,
    .gich = 0x08030000U,
    .gicv = 0x08040000U,
    .uart = 0x09000000U,
    .uart_kind = "pl011",
    .ticks_per_ms = 62500U,
    .lines = 288U,
    .devices = virt_devices,
};
