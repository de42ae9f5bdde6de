/* SPDX-License-Identifier: BSD-2-Clause */
/* The boards: see board.h. */
#include "board.h"

#include <string.h>

#include "hw_access.h"
#include "sim_limits.h"
#include "space.h"

static const struct board_device sim_devices[] = {
    {.name = "uart0", .pa = {SIM_UART_BASE}, .size = PAGE_SIZE}, /* INTID 33 */
    {.name = "dma0", .pa = {SIM_DMA_BASE}, .size = PAGE_SIZE, .trusted = true}, /* INTID 48 */
    {0},
};

const struct board board_sim = {
    .name = "sim",
    .ram = {SIM_RAM_BASE},
    .ram_size = HW_TABLES_BASE - SIM_RAM_BASE,
    .table_pages = HW_TABLE_PAGES - SPACE_ROOT_PAGES,
    .ticks_per_ms = 62500,
    .line_count = LINE_MAX,
    .devices = sim_devices,
};

static const struct board *const boards[] = {&board_sim};

const struct board *board_at(u32 index)
{
    return index < ARRAY_SIZE(boards) ? boards[index] : NULL;
}

const struct board *board_find(const char *name)
{
    for (u32 i = 0; i < ARRAY_SIZE(boards); i++) {
        if (strcmp(boards[i]->name, name) == 0) {
            return boards[i];
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
