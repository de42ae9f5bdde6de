/* SPDX-License-Identifier: BSD-2-Clause */
/* From a model without errors to the tables of core/boot.h: see describe.h. */
#include "describe.h"

#include <stdlib.h>

#include "check.h"
#include "model.h"
#include "places.h"
#include "print.h"
#include "sleep.h"

/* There if the system's programs use it. */
#pragma weak thimble_sleep_until

static bool sleeps(const struct model *m, u32 thread)
{
    return thimble_sleep_until != NULL && !m->threads[thread].is->passive &&
           !m->cells[m->threads[thread].cell].is->vm;
}

static bool allocate(struct described *d, const struct model *m)
{
    u32 sleepers = m->count[KIND_THREAD];

    /* One more than needed: an empty array must not look like a failure. */
    d->cells = calloc(m->count[KIND_CELL] + 1U, sizeof(*d->cells));
    d->threads = calloc(m->count[KIND_THREAD] + 1U, sizeof(*d->threads));
    d->scs = calloc(m->count[KIND_THREAD] + 1U, sizeof(*d->scs));
    d->irqs = calloc(m->count[KIND_IRQ] + 1U, sizeof(*d->irqs));
    d->notifications =
        calloc(m->count[KIND_NOTIFICATION] + sleepers + 1U, sizeof(*d->notifications));
    d->regions = calloc(m->count[KIND_REGION] + 1U, sizeof(*d->regions));
    d->caps = calloc(m->count[KIND_CAP] + sleepers + 1U, sizeof(*d->caps));
    return d->cells != NULL && d->threads != NULL && d->scs != NULL && d->irqs != NULL &&
           d->notifications != NULL && d->regions != NULL && d->caps != NULL;
}

static u32 image_end(const struct model_cell *cell)
{
    return SYSTEM_IMAGE_AT + cell->is->memory;
}

static void build_cell(struct described *d, const struct model *m, u32 index)
{
    const struct model_cell *cell = &m->cells[index];
    u32 buffers = model_buffer_pages(m, index) * PAGE_SIZE;

    d->cells[index] = (struct boot_cell){
        .name = cell->is->name,
        .program = cell->is->program,
        .slots = (u16)cell->slots,
        .tables = (u16)cell->tables,
        .derived = cell->is->derived,
        .image = {cell->is->vm ? 0 : SYSTEM_IMAGE_AT},
        .image_size = cell->is->memory,
        .stats = {cell->is->stats ? image_end(cell) - buffers - PAGE_SIZE : 0},
    };
}

static void build_sc(struct described *d, const struct model *m, u32 thread)
{
    const struct system_thread *is = m->threads[thread].is;
    bool unlimited = is->period_us == 0;

    d->scs[d->boot.sc_count] = (struct boot_sc){
        .urgency = {{.priority = (u8)is->priority},
                    {.priority = (u8)(is->low_priority != 0 ? is->low_priority : is->priority)}},
        .described = (u8)is->priority,
        .cpu = 0,
        .thread = (u16)thread,
        .budget = (u32)model_ticks(m->board, unlimited ? DESCRIBE_SLICE_US : is->budget_us),
        .period = (u32)model_ticks(m->board, unlimited ? DESCRIBE_SLICE_US : is->period_us),
    };
    d->boot.sc_count++;
}

/* Behind all that is described. */
static void build_sleep(struct described *d, const struct model *m)
{
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        if (!sleeps(m, i)) {
            continue;
        }
        struct boot_cell *cell = &d->cells[m->threads[i].cell];
        cell->slots = cell->slots != 0 ? cell->slots : 1U; /* slot 0 names nothing */
        d->notifications[d->boot.notification_count].name = "sleep";
        d->caps[d->boot.cap_count] = (struct boot_cap){
            .cell = (u16)m->threads[i].cell,
            .slot = cell->slots,
            .type = THIMBLE_CAP_NOTIFICATION,
            .rights = THIMBLE_RIGHT_WAIT,
            .object = d->boot.notification_count,
        };
        cell->slots++;
        d->boot.notification_count++;
        d->boot.cap_count++;
    }
}

u32 describe_sleep_slot(const struct described *d, u32 thread)
{
    u32 slot = 0;
    u32 before = 0;

    for (u32 i = 0; i < thread; i++) {
        before += d->threads[i].sc != NONE && d->cells[d->threads[i].cell].image.raw != 0;
    }
    for (u32 i = 0; i < d->boot.cap_count && d->threads[thread].sc != NONE; i++) {
        const struct boot_cap *c = &d->caps[i];
        if (c->type == THIMBLE_CAP_NOTIFICATION && c->cell == d->threads[thread].cell &&
            c->object == d->described_notifications + before) {
            slot = c->slot;
        }
    }
    return slot;
}

static u16 slot_or_none(u16 slot)
{
    return slot != 0 ? slot : THIMBLE_NO_SLOT;
}

/* Which of the vCPUs this is, from 1. */
static u16 vcpu_number(const struct model *m, u32 thread)
{
    u16 number = 1;

    for (u32 i = 0; i < thread; i++) {
        number = (u16)(number + m->cells[m->threads[i].cell].is->vm);
    }
    return number;
}

/* Which of the threads with floating point this is, from 1. */
static u16 vfp_number(const struct model *m, u32 thread)
{
    u16 number = 1;

    for (u32 i = 0; i < thread; i++) {
        number += m->threads[i].is->vfp;
    }
    return number;
}

static void build_thread(struct described *d, const struct model *m, u32 index)
{
    const struct system_thread *is = m->threads[index].is;

    d->threads[index] = (struct boot_thread){
        .name = is->name,
        .cell = (u16)m->threads[index].cell,
        .sc = is->passive ? NONE : d->boot.sc_count,
        .level = is->level,
        .vfp = is->vfp ? vfp_number(m, index) : 0,
        .vcpu = m->cells[m->threads[index].cell].is->vm ? vcpu_number(m, index) : 0,
        .handler = slot_or_none(is->fault_handler),
        .health = slot_or_none(is->health),
        .argument = is->argument,
    };
    if (!is->passive) {
        build_sc(d, m, index);
    }
}

static void build_buffers(struct described *d, const struct model *m, u32 index)
{
    const struct model_cell *cell = &m->cells[index];
    u32 at = image_end(cell) - model_buffer_pages(m, index) * PAGE_SIZE;
    u32 to_pa = (u32)m->regions[cell->regions.first].pa - SYSTEM_IMAGE_AT;

    for (u32 i = cell->threads.first; i < cell->threads.first + cell->threads.count; i++) {
        if (m->threads[i].is->buffer) {
            d->threads[i].buffer_at = gpaddr(at);
            d->threads[i].buffer = paddr(at + to_pa);
            at += THIMBLE_BUFFER_SIZE;
        }
    }
}

/* Below what lies at the image's end, from there downwards. */
static void build_stacks(struct described *d, const struct model *m, u32 index)
{
    const struct model_cell *cell = &m->cells[index];
    u32 at = image_end(cell) - model_buffer_pages(m, index) * PAGE_SIZE;

    at -= cell->is->stats ? PAGE_SIZE : 0;
    for (u32 i = cell->threads.first; i < cell->threads.first + cell->threads.count; i++) {
        d->threads[i].stack = gpaddr(at);
        at -= DESCRIBE_STACK_SIZE;
    }
}

static void build_region(struct described *d, const struct model *m, u32 index)
{
    const struct model_region *r = &m->regions[index];

    d->regions[index] = (struct boot_region){
        .name = r->is != NULL ? r->is->name : "image",
        .mapped = r->is == NULL || !r->is->unmapped,
        .loaded = m->regions[r->first].loaded,
        .cell = (u16)r->cell,
        .map =
            {
                .gpa = {r->at},
                .pa = {(u32)r->pa},
                .size = r->size,
                .memory = r->is != NULL ? r->is->memory : MEMORY_NORMAL,
                .access = r->is != NULL ? r->is->access
                                        : (ACCESS_READ | ACCESS_WRITE | ACCESS_EXECUTE),
            },
    };
}

static void build_cap(struct described *d, const struct model *m, u32 index)
{
    const struct model_cap *c = &m->caps[index];

    d->caps[index] = (struct boot_cap){
        .cell = (u16)c->cell,
        .slot = c->is->slot,
        .type = c->type,
        .rights = c->is->rights,
        .object = (u16)c->object,
        .badge = c->is->badge,
    };
}

static void build_lines(struct described *d, const struct model *m)
{
    for (u32 i = 0; i < m->count[KIND_IRQ]; i++) {
        const struct system_irq *is = &m->system->irqs[i];
        d->irqs[i] = (struct boot_irq){
            .name = is->name, .line = (u16)model_irq_line(m, i), .edge = is->edge};
    }
    for (u32 i = 0; i < m->count[KIND_NOTIFICATION]; i++) {
        d->notifications[i].name = m->system->notifications[i].name;
    }
}

/* The most urgent thread of its cell: any may bind it. */
static u16 irq_priority(const struct described *d, u32 irq)
{
    u32 cell = irq_holder(d, irq);
    u32 priority = LINE_FOR_ALL;

    for (u32 i = 0; i < d->boot.sc_count; i++) {
        const struct boot_sc *sc = &d->scs[i];
        if (d->threads[sc->thread].cell == cell &&
            (priority == LINE_FOR_ALL || sc->described > priority)) {
            priority = sc->described;
        }
    }
    return (u16)priority;
}

static void build_levels(struct described *d)
{
    u16 *handlers = calloc(d->boot.irq_count + 1U, sizeof(*handlers));

    for (u32 i = 0; i < d->boot.irq_count; i++) {
        handlers[i] = irq_priority(d, i);
    }
    levels_set(d->scs, d->threads, d->boot.sc_count, d->irqs, handlers, d->boot.irq_count);
    free(handlers);
}

static void build(struct described *d, const struct model *m)
{
    d->board = m->board;
    d->boot = (struct boot){
        .name = m->system->name,
        .cells = d->cells,
        .threads = d->threads,
        .scs = d->scs,
        .irqs = d->irqs,
        .notifications = d->notifications,
        .regions = d->regions,
        .caps = d->caps,
        .space_t0sz = (u8)m->space_t0sz,
        .fixed = m->system->fixed,
        .cell_count = (u16)m->count[KIND_CELL],
        .thread_count = (u16)m->count[KIND_THREAD],
        .irq_count = (u16)m->count[KIND_IRQ],
        .notification_count = (u16)m->count[KIND_NOTIFICATION],
        .region_count = (u16)m->count[KIND_REGION],
        .cap_count = (u16)m->count[KIND_CAP],
    };
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        build_thread(d, m, i);
    }
    places_set(d->scs, d->boot.sc_count);
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        build_cell(d, m, i);
        if (!m->cells[i].is->vm) {
            build_buffers(d, m, i);
            build_stacks(d, m, i);
        }
    }
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        build_region(d, m, i);
    }
    for (u32 i = 0; i < m->count[KIND_CAP]; i++) {
        build_cap(d, m, i);
    }
    build_lines(d, m);
    build_levels(d);
    d->described_notifications = d->boot.notification_count;
    build_sleep(d, m);
}

bool describe_compile(const struct system *system, const struct board *board,
                      struct described *out, FILE *errors)
{
    struct model m;
    bool good;

    *out = (struct described){.board = NULL};
    good = model_make(&m, system, board, errors);
    if (good) {
        check_all(&m);
        good = m.error_count == 0 && allocate(out, &m);
    }
    if (good) {
        build(out, &m);
        out->own = m.devices;
        out->devices = m.devices != NULL ? m.devices->places : NULL;
        m.devices = NULL;
    } else {
        describe_free(out);
        if (m.error_count == 0) {
            fputs("error: host memory ran out\n", errors);
        }
    }
    model_free(&m);
    return good;
}

void describe_free(struct described *d)
{
    free(d->cells);
    free(d->threads);
    free(d->scs);
    free(d->irqs);
    free(d->notifications);
    free(d->regions);
    free(d->caps);
    devices_free(d->own);
    *d = (struct described){.board = NULL};
}
