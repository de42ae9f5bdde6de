/* SPDX-License-Identifier: BSD-2-Clause */
/* Where regions go, and how many table pages mapping them takes: see model.h. */
#include "model.h"

#define GIB_SHIFT 30U
#define BLOCK_SHIFT 21U
#define SPACE_BLOCKS 2048U /* of 2 MiB in 4 GiB */

static u64 round_up(u64 value, u64 unit)
{
    return (value + unit - 1U) / unit * unit;
}

void place_memory(struct model *m)
{
    u64 next = m->board->ram.raw;
    u64 end = next + m->board->ram_size;

    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        struct model_region *r = &m->regions[i];
        if (r->is != NULL && r->is->device != NULL) {
            r->pa = r->device != NULL ? r->device->pa.raw : 0;
            continue;
        }
        if (r->first != i) {
            r->pa = m->regions[r->first].pa;
            continue;
        }
        /* So that stage 2 can map blocks. */
        u64 start = round_up(next, r->size >= BLOCK_SIZE ? BLOCK_SIZE : PAGE_SIZE);
        u64 size = round_up(r->size, PAGE_SIZE);
        r->misfit = start + size > end;
        r->pa = r->misfit ? next : start;
        next = r->misfit ? next : start + size;
    }
}

/* Tables that a space holds so far, if no block fits anywhere. */
struct tables {
    bool level2[SPACE_BLOCKS >> (GIB_SHIFT - BLOCK_SHIFT)];
    bool level3[SPACE_BLOCKS];
    u32 used;
};

static void tables_add(struct tables *t, u32 at, u32 last)
{
    for (u32 block = at >> BLOCK_SHIFT; block <= last >> BLOCK_SHIFT; block++) {
        bool *level2 = &t->level2[block >> (GIB_SHIFT - BLOCK_SHIFT)];
        t->used += !*level2;
        t->used += !t->level3[block];
        *level2 = true;
        t->level3[block] = true;
    }
}

/* Table pages that mapping takes at the worst of addresses: one that starts with
 * the last page of a GiB touches the most tables of either level. */
static u32 tables_anywhere(u32 size)
{
    u32 at = (1U << GIB_SHIFT) - PAGE_SIZE;

    /* What is longer than the rest of the space fits only further down. */
    return machine_space_tables(gpaddr(size - 1U > UINT32_MAX - at ? 0 : at), size);
}

static u32 cell_tables(const struct model *m, const struct model_cell *cell)
{
    struct tables t = {.used = 0};
    u32 later = 0;
    u32 need = 0;

    for (u32 i = 0; i < cell->regions.count; i++) {
        const struct model_region *r = &m->regions[cell->regions.first + i];
        u32 last = r->at + (r->size - 1U);
        if (r->size == 0 || last < r->at) {
            continue;
        }
        if (r->is != NULL && r->is->unmapped) {
            later += tables_anywhere(r->size);
            continue;
        }
        /* The core maps a region in steps, and before each wants the worst
         * case of what is left: from the second on, that counts the level-2
         * table in use once more. */
        u32 again = r->at >> BLOCK_SHIFT != last >> BLOCK_SHIFT;
        u32 wanted = t.used + machine_space_tables(gpaddr(r->at), r->size) + again;
        need = wanted > need ? wanted : need;
        tables_add(&t, r->at, last);
    }
    return t.used + later > need ? t.used + later : need;
}

void place_tables(struct model *m)
{
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        struct model_cell *cell = &m->cells[i];
        cell->tables_needed = cell_tables(m, cell);
        cell->tables = cell->is->tables != 0 ? cell->is->tables : cell->tables_needed;
    }
}
