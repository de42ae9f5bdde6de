/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address spaces: the regions of memory and devices that stage 2 of a cell
 * maps, and the pool of page-table pages, counted against each cell's quota.
 */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include "config.h"
#include "machine.h"
#include "types.h"

/* A contiguous range with one mapping. */
struct region {
    struct machine_mapping map;
    u16 cell;
    u8 pad[2];
    u32 mapped; /* bytes mapped so far, from its start */
    u32 pad2[2];
};

_Static_assert(sizeof(struct region) == 32, "an index becomes an address by a shift");

/* The roots of all cells (32 bytes each) come first in the pool. */
#define SPACE_ROOT_PAGES ((CELL_MAX * 32U + PAGE_SIZE - 1U) / PAGE_SIZE)

/* Puts every page but the roots' on the free list. */
void space_tables_reset(void);
/* Takes a zeroed page for a table of `cell`. The caller has made sure that the
 * quota and the pool allow it. Returns its number. */
u32 space_table_take(u32 cell);
/* Maps the next piece of a region, up to the end of one table. False if a
 * valid entry is in the way, or the quota cannot cover the rest. */
bool space_region_step(u32 region);

#endif
