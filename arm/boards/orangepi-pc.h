/* SPDX-License-Identifier: BSD-2-Clause */
/* Orange Pi PC: Allwinner H3, four Cortex-A7 (Allwinner H3 Datasheet 1.2). */
#include "arm_board.h"

static const struct board_device orangepi_pc_devices[] = {
    /* UART1 to UART3 are in the same page. */
    {.name = "uart0", .pa = {0x01c28000U}, .size = PAGE_SIZE, .line = 32U},
    {.name = "gicv", .pa = {0x01c86000U}, .size = 2U * PAGE_SIZE, .vms = true},
    /* Where nothing is: for tests. */
    {.name = "nothing", .pa = {0x08000000U}, .size = PAGE_SIZE},
    {0},
};

static const struct arm_board orangepi_pc = {
    .name = "orangepi-pc",
    .ram = 0x40200000U,
    .ram_size = 0x07e00000U,
    .image_size = 2U * MIB,
    .gicd = 0x01c81000U,
    .gicc = 0x01c82000U,
    .gich = 0x01c84000U,
    .gicv = 0x01c86000U,
    .uart = 0x01c28000U,
    .uart_kind = "16550",
    .ticks_per_ms = 24000U,
    .lines = 160U,
    .devices = orangepi_pc_devices,
};
