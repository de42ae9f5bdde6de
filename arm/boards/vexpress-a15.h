/* SPDX-License-Identifier: BSD-2-Clause */
/* ARM Versatile Express with the Cortex-A15 core tile (DDI 0503). */
#include "arm_board.h"

static const struct board_device vexpress_a15_devices[] = {
    {.name = "uart0", .pa = {0x1c090000U}, .size = PAGE_SIZE, .line = 37U},
    {.name = "uart1", .pa = {0x1c0a0000U}, .size = PAGE_SIZE, .line = 38U},
    {.name = "rtc", .pa = {0x1c170000U}, .size = PAGE_SIZE, .line = 36U},
    {.name = "gicv", .pa = {0x2c006000U}, .size = 2U * PAGE_SIZE, .vms = true},
    /* Where nothing is: for tests. */
    {.name = "nothing", .pa = {0x30000000U}, .size = PAGE_SIZE},
    {0},
};

static const struct arm_board vexpress_a15 = {
    .name = "vexpress-a15",
    .ram = 0x80200000U,
    .ram_size = 0x07e00000U,
    .image_size = 2U * MIB,
    .gicd = 0x2c001000U,
    .gicc = 0x2c002000U,
    .gich = 0x2c004000U,
    .gicv = 0x2c006000U,
    .uart = 0x1c090000U,
    .uart_kind = "pl011",
    .ticks_per_ms = 62500U,
    .lines = 160U,
    .devices = vexpress_a15_devices,
};
