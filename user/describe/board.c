/* SPDX-License-Identifier: BSD-2-Clause */
/* The boards: see board.h. */
#include "board.h"

#include <string.h>

#include "boards/orangepi-pc.h"
#include "boards/vexpress-a15.h"
#include "boards/virt.h"
#include "hw_access.h"
#include "sim_limits.h"
#include "space.h"

static const struct board_device sim_devices[] = {
    {.name = "uart0", .pa = {SIM_UART_BASE}, .size = PAGE_SIZE, .line = 33U},
    {.name = "dma0", .pa = {SIM_DMA_BASE}, .size = PAGE_SIZE, .line = 48U, .trusted = true},
    {0},
};

const struct board board_sim = {
    .name = "sim",
    .uart_kind = "pl011",
    .image = {SIM_RAM_BASE},
    .ram = {SIM_RAM_BASE},
    .ram_size = HW_TABLES_BASE - SIM_RAM_BASE,
    .table_pages = HW_TABLE_PAGES - SPACE_ROOT_PAGES,
    .ticks_per_ms = 62500,
    .levels = 31, /* of 32, one lets in nothing */
    .instruction_ps = 1000, /* sim/timer.h */
    .line_count = LINE_MAX,
    .devices = sim_devices,
};

/* Boards of the ARM build. An image has as many table pages as its system needs;
 * this is what is called too many. */
#define IMAGE_TABLE_PAGES 256U

static const struct arm_board *const arm_boards[] = {&virt, &vexpress_a15, &orangepi_pc};

/* Non-secure code sees 16 levels of the 32 that a GIC-400 has, and one of them lets in
 * nothing (IHI 0048B 3.8.1). */
#define ARM_LEVELS 15U

/* How long an instruction takes. QEMU: virtual time is that of instructions, 1 ns each
 * (-icount shift=0). Of hardware nothing is measured. So this is cautious: one path of the core
 * comes to a few dozen misses of the first-level caches and not many of the second, which the
 * core's code and data fit into by far. At the lowest clock that firmware leaves the board with
 * (H3: 816 MHz; U-Boot sets 1,008), four cycles an instruction are 5 ns. */
static u16 instruction_ps(const struct arm_board *arm)
{
    return arm == &orangepi_pc ? 5000U : 1000U;
}

/* As the checker sees one: cells' memory follows the image's. */
static struct board board_of(const struct arm_board *arm)
{
    return (struct board){
        .name = arm->name,
        .uart_kind = arm->uart_kind,
        .image = {arm->ram},
        .ram = {arm->ram + arm->image_size},
        .ram_size = arm->ram_size - arm->image_size,
        .table_pages = IMAGE_TABLE_PAGES,
        .ticks_per_ms = arm->ticks_per_ms,
        .levels = ARM_LEVELS,
        .instruction_ps = instruction_ps(arm),
        .line_count = arm->lines,
        .devices = arm->devices,
    };
}

const struct board *board_at(u32 index)
{
    static struct board views[ARRAY_SIZE(arm_boards)];

    if (index == 0) {
        return &board_sim;
    }
    if (index > ARRAY_SIZE(views)) {
        return NULL;
    }
    views[index - 1U] = board_of(arm_boards[index - 1U]);
    return &views[index - 1U];
}

const struct board *board_find(const char *name)
{
    for (u32 i = 0; board_at(i) != NULL; i++) {
        if (strcmp(board_at(i)->name, name) == 0) {
            return board_at(i);
        }
    }
    return NULL;
}

const struct board_device *board_device_find(const struct board *board, const char *name)
{
    for (const struct board_device *d = board->devices; d->name != NULL; d++) {
        if (strcmp(d->name, name) == 0) {
            return d;
        }
    }
    return NULL;
}
