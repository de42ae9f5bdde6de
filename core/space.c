/* SPDX-License-Identifier: BSD-2-Clause */
/* Regions and page-table pages: see space.h. */
#include "space.h"

#include "kernel.h"
#include "klog.h"

/* ---- table pages ----------------------------------------------------------*/

void space_tables_reset(void)
{
    u32 pages = machine_table_page_count();

    kernel.table_free = NONE;
    kernel.table_count = 0;
    kernel.mapping = NONE;
    for (u32 i = pages; i > SPACE_ROOT_PAGES; i--) {
        machine_table_page_clear(i - 1U);
        kernel.table_next[i - 1U] = kernel.table_free;
        kernel.table_free = (u16)(i - 1U);
        kernel.table_count++;
    }
}

u32 space_table_take(u32 cell)
{
    u32 page = kernel.table_free;

    if (kernel.mapping == NONE) {
        kernel.table_count--;
        cell_at(cell)->tables++;
    } else {
        struct region *r = region_at(kernel.mapping);
        if (r->reserved == 0) {
            return NONE;
        }
        r->reserved--;
    }
    kernel.table_free = kernel.table_next[page];
    kernel.table_next[page] = 0; /* valid entries, from now on */
    return page;
}

void space_table_give(u32 cell, u32 page)
{
    kernel.table_next[page] = kernel.table_free;
    kernel.table_free = (u16)page;
    kernel.table_count++;
    cell_at(cell)->tables--;
}

u32 space_table_entries(u32 page, i32 change)
{
    kernel.table_next[page] = (u16)(kernel.table_next[page] + change);
    return kernel.table_next[page];
}

/* Sets `tables` pages aside for a region of `cell`; false: there are not enough. */
static bool tables_reserve(struct region *r, struct cell *cell, u32 tables)
{
    if (tables > (u32)cell->quota - cell->tables || tables > kernel.table_count) {
        return false;
    }
    cell->tables = (u16)(cell->tables + tables);
    kernel.table_count = (u16)(kernel.table_count - tables);
    r->reserved = (u16)tables;
    return true;
}

static void tables_release(struct region *r, struct cell *cell)
{
    cell->tables = (u16)(cell->tables - r->reserved);
    kernel.table_count = (u16)(kernel.table_count + r->reserved);
    r->reserved = 0;
}

/* ---- mapping ----------------------------------------------------------------*/

static void region_unmapped(struct region *r)
{
    tables_release(r, cell_at(r->cell));
    r->state = REGION_UNMAPPED;
    r->cell = NONE;
    r->map.gpa = gpaddr(0);
    r->done = 0;
}

bool region_unmap_step(u32 region)
{
    struct region *r = region_at(region);

    machine_path(PATH_UNMAP_STEP);
    if (r->done != 0) {
        r->done -= machine_space_unmap(r->cell, cell_at(r->cell)->space, r->map.gpa, r->done);
    }
    if (r->done != 0) {
        if (r->state != REGION_UNDOING) {
            r->state = REGION_UNMAPPING;
        }
        return false;
    }
    region_unmapped(r);
    return true;
}

u32 region_map_step(u32 region, u32 cell, gpaddr_t gpa)
{
    struct region *r = region_at(region);

    if (r->state == REGION_UNDOING && !machine_space_fixed()) {
        return region_unmap_step(region) ? machine_refuse(THIMBLE_ERR_OVERLAP) : MORE;
    }
    struct machine_mapping rest = r->map;
    rest.gpa = gpa;
    if (r->state == REGION_UNMAPPED) {
        if (!tables_reserve(r, cell_at(cell), machine_space_tables(&rest))) {
            return machine_refuse(THIMBLE_ERR_QUOTA);
        }
        r->state = REGION_MAPPING;
        r->cell = (u16)cell;
        r->map.gpa = gpa;
    }
    rest.gpa.raw += r->done;
    rest.pa.raw += r->done;
    rest.size -= r->done;
    kernel.mapping = (u16)region;
    u32 mapped = machine_space_map(cell, &rest);
    kernel.mapping = NONE;
    r->done += mapped;
    if (klog_within(rest.pa, mapped)) {
        kernel.console = CONSOLE_CELL;
    }
    if (mapped == 0 && machine_space_fixed()) {
        return machine_refuse(THIMBLE_ERR_OVERLAP);
    }
    if (mapped == 0) {
        machine_sometimes(MARK_MAP_UNDONE);
        r->state = REGION_UNDOING;
        return MORE;
    }
    if (r->done != r->map.size) {
        return MORE;
    }
    tables_release(r, cell_at(cell));
    r->state = REGION_MAPPED;
    return THIMBLE_OK;
}

u32 region_map_boot(u32 region, u32 cell, gpaddr_t gpa)
{
    struct region *r = region_at(region);
    struct cell *c = cell_at(cell);
    struct machine_mapping m = r->map;
    u32 status = MORE;

    m.gpa = gpa;
    u32 tables = machine_space_tables(&m);
    u32 left = (u32)c->quota - c->tables;
    left = left < kernel.table_count ? left : kernel.table_count;
    (void)tables_reserve(r, c, tables < left ? tables : left);
    r->state = REGION_MAPPING;
    r->cell = (u16)cell;
    r->map.gpa = gpa;
    while (status == MORE) {
        status = region_map_step(region, cell, gpa);
    }
    return status;
}

/* ---- objects ------------------------------------------------------------------*/

bool region_release_step(u32 region)
{
    struct region *r = region_at(region);

    if (r->state != REGION_UNMAPPED && !region_unmap_step(region)) {
        return false;
    }
    machine_path(PATH_REGION_FREE);
    cell_at(r->owner)->regions--;
    *r = (struct region){.state = REGION_FREE, .cell = NONE, .next = kernel.region_free};
    kernel.region_free = (u16)region;
    return true;
}

bool region_available(u32 cell)
{
    return cell_at(cell)->regions < cell_at(cell)->region_quota;
}

u32 region_make(u32 from, u32 offset, u32 size, u32 access, u32 owner)
{
    u32 index = kernel.region_free;
    struct region *r = region_at(index);
    const struct region *source = region_at(from);

    machine_path(PATH_REGION_MAKE);
    kernel.region_free = r->next;
    cell_at(owner)->regions++;
    /* The rest of a free one is as it should be. */
    r->map.pa = paddr(source->map.pa.raw + offset);
    r->map.size = size;
    r->map.memory = source->map.memory;
    r->map.access = (u8)access;
    r->next = NONE;
    r->owner = (u16)owner;
    r->state = REGION_UNMAPPED;
    return index;
}

/* Is a range, of offsets, a part of the region? */
static bool region_covers(const struct region *r, u32 offset, u32 size)
{
    return offset <= r->map.size && size <= r->map.size - offset;
}

u32 region_hypercall_derive(struct cpu *cpu)
{
    const struct thread *t = thread_at(cpu->current);
    u32 offset = cpu->regs[2];
    u32 size = cpu->regs[3];
    u32 access = cpu->regs[4];
    cap_t cap;
    u32 err = cap_look_up(t, cpu->regs[0], THIMBLE_CAP_REGION, 0, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    const struct region *r = region_at(cap_object(cap));
    if (access == 0 || (access & ~cap_rights(cap)) != 0) {
        return machine_refuse(THIMBLE_ERR_RIGHTS);
    }
    if (size == 0 || (offset | size) % PAGE_SIZE != 0) {
        return machine_refuse(THIMBLE_ERR_ALIGN);
    }
    if (!region_covers(r, offset, size)) {
        return machine_refuse(THIMBLE_ERR_RANGE);
    }
    u32 from = t->slot_base + cpu->regs[0];
    err = derivation_check(from, t->cell, cpu->regs[1]);
    if (err != THIMBLE_OK) {
        return err;
    }
    if (!region_available(t->cell)) {
        return machine_refuse(THIMBLE_ERR_REGIONS);
    }
    if (derivation_revoking(from)) {
        return derivation_help();
    }
    machine_path(PATH_CAP_COPY);
    u32 to = t->slot_base + cpu->regs[1];
    u32 made = region_make(cap_object(cap), offset, size, access, t->cell);
    kernel.caps[to] = cap_make(THIMBLE_CAP_REGION, access, made, cap_badge(cap));
    derivation_insert(from, to);
    return THIMBLE_OK;
}

/* Which cell region_map maps into. THIMBLE_ERR_SLOT, _TYPE, _RIGHTS. */
static u32 map_target(const struct thread *t, u32 slot, u32 *cell)
{
    cap_t cap;

    *cell = t->cell;
    if (slot == THIMBLE_NO_SLOT) {
        return THIMBLE_OK;
    }
    u32 err = cap_look_up(t, slot, THIMBLE_CAP_CELL, THIMBLE_RIGHT_MAP, &cap);
    if (err == THIMBLE_OK) {
        *cell = cap_object(cap);
    }
    return err;
}

u32 region_hypercall_map(struct cpu *cpu)
{
    const struct thread *t = thread_at(cpu->current);
    gpaddr_t gpa = gpaddr(cpu->regs[1]);
    cap_t cap;
    u32 cell;
    u32 err = cap_look_up(t, cpu->regs[0], THIMBLE_CAP_REGION, 0, &cap);

    if (err == THIMBLE_OK) {
        err = map_target(t, cpu->regs[2], &cell);
    }
    if (err != THIMBLE_OK) {
        return err;
    }
    const struct region *r = region_at(cap_object(cap));
    if (gpa.raw % PAGE_SIZE != 0) {
        return machine_refuse(THIMBLE_ERR_ALIGN);
    }
    u32 last = gpa.raw + (r->map.size - 1U);
    if (last < gpa.raw || last > 0xffffffffU >> machine_space_t0sz()) {
        return machine_refuse(THIMBLE_ERR_RANGE);
    }
    bool mine = r->cell == cell && r->map.gpa.raw == gpa.raw &&
                (r->state == REGION_MAPPING || r->state == REGION_UNDOING);
    if (r->state != REGION_UNMAPPED && !mine) {
        return machine_refuse(THIMBLE_ERR_MAPPED);
    }
    machine_path(PATH_MAP_STEP);
    return region_map_step(cap_object(cap), cell, gpa);
}

u32 region_hypercall_unmap(struct cpu *cpu)
{
    cap_t cap;
    u32 err = cap_look_up(thread_at(cpu->current), cpu->regs[0], THIMBLE_CAP_REGION, 0, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    if (region_at(cap_object(cap))->state == REGION_UNMAPPED) {
        return machine_refuse(THIMBLE_ERR_UNMAPPED);
    }
    return region_unmap_step(cap_object(cap)) ? THIMBLE_OK : MORE;
}

/* ---- caches -------------------------------------------------------------------*/

_Static_assert(THIMBLE_CACHE_CLEAN == CACHE_CLEAN && THIMBLE_CACHE_UNIFY == CACHE_UNIFY &&
                   THIMBLE_CACHE_INVALIDATE == CACHE_INVALIDATE,
               "the machine's operations are the cells'");
_Static_assert(PAGE_SIZE % THIMBLE_CACHE_LINE == 0, "no line is part of two regions");

/* Which right an operation needs; 0: there is no such operation. Cleaning, and
 * dropping what is clean, may happen at any time without being asked for.
 * Losing what was written is as good as writing. */
static u32 maintain_right(u32 operation)
{
    bool reads = operation == THIMBLE_CACHE_CLEAN || operation == THIMBLE_CACHE_UNIFY ||
                 operation == (THIMBLE_CACHE_CLEAN | THIMBLE_CACHE_INVALIDATE);

    return operation == THIMBLE_CACHE_INVALIDATE ? THIMBLE_RIGHT_WRITE
                                                 : reads * THIMBLE_RIGHT_READ;
}

u32 region_hypercall_maintain(struct cpu *cpu)
{
    u32 offset = cpu->regs[1];
    u32 size = cpu->regs[2];
    u32 operation = cpu->regs[3];
    u32 right = maintain_right(operation);
    cap_t cap;
    u32 err = cap_look_up(thread_at(cpu->current), cpu->regs[0], THIMBLE_CAP_REGION, 0, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    const struct region *r = region_at(cap_object(cap));
    if (right == 0 || r->map.memory == MEMORY_DEVICE) {
        return machine_refuse(THIMBLE_ERR_OPERATION);
    }
    if ((cap_rights(cap) & right) == 0) {
        return machine_refuse(THIMBLE_ERR_RIGHTS);
    }
    if (!region_covers(r, offset, size)) {
        return machine_refuse(THIMBLE_ERR_RANGE);
    }
    if (operation == THIMBLE_CACHE_INVALIDATE && (offset | size) % THIMBLE_CACHE_LINE != 0) {
        return machine_refuse(THIMBLE_ERR_ALIGN);
    }
    machine_path(PATH_CACHE_STEP);
    u32 rest = PAGE_SIZE - offset % PAGE_SIZE;
    u32 step = size < rest ? size : rest;
    if (step != 0) {
        machine_path_times(operation == THIMBLE_CACHE_UNIFY ? PATH_CACHE_UNIFY : PATH_CACHE_LINE,
                           (step - 1U) / THIMBLE_CACHE_LINE + 1U);
        machine_cache_range(paddr(r->map.pa.raw + offset), step, operation);
    }
    cpu->regs[1] = offset + step;
    cpu->regs[2] = size - step;
    return size != step ? MORE : THIMBLE_OK;
}
