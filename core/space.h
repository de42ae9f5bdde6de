/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory: regions, and the pool of page-table pages that map them.
 *
 * A region is a contiguous range of physical memory or device registers with
 * its one mapping. Those of the system description exist from boot on; others
 * are derived from them at run time, never larger, never with more access, and
 * always of the same memory type. Every region that can be named has exactly
 * one capability. The cell in whose table that lies owns the object, and has a
 * quota of them; all quotas together fit the pool, so no cell can empty it for
 * another.
 *
 * Mapping and unmapping go in steps of at most one table each. A mapping first
 * sets the most table pages that it can take aside, from its cell's quota and
 * from the pool: no step can fail for want of one.
 */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include "config.h"
#include "machine.h"
#include "types.h"

struct cpu;

enum region_state {
    REGION_FREE = 0,  /* not in use: in the pool */
    REGION_UNMAPPED,
    REGION_MAPPING,   /* the first `done` bytes are mapped */
    REGION_MAPPED,
    REGION_UNMAPPING, /* the first `done` bytes are still mapped */
    REGION_UNDOING,   /* likewise: the mapping has met another */
    REGION_STATES
};

struct region {
    struct machine_mapping map; /* gpa: 0 unless it has a mapping */
    u32 done;
    u16 cell;     /* into which it is mapped; NONE */
    u16 reserved; /* table pages set aside while mapping */
    u16 next;     /* free list; NONE */
    u16 owner;    /* cell whose quota it counts against; 0 while free */
    u8 state;     /* enum region_state */
    u8 pad[3];
};

_Static_assert(sizeof(struct region) == 32, "an index becomes an address by a shift");

/* The roots of all cells come first in the pool: 32 bytes each, if spaces have all of
 * 4 GiB; else that of a level-2 table without the entries that are out of reach. */
#define SPACE_ROOT_SIZE(t0sz) ((t0sz) == 0 ? 32U : 8U << (11U - (t0sz)))

/* Puts every page but the roots' on the free list. */
void space_tables_reset(void);
/* For arm/stage2.c: a zeroed page for a table of `cell`; its number. The region
 * that is being mapped has set it aside; if not, which happens at boot only: NONE. */
u32 space_table_take(u32 cell);
/* Gives back a page without valid entries, unknown to every TLB. */
void space_table_give(u32 cell, u32 page);
/* Changes the number of valid entries of a table page; the new number. */
u32 space_table_entries(u32 page, i32 change);

/* Begins or continues to map a region that is not mapped: THIMBLE_OK when all
 * of it is, MORE, or THIMBLE_ERR_QUOTA, THIMBLE_ERR_OVERLAP with nothing
 * mapped. */
u32 region_map_step(u32 region, u32 cell, gpaddr_t gpa);
/* Maps it at boot: no one is preempted, so tables that mappings share are not set aside
 * for each. */
u32 region_map_boot(u32 region, u32 cell, gpaddr_t gpa);
/* Continues until the region has no mapping: true then. */
bool region_unmap_step(u32 region);
/* The region's capability goes: unmaps it, then returns it to the pool; true
 * when that is done. */
bool region_release_step(u32 region);
/* The cell's quota has room for one more region. */
bool region_available(u32 cell);
/* Makes a region for a part of another; `owner` has room for it. */
u32 region_make(u32 from, u32 offset, u32 size, u32 access, u32 owner);

u32 region_hypercall_derive(struct cpu *cpu);
u32 region_hypercall_map(struct cpu *cpu);
u32 region_hypercall_unmap(struct cpu *cpu);
u32 region_hypercall_maintain(struct cpu *cpu);

#endif
