/* SPDX-License-Identifier: BSD-2-Clause */
/* Where regions go, and how many table pages mapping them takes: see model.h. */
#include "model.h"

#define GIB_SHIFT 30U
#define BLOCK_SHIFT 21U
#define SPACE_BLOCKS 2048U /* of 2 MiB in 4 GiB */
/* What VTCR.T0SZ may be where tables begin at level 2 (DDI 0406C B3.6.6), for spaces of at
 * most 1 GiB. */
#define SPACE_T0SZ_MIN 2U
#define SPACE_T0SZ_MAX 7U

static u64 round_up(u64 value, u64 unit)
{
    return (value + unit - 1U) / unit * unit;
}

/* Memory whose place the description says. */
static bool placed(const struct model *m, u32 region)
{
    const struct model_region *r = &m->regions[region];

    return r->first == region && r->is != NULL && r->is->device == NULL && r->is->dma;
}

/* From `start` on, the first place for `size` bytes beside what is placed. */
static u64 room_find(const struct model *m, u64 start, u64 size, u64 unit)
{
    bool moved = true;

    while (moved) {
        moved = false;
        for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
            u64 at = m->regions[i].at;
            u64 end = at + m->regions[i].size;
            if (placed(m, i) && start < end && at < start + size) {
                start = round_up(end, unit);
                moved = true;
            }
        }
    }
    return start;
}

/* Those that come with the image, or the others. From `next` on; returns where it ends. */
static u64 place_some(const struct model *m, bool loaded, u64 next)
{
    u64 end = (u64)m->board->ram.raw + m->board->ram_size;

    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        struct model_region *r = &m->regions[i];
        bool device = r->is != NULL && r->is->device != NULL;
        if (device || r->first != i || placed(m, i) || r->loaded != loaded) {
            continue;
        }
        /* So that stage 2 can map blocks. */
        u64 unit = r->size >= BLOCK_SIZE ? BLOCK_SIZE : PAGE_SIZE;
        u64 size = round_up(r->size, PAGE_SIZE);
        u64 start = room_find(m, round_up(next, unit), size, unit);
        r->misfit = start + size > end;
        r->pa = r->misfit ? next : start;
        next = r->misfit ? next : start + size;
    }
    return next;
}

void place_memory(struct model *m)
{
    /* Contents first: right behind the image, which then is one piece. */
    u64 next = place_some(m, true, m->board->ram.raw);

    (void)place_some(m, false, next);
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        struct model_region *r = &m->regions[i];
        if (r->is != NULL && r->is->device != NULL) {
            r->pa = r->device != NULL ? r->device->pa.raw : 0;
        } else if (r->first != i) {
            r->pa = m->regions[r->first].pa;
        } else if (placed(m, i)) {
            r->pa = r->at;
        }
    }
}

/* Tables that a space holds so far. */
struct tables {
    bool level2[SPACE_BLOCKS >> (GIB_SHIFT - BLOCK_SHIFT)];
    bool level3[SPACE_BLOCKS];
    u32 used;
};

/* Whether a block of this size at `at` is part of the mapping, and fits there. */
static bool block_fits(const struct machine_mapping *map, u64 at, u32 shift)
{
    u64 block = (u64)1 << shift;

    return (map->gpa.raw ^ map->pa.raw) % block == 0 && at >= map->gpa.raw &&
           at + block <= (u64)map->gpa.raw + map->size;
}

static void tables_add(struct tables *t, u32 t0sz, const struct machine_mapping *map)
{
    u32 last = map->gpa.raw + (map->size - 1U);

    for (u32 i = map->gpa.raw >> BLOCK_SHIFT; i <= last >> BLOCK_SHIFT; i++) {
        u32 gib = i >> (GIB_SHIFT - BLOCK_SHIFT);
        if (t0sz == 0 && block_fits(map, (u64)gib << GIB_SHIFT, GIB_SHIFT)) {
            continue;
        }
        t->used += t0sz == 0 && !t->level2[gib]; /* else it is the root */
        t->level2[gib] = true;
        if (!block_fits(map, (u64)i << BLOCK_SHIFT, BLOCK_SHIFT)) {
            t->used += !t->level3[i];
            t->level3[i] = true;
        }
    }
}

/* Table pages that mapping takes at the worst of addresses: one that starts with
 * the last page of a GiB touches the most tables of either level, and where no
 * block fits it needs them all. */
static u32 tables_anywhere(u32 size)
{
    u32 at = (1U << GIB_SHIFT) - PAGE_SIZE;

    if (size - 1U > UINT32_MAX - at) {
        at = 0; /* what is longer than the rest of the space fits only further down */
    }
    const struct machine_mapping map = {
        .gpa = gpaddr(at), .pa = paddr(at + PAGE_SIZE), .size = size};
    return machine_space_tables(&map);
}

static bool mapped_at_boot(const struct model_region *r)
{
    u32 last = r->at + (r->size - 1U);

    /* What is wrong with others, other checks say. */
    return !(r->is != NULL && r->is->unmapped) && r->size != 0 && last >= r->at &&
           (r->size | r->at) % PAGE_SIZE == 0;
}

/* Tables for what a cell has from boot on, but for one region. */
static u32 tables_without(const struct model *m, const struct model_cell *cell, u32 without)
{
    struct tables t = {.used = 0};

    for (u32 i = 0; i < cell->regions.count; i++) {
        const struct model_region *r = &m->regions[cell->regions.first + i];
        const struct machine_mapping map = {
            .gpa = gpaddr(r->at), .pa = paddr((u32)r->pa), .size = r->size};
        if (cell->regions.first + i != without && mapped_at_boot(r)) {
            tables_add(&t, m->space_t0sz, &map);
        }
    }
    return t.used;
}

/* What can be mapped while the system runs is set aside in full, though the space may hold
 * some of these tables already; at boot only what is missing. Where memory is fixed that is
 * all. */
static u32 cell_tables(const struct model *m, const struct model_cell *cell)
{
    u32 need = tables_without(m, cell, NOWHERE);
    u32 again = 0;

    for (u32 i = 0; i < cell->regions.count; i++) {
        const struct model_region *r = &m->regions[cell->regions.first + i];
        if (r->is != NULL && r->is->unmapped && r->size != 0 && r->size % PAGE_SIZE == 0) {
            need += tables_anywhere(r->size);
        }
    }
    for (u32 i = 0; i < cell->caps.count && !m->system->fixed; i++) {
        const struct model_cap *cap = &m->caps[cell->caps.first + i];
        if (cap->type != THIMBLE_CAP_REGION || cap->object == NOWHERE ||
            !mapped_at_boot(&m->regions[cap->object])) {
            continue;
        }
        const struct model_region *r = &m->regions[cap->object];
        const struct machine_mapping map = {
            .gpa = gpaddr(r->at), .pa = paddr((u32)r->pa), .size = r->size};
        struct tables alone = {.used = 0};
        tables_add(&alone, m->space_t0sz, &map);
        u32 wanted = tables_without(m, cell, cap->object) + alone.used;
        again = wanted > again ? wanted : again;
    }
    return again > need ? again : need;
}

/* In images, spaces are no larger than what is mapped at boot, if nothing can be mapped
 * later: then the roots are the level-2 tables, or a part of them. */
static u32 spaces_t0sz(const struct model *m)
{
    u32 last = 0;
    u32 t0sz = m->system->wide ? 0 : SPACE_T0SZ_MAX;

    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        if (m->cells[i].is->derived != 0 || m->cells[i].is->tables != 0) {
            return 0;
        }
    }
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        const struct model_region *r = &m->regions[i];
        if (!mapped_at_boot(r)) {
            return 0;
        }
        last = r->at + (r->size - 1U) > last ? r->at + (r->size - 1U) : last;
    }
    while (t0sz != 0 && last > UINT32_MAX >> t0sz) {
        t0sz--;
    }
    return t0sz >= SPACE_T0SZ_MIN && !board_simulated(m->board) ? t0sz : 0;
}

void place_tables(struct model *m)
{
    m->space_t0sz = spaces_t0sz(m);
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        struct model_cell *cell = &m->cells[i];
        cell->tables_needed = cell_tables(m, cell);
        cell->tables = cell->is->tables != 0 ? cell->is->tables : cell->tables_needed;
    }
}
