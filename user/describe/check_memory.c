/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of images, regions, devices, and of what the board has of memory. */
#include "check.h"

#define SPACE_END ((u64)1 << 32)
#define ACCESS_ALL (ACCESS_READ | ACCESS_WRITE | ACCESS_EXECUTE)

static u64 region_end(const struct model_region *r)
{
    return (u64)r->at + r->size;
}

static void ram(struct model *m, enum kind kind, u32 object, const char *field,
                const struct model_region *r)
{
    u64 used = r->pa - m->board->ram.raw;

    if (r->misfit && region_end(r) <= SPACE_END) {
        model_error(m, kind, object, field,
                    "%u KiB: of the %u KiB of RAM for cells, %llu KiB are taken before it",
                    r->size / KIB, m->board->ram_size / KIB, (unsigned long long)used / KIB);
    }
}

static void image_size(struct model *m, u32 object)
{
    const struct system_cell *is = m->cells[object].is;
    u64 own = (model_buffer_pages(m, object) + (is->stats ? 1U : 0U)) * (u64)PAGE_SIZE;

    if (is->vm) {
        return; /* has no image */
    }
    if (is->memory == 0) {
        model_error(m, KIND_CELL, object, "memory", "0: the program needs a place");
    } else if (is->memory % PAGE_SIZE != 0) {
        model_error(m, KIND_CELL, object, "memory", "0x%x is not a multiple of the page size",
                    is->memory);
    } else if (is->memory <= own) {
        model_error(m, KIND_CELL, object, "memory",
                    "0x%x is too small: message buffers and statistics take 0x%llx, and the "
                    "program needs a page",
                    is->memory, (unsigned long long)own);
    }
    if (SYSTEM_IMAGE_AT + (u64)is->memory > SPACE_END) {
        model_error(m, KIND_CELL, object, "memory", "0x%x at 0x%x goes beyond 4 GiB", is->memory,
                    SYSTEM_IMAGE_AT);
    }
}

static void image_ram(struct model *m, u32 object)
{
    if (m->cells[object].images != 0) {
        ram(m, KIND_CELL, object, "memory", &m->regions[m->cells[object].regions.first]);
    }
}

static void quota(struct model *m, u32 object)
{
    const struct model_cell *cell = &m->cells[object];

    if (cell->tables < cell->tables_needed) {
        model_error(m, KIND_CELL, object, "tables",
                    "%u pages: mapping its regions can take %u (0: as many as that takes)",
                    cell->tables, cell->tables_needed);
    }
}

static void region_place(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];

    if (r->is->unmapped && r->at != 0) {
        model_error(m, KIND_REGION, object, "at",
                    "0x%x, but it is not mapped at boot: region_map says where", r->at);
    } else if (r->at % PAGE_SIZE != 0) {
        model_error(m, KIND_REGION, object, "at", "0x%x is not page-aligned", r->at);
    }
    if (r->size == 0 && r->is->device == NULL && r->is->file == NULL) {
        model_error(m, KIND_REGION, object, "size", "0");
    } else if (r->is->size % PAGE_SIZE != 0) {
        model_error(m, KIND_REGION, object, "size", "0x%x is not a multiple of the page size",
                    r->is->size);
    }
    if (region_end(r) > SPACE_END) {
        model_error(m, KIND_REGION, object, "size", "0x%x at 0x%x goes beyond 4 GiB", r->size,
                    r->at);
    }
}

static void region_access(struct model *m, u32 object)
{
    const struct system_region *is = m->regions[object].is;

    if (is->access == 0) {
        model_error(m, KIND_REGION, object, "access", "none: the region would be of no use");
    } else if ((is->access & ~ACCESS_ALL) != 0) {
        model_error(m, KIND_REGION, object, "access", "0x%x has unknown bits", is->access);
    } else if ((is->access & ACCESS_EXECUTE) != 0 && (is->access & ACCESS_READ) == 0) {
        /* DDI 0406C B3.7.2: fetching needs the permission to read. */
        model_error(m, KIND_REGION, object, "access", "to execute needs to read too");
    }
    if ((is->access & ACCESS_EXECUTE) != 0 &&
        (is->device != NULL || is->memory == MEMORY_DEVICE)) {
        model_error(m, KIND_REGION, object, "access", "devices cannot be executed");
    }
}

static void region_type(struct model *m, u32 object)
{
    const struct system_region *is = m->regions[object].is;

    if (is->memory > MEMORY_DEVICE) {
        model_error(m, KIND_REGION, object, "memory", "%u: no such memory type", is->memory);
    } else if (is->device != NULL && is->memory != MEMORY_DEVICE) {
        model_error(m, KIND_REGION, object, "memory",
                    "a device needs MEMORY_DEVICE: caches and reordering would break it");
    } else if (is->device == NULL && is->memory == MEMORY_DEVICE) {
        model_error(m, KIND_REGION, object, "memory", "MEMORY_DEVICE is for devices, not RAM");
    }
}

static void device_known(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];
    struct nearest near;
    char suggestion[SUGGESTION_SIZE];

    if (r->is->device == NULL || r->device != NULL || model_device_own(m, r->is->device)) {
        return; /* check_devices.c says what is wrong with the system's own */
    }
    nearest_start(&near, r->is->device);
    for (const struct board_device *d = m->board->devices; d->name != NULL; d++) {
        nearest_offer(&near, NULL, d->name);
    }
    nearest_text(&near, suggestion);
    model_error(m, KIND_REGION, object, "device", "\"%s\": board \"%s\" has no such device%s",
                r->is->device, m->board->name, suggestion);
}

static void device_size(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];

    if (r->device != NULL && r->is->size != 0 && r->is->size != r->device->size) {
        model_error(m, KIND_REGION, object, "size",
                    "0x%x, but device \"%s\" has 0x%x (0: the device's)", r->is->size,
                    r->is->device, r->device->size);
    }
}

static void shared_same(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];
    const struct model_region *first = &m->regions[r->first];

    if (r->is->shared != NULL && r->is->device != NULL) {
        model_error(m, KIND_REGION, object, "shared", "\"%s\": a device is not shared memory",
                    r->is->shared);
        return;
    }
    if (r->first == object) {
        return;
    }
    if (r->size != first->size) {
        model_error(m, KIND_REGION, object, "size",
                    "0x%x, but \"%s\" has 0x%x in cells[%u] \"%s\"", r->size, r->is->shared,
                    first->size, first->cell, model_cell_name(m, first->cell));
    }
    if (r->is->memory != first->is->memory) {
        model_error(m, KIND_REGION, object, "memory",
                    "\"%s\" is of another type in cells[%u] \"%s\"", r->is->shared, first->cell,
                    model_cell_name(m, first->cell));
    }
}

static void shared_named(struct model *m, u32 object)
{
    const char *shared = m->regions[object].is->shared;

    if (shared != NULL && shared[0] == '\0') {
        model_error(m, KIND_REGION, object, "shared", "the name is empty");
    }
}

static void shared_alone(struct model *m, u32 object)
{
    const char *shared = m->regions[object].is->shared;
    struct nearest near;
    char suggestion[SUGGESTION_SIZE];

    if (shared == NULL) {
        return;
    }
    nearest_start(&near, shared);
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        const struct system_region *other = m->regions[i].is;
        if (i == object || other == NULL) {
            continue;
        }
        if (same_name(other->shared, shared)) {
            return;
        }
        nearest_offer(&near, NULL, other->shared);
    }
    nearest_text(&near, suggestion);
    model_warning(m, KIND_REGION, object, "shared", "\"%s\": nobody shares it%s", shared,
                  suggestion);
}

static void region_ram(struct model *m, u32 object)
{
    ram(m, KIND_REGION, object, "size", &m->regions[object]);
}

static void dma_place(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];
    u64 ram = m->board->ram.raw;

    if (!r->is->dma) {
        return;
    }
    if (r->is->device != NULL) {
        model_error(m, KIND_REGION, object, "dma", "registers are not memory for a bus master");
    } else if (r->is->unmapped) {
        model_error(m, KIND_REGION, object, "dma",
                    "it is not mapped at boot, so `at` cannot say its physical address");
    } else if (r->at < ram || region_end(r) > ram + m->board->ram_size) {
        model_error(m, KIND_REGION, object, "at",
                    "0x%x to 0x%llx is its physical address too, and cells have RAM from 0x%llx "
                    "to 0x%llx",
                    r->at, (unsigned long long)region_end(r) - 1U, (unsigned long long)ram,
                    (unsigned long long)ram + m->board->ram_size - 1U);
    } else if (r->pa != r->at) {
        model_error(m, KIND_REGION, object, "dma",
                    "\"%s\" is at physical address 0x%llx: its first region says where",
                    r->is->shared, (unsigned long long)r->pa);
    }
}

/* What a cell is given for mapping memory later is of no use where memory is fixed. */
static void fixed_cell(struct model *m, u32 object)
{
    const struct system_cell *is = m->cells[object].is;

    if (m->system->fixed && is->derived != 0) {
        model_error(m, KIND_CELL, object, "derived",
                    "%u, but the system's memory is fixed: no region can be derived", is->derived);
    }
    if (m->system->fixed && is->tables != 0) {
        model_error(m, KIND_CELL, object, "tables",
                    "%u, but the system's memory is fixed: nothing is mapped after boot",
                    is->tables);
    }
}

static void fixed_region(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];

    if (m->system->fixed && r->is != NULL && r->is->unmapped) {
        model_error(m, KIND_REGION, object, "unmapped",
                    "the system's memory is fixed: nobody could ever map it");
    }
}

const struct check check_memory[] = {
    {KIND_CELL, image_size},     {KIND_CELL, image_ram},      {KIND_CELL, quota},
    {KIND_REGION, region_place}, {KIND_REGION, region_access}, {KIND_REGION, region_type},
    {KIND_REGION, device_known}, {KIND_REGION, device_size},  {KIND_REGION, shared_same},
    {KIND_REGION, shared_named}, {KIND_REGION, shared_alone}, {KIND_REGION, region_ram},
    {KIND_REGION, dma_place},    {KIND_CELL, fixed_cell},     {KIND_REGION, fixed_region},
    {KIND_SYSTEM, NULL},
};
