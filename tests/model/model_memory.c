/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory: regions, their mappings, and the page-table pages that these take.
 * A unit of mapping is the largest block that fits, or a page. See model.h.
 */
#include "model.h"

#define PAGE 0x1000U
#define BLOCK2 0x40000000U /* what an entry of a level-1 table maps, */
#define BLOCK3 0x00200000U /* and one of a level-2 table */

/* ---- page-table pages ----------------------------------------------------*/

static u32 table_number(u32 level, u32 gpa)
{
    return gpa / (level == 2U ? BLOCK2 : BLOCK3);
}

static struct model_table *table_find(u32 cell, u32 level, u32 gpa)
{
    for (u32 i = 0; i < MODEL_TABLES; i++) {
        struct model_table *t = &model.cells[cell].tables[i];
        if (t->entries != 0 && t->level == level && t->number == table_number(level, gpa)) {
            return t;
        }
    }
    return NULL;
}

/* What a cell has in use and set aside. */
static u32 tables_held(u32 cell)
{
    u32 held = 0;

    for (u32 i = 0; i < MODEL_TABLES; i++) {
        held += model.cells[cell].tables[i].entries != 0;
    }
    for (u32 i = 0; i < REGION_MAX; i++) {
        if (model.regions[i].cell == cell) {
            held += model.regions[i].reserved;
        }
    }
    return held;
}

/* One more entry in the table of a level; the table itself, if it is the first,
 * has been set aside for the region and takes an entry of the table above. */
static void table_enter(struct model_region *r, u32 level, u32 gpa)
{
    struct model_table *t = table_find(r->cell, level, gpa);

    if (t == NULL) {
        t = model.cells[r->cell].tables;
        while (t->entries != 0) {
            t++;
        }
        *t = (struct model_table){level, table_number(level, gpa), 1};
        r->reserved--;
        if (level == 3U) {
            table_enter(r, 2, gpa);
        }
    } else {
        t->entries++;
    }
}

static void table_leave(u32 cell, u32 level, u32 gpa)
{
    struct model_table *t = table_find(cell, level, gpa);

    t->entries--;
    if (t->entries == 0 && level == 3U) {
        table_leave(cell, 2, gpa);
    }
}

/* ---- mapping -------------------------------------------------------------*/

/* Is anything of [gpa, gpa + size) mapped in the cell? */
static bool covered(u32 cell, u32 gpa, u32 size)
{
    for (u32 i = 0; i < REGION_MAX; i++) {
        const struct model_region *r = &model.regions[i];
        if (r->used && r->cell == cell && r->done != 0 && gpa <= r->gpa + (r->done - 1U) &&
            r->gpa <= gpa + (size - 1U)) {
            return true;
        }
    }
    return false;
}

static bool block_fits(const struct model_region *r, u32 block)
{
    return ((r->gpa + r->done) | (r->pa + r->done)) % block == 0 && r->size - r->done >= block &&
           !covered(r->cell, r->gpa + r->done, block);
}

/* Ends where nothing is mapped any more. */
static void unmap_end(struct model_region *r)
{
    r->cell = MODEL_NONE;
    r->gpa = 0;
    r->reserved = 0;
    r->moving = REGION_STILL;
}

/* The last unit of the mapped part goes: true when nothing is left. */
static bool unmap_unit(struct model_region *r)
{
    if (r->done != 0) {
        u32 last = r->gpa + (r->done - 1U);
        if (table_find(r->cell, 3, last) != NULL) {
            table_leave(r->cell, 3, last);
            r->done -= PAGE;
        } else if (table_find(r->cell, 2, last) != NULL) {
            table_leave(r->cell, 2, last);
            r->done -= BLOCK3;
        } else {
            r->done -= BLOCK2;
        }
    }
    if (r->done != 0) {
        if (r->moving != REGION_FAILING) {
            r->moving = REGION_GOING;
        }
        return false;
    }
    unmap_end(r);
    return true;
}

/* The page-table pages that a mapping takes where nothing is mapped yet, which
 * is the most that it can take: one for each 1 GiB that it fills with smaller
 * blocks or pages, and one for each 2 MiB that it fills with pages. */
static u32 tables_worst(u32 pa, u32 gpa, u32 size)
{
    u64 end = (u64)gpa + size;
    u64 in1g = 0; /* up to here the table of the last 1 GiB is counted */
    u32 tables = 0;

    for (u64 at = gpa; at < end;) {
        u64 left = end - at;
        u32 here = pa + ((u32)at - gpa);
        if ((at | here) % BLOCK2 == 0 && left >= BLOCK2) {
            at += BLOCK2;
            continue;
        }
        tables += at >= in1g;
        in1g = (at / BLOCK2 + 1U) * BLOCK2;
        if ((at | here) % BLOCK3 != 0 || left < BLOCK3) {
            tables++;
        }
        at = (at / BLOCK3 + 1U) * BLOCK3;
    }
    return tables;
}

static u32 map_begin(struct model_region *r, u32 cell, u32 gpa)
{
    u32 worst = tables_worst(r->pa, gpa, r->size);
    u32 all = 0;

    for (u32 i = 0; i < model.cell_count; i++) {
        all += tables_held(i);
    }
    if (worst > model.cells[cell].quota - tables_held(cell) || worst > model.pool - all) {
        return THIMBLE_ERR_QUOTA;
    }
    r->moving = REGION_COMING;
    r->cell = cell;
    r->gpa = gpa;
    r->reserved = worst;
    return THIMBLE_OK;
}

u32 model_map_unit(u32 region, u32 cell, u32 gpa)
{
    struct model_region *r = &model.regions[region];

    if (r->moving == REGION_FAILING) {
        return unmap_unit(r) ? THIMBLE_ERR_OVERLAP : MODEL_MORE;
    }
    if (r->cell == MODEL_NONE) {
        u32 err = map_begin(r, cell, gpa);
        if (err != THIMBLE_OK) {
            return err;
        }
    }
    u32 at = r->gpa + r->done;
    if (covered(cell, at, PAGE)) {
        r->moving = REGION_FAILING;
        return MODEL_MORE;
    }
    if (block_fits(r, BLOCK2)) {
        r->done += BLOCK2;
    } else if (block_fits(r, BLOCK3)) {
        table_enter(r, 2, at);
        r->done += BLOCK3;
    } else {
        table_enter(r, 3, at);
        r->done += PAGE;
    }
    if (r->done != r->size) {
        return MODEL_MORE;
    }
    r->moving = REGION_STILL;
    r->reserved = 0;
    return THIMBLE_OK;
}

/* An access of a guest: a device is never executed, and what is executed must
 * be readable too (DDI 0406C B3.7). */
bool model_translate(u32 address, u32 access, u32 *pa, u32 *memory)
{
    u32 cell = model.threads[model.current].cell;

    for (u32 i = 0; i < REGION_MAX; i++) {
        const struct model_region *r = &model.regions[i];
        if (!r->used || r->cell != cell || r->done == 0 || address < r->gpa ||
            address - r->gpa >= r->done) {
            continue;
        }
        *pa = r->pa + (address - r->gpa);
        *memory = r->memory;
        if (access == THIMBLE_RIGHT_EXECUTE) {
            return (r->access & 5U) == 5U && r->memory != 2U;
        }
        return (r->access & access) != 0;
    }
    return false;
}

/* ---- objects -------------------------------------------------------------*/

/* True when the region is gone. */
bool model_region_remove_unit(u32 region)
{
    struct model_region *r = &model.regions[region];

    if (r->cell != MODEL_NONE && !unmap_unit(r)) {
        return false;
    }
    r->used = false;
    return true;
}

/* May the cell have one more? */
bool model_region_left(u32 cell)
{
    u32 held = 0;

    for (u32 i = 0; i < REGION_MAX; i++) {
        held += model.regions[i].used && model.regions[i].owner == cell;
    }
    return held < model.cells[cell].regions && !model.fixed;
}

u32 model_region_make(u32 from, u32 offset, u32 size, u32 access, u32 owner)
{
    u32 made = 0;

    while (model.regions[made].used) {
        made++;
    }
    model.regions[made] = (struct model_region){
        .used = true,
        .owner = owner,
        .pa = model.regions[from].pa + offset,
        .size = size,
        .memory = model.regions[from].memory,
        .access = access,
        .cell = MODEL_NONE,
    };
    return made;
}

u32 model_region_derive(u32 thread)
{
    const struct model_thread *t = &model.threads[thread];
    u32 slot = t->regs[1];
    u32 offset = t->regs[2];
    u32 size = t->regs[3];
    u32 access = t->regs[4];
    u32 from;
    u32 err = model_look_up(t->cell, t->regs[0], THIMBLE_CAP_REGION, 0, &from);

    if (err != THIMBLE_OK) {
        return err;
    }
    u32 source = model.caps[from].object;
    if (access == 0 || (access & ~model.caps[from].rights) != 0) {
        return THIMBLE_ERR_RIGHTS;
    }
    if (offset % PAGE != 0 || size % PAGE != 0 || size == 0) {
        return THIMBLE_ERR_ALIGN;
    }
    if ((u64)offset + size > model.regions[source].size) {
        return THIMBLE_ERR_RANGE;
    }
    err = model_derive_check(from, t->cell, slot);
    if (err != THIMBLE_OK) {
        return err;
    }
    if (!model_region_left(t->cell)) {
        return THIMBLE_ERR_REGIONS;
    }
    if (model.revoking == from) {
        (void)model_revoke_unit();
        return MODEL_MORE;
    }
    u32 to = model_derive(from, t->cell, slot);
    model.caps[to].rights = access;
    model.caps[to].object = model_region_make(source, offset, size, access, t->cell);
    return THIMBLE_OK;
}

u32 model_region_map(u32 thread)
{
    const struct model_thread *t = &model.threads[thread];
    u32 gpa = t->regs[1];
    u32 cell = t->cell;
    u32 cap;
    u32 into;
    u32 err = model_look_up(t->cell, t->regs[0], THIMBLE_CAP_REGION, 0, &cap);

    if (err == THIMBLE_OK && t->regs[2] != THIMBLE_NO_SLOT) {
        err = model_look_up(t->cell, t->regs[2], THIMBLE_CAP_CELL, THIMBLE_RIGHT_MAP, &into);
        cell = err == THIMBLE_OK ? model.caps[into].object : cell;
    }
    if (err != THIMBLE_OK) {
        return err;
    }
    const struct model_region *r = &model.regions[model.caps[cap].object];
    if (gpa % PAGE != 0) {
        return THIMBLE_ERR_ALIGN;
    }
    if ((u64)gpa + r->size > 0x100000000ULL) {
        return THIMBLE_ERR_RANGE;
    }
    bool coming = r->moving == REGION_COMING || r->moving == REGION_FAILING;
    bool same = coming && r->cell == cell && r->gpa == gpa;
    if (r->cell != MODEL_NONE && !same) {
        return THIMBLE_ERR_MAPPED;
    }
    return model_map_unit(model.caps[cap].object, cell, gpa);
}

u32 model_region_unmap(u32 thread)
{
    const struct model_thread *t = &model.threads[thread];
    u32 cap;
    u32 err = model_look_up(t->cell, t->regs[0], THIMBLE_CAP_REGION, 0, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    struct model_region *r = &model.regions[model.caps[cap].object];
    if (r->cell == MODEL_NONE) {
        return THIMBLE_ERR_UNMAPPED;
    }
    return unmap_unit(r) ? THIMBLE_OK : MODEL_MORE;
}
