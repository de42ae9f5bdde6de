/* SPDX-License-Identifier: BSD-2-Clause */
/* The flat view of a description: see model.h. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "objects.h"
#include "timing.h"

u32 model_cap_named(const struct system_cap *is)
{
    return (u32)(is->thread != NULL) + (is->notification != NULL) + (is->irq != NULL) +
           (is->region != NULL) + (is->cell != NULL);
}

/* Arrays end with an element that is all zero. Field by field, since padding
 * need not be: a nameless element with other content is an error, not the end. */
static bool cell_ends(const struct system_cell *c)
{
    return c->name == NULL && !c->vm && c->guest == NULL && c->program == NULL && c->memory == 0 &&
           c->slots == 0 && c->tables == 0 && c->derived == 0 && !c->stats && c->threads == NULL &&
           c->caps == NULL && c->regions == NULL;
}

static bool thread_ends(const struct system_thread *t)
{
    return t->name == NULL && t->priority == 0 && t->low_priority == 0 && t->budget_us == 0 &&
        t->period_us == 0 &&
           t->deadline_us == 0 && !t->passive && t->level == 0 && !t->buffer && t->argument == 0 &&
           t->fault_handler == 0 && t->health == 0;
}

static bool cap_ends(const struct system_cap *c)
{
    return c->slot == 0 && model_cap_named(c) == 0 && c->rights == 0 && c->badge == 0;
}

static bool region_ends(const struct system_region *r)
{
    return r->name == NULL && r->at.raw == 0 && !r->unmapped && r->size == 0 &&
           r->access == 0 && r->memory == 0 && r->device == NULL && r->shared == NULL &&
           !r->dma && r->file == NULL && r->tree == NULL && !r->config;
}

static bool irq_ends(const struct system_irq *i)
{
    return i->name == NULL && i->line == 0 && !i->edge;
}

static bool device_ends(const struct system_device *d)
{
    return d->name == NULL && d->model == NULL && d->at.raw == 0 && d->line == 0 &&
           d->senses == NULL && !d->simulated;
}

static bool notification_ends(const struct system_notification *n)
{
    return n->name == NULL;
}

/* An array that does not end within its object: a line, and what is there of it. */
#define COUNT(type)                                                                       \
    static u32 type##_count(struct model *m, const struct system_##type *array, enum kind kind, \
                            u32 object, const char *field)                                \
    {                                                                                     \
        const char *end = object_end(array);                                              \
        u32 count = 0;                                                                    \
                                                                                          \
        while (array != NULL && (end == NULL || (const char *)&array[count + 1U] <= end)) { \
            if (type##_ends(&array[count])) {                                             \
                return count;                                                             \
            }                                                                             \
            count++;                                                                      \
        }                                                                                 \
        if (array != NULL) {                                                              \
            model_error(m, kind, object, field, MODEL_NO_END);                            \
        }                                                                                 \
        return count;                                                                     \
    }
COUNT(cell)
COUNT(thread)
COUNT(cap)
COUNT(region)
COUNT(irq)
COUNT(device)
COUNT(notification)

bool same_name(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static struct span span_append(u32 *total, u32 count)
{
    struct span span = {*total, count};

    *total += count;
    return span;
}

static void count_objects(struct model *m)
{
    m->count[KIND_SYSTEM] = 1;
    m->count[KIND_IRQ] = irq_count(m, m->system->irqs, KIND_SYSTEM, 0, "irqs");
    m->count[KIND_DEVICE] = device_count(m, m->system->devices, KIND_SYSTEM, 0, "devices");
    m->count[KIND_NOTIFICATION] =
        notification_count(m, m->system->notifications, KIND_SYSTEM, 0, "notifications");
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        struct model_cell *cell = &m->cells[i];
        cell->is = &m->system->cells[i];
        cell->threads = span_append(
            &m->count[KIND_THREAD], thread_count(m, cell->is->threads, KIND_CELL, i, "threads"));
        cell->caps = span_append(&m->count[KIND_CAP],
                                 cap_count(m, cell->is->caps, KIND_CELL, i, "caps"));
        cell->images = cell->is->vm ? 0 : 1U;
        cell->regions = span_append(&m->count[KIND_REGION],
                                    cell->images + region_count(m, cell->is->regions, KIND_CELL,
                                                                i, "regions"));
    }
}

static u32 find_thread(const struct model *m, const char *name)
{
    const char *dot = strchr(name, '.');

    if (dot == NULL) {
        return NOWHERE;
    }
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        const struct model_cell *cell = &m->cells[i];
        size_t length = (size_t)(dot - name);
        if (cell->is->name == NULL || strlen(cell->is->name) != length ||
            strncmp(cell->is->name, name, length) != 0) {
            continue;
        }
        for (u32 j = 0; j < cell->threads.count; j++) {
            if (same_name(cell->is->threads[j].name, dot + 1)) {
                return cell->threads.first + j;
            }
        }
    }
    return NOWHERE;
}

u32 model_notification_find(const struct model *m, const char *name)
{
    for (u32 i = 0; i < m->count[KIND_NOTIFICATION]; i++) {
        if (same_name(m->system->notifications[i].name, name)) {
            return i;
        }
    }
    return NOWHERE;
}

u32 model_irq_line(const struct model *m, u32 irq)
{
    const struct system_irq *is = &m->system->irqs[irq];

    if (is->device == NULL) {
        return is->line;
    }
    const struct board_device *device = board_device_find(m->board, is->device);
    return device != NULL ? device->line : 0;
}

u32 model_irq_find(const struct model *m, const char *name)
{
    for (u32 i = 0; i < m->count[KIND_IRQ]; i++) {
        if (same_name(m->system->irqs[i].name, name)) {
            return i;
        }
    }
    return NOWHERE;
}

u32 model_region_find(const struct model *m, u32 cell, const char *name)
{
    const struct model_cell *c = &m->cells[cell];

    /* The image, which comes first, has no element in the description. */
    for (u32 i = c->images; i < c->regions.count; i++) {
        if (same_name(c->is->regions[i - c->images].name, name)) {
            return c->regions.first + i;
        }
    }
    return NOWHERE;
}

u32 model_cell_find(const struct model *m, const char *name)
{
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        if (same_name(m->system->cells[i].name, name)) {
            return i;
        }
    }
    return NOWHERE;
}

static void resolve_cap(const struct model *m, struct model_cap *cap)
{
    const struct system_cap *is = cap->is;

    cap->type = THIMBLE_CAP_EMPTY;
    cap->object = NOWHERE;
    if (model_cap_named(is) != 1) {
        return;
    }
    if (is->thread != NULL) {
        cap->type = THIMBLE_CAP_THREAD;
        cap->object = find_thread(m, is->thread);
    } else if (is->notification != NULL) {
        cap->type = THIMBLE_CAP_NOTIFICATION;
        cap->object = model_notification_find(m, is->notification);
    } else if (is->irq != NULL) {
        cap->type = THIMBLE_CAP_IRQ;
        cap->object = model_irq_find(m, is->irq);
    } else if (is->region != NULL) {
        cap->type = THIMBLE_CAP_REGION;
        cap->object = model_region_find(m, cap->cell, is->region);
    } else {
        cap->type = THIMBLE_CAP_CELL;
        cap->object = model_cell_find(m, is->cell);
    }
}

static void resolve_region(const struct model *m, u32 index)
{
    struct model_region *r = &m->regions[index];

    r->at = r->is->at.raw;
    r->size = r->is->size;
    if (r->is->device != NULL) {
        r->device = board_device_find(m->board, r->is->device);
        r->size = r->device != NULL ? r->device->size : r->size;
    }
    content_find(r);
    for (u32 i = 0; i < index && r->first == index; i++) {
        const struct system_region *other = m->regions[i].is;
        if (other != NULL && same_name(other->shared, r->is->shared)) {
            r->first = i;
        }
    }
}

static void fill_cell(const struct model *m, u32 index)
{
    struct model_cell *cell = &m->cells[index];

    for (u32 i = 0; i < cell->threads.count; i++) {
        m->threads[cell->threads.first + i] =
            (struct model_thread){.is = &cell->is->threads[i], .cell = index};
    }
    cell->slots = cell->is->slots;
    for (u32 i = 0; i < cell->caps.count; i++) {
        struct model_cap *cap = &m->caps[cell->caps.first + i];
        *cap = (struct model_cap){.is = &cell->is->caps[i], .cell = index};
        resolve_cap(m, cap);
        if (cell->is->slots == 0 && cap->is->slot >= cell->slots) {
            cell->slots = cap->is->slot + 1U;
        }
    }
    for (u32 i = 0; i < cell->regions.count; i++) {
        u32 region = cell->regions.first + i;
        m->regions[region] = (struct model_region){.cell = index, .first = region};
        if (i < cell->images) {
            m->regions[region].at = SYSTEM_IMAGE_AT;
            m->regions[region].size = cell->is->memory;
        } else {
            m->regions[region].is = &cell->is->regions[i - cell->images];
            resolve_region(m, region);
        }
    }
}

/* Tables are as long as there are priorities: what is none goes no further. */
static bool priorities_fit(struct model *m)
{
    u32 before = m->error_count;

    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        const struct system_thread *t = m->threads[i].is;
        if (t->priority >= PRIORITIES) {
            model_error(m, KIND_THREAD, i, "priority", "%d: priorities are 0 to %u",
                        (int)t->priority, PRIORITIES - 1U);
        }
        if (t->low_priority >= PRIORITIES) {
            model_error(m, KIND_THREAD, i, "low_priority", "%d: priorities are 0 to %u",
                        (int)t->low_priority, PRIORITIES - 1U);
        }
    }
    return m->error_count == before;
}

bool model_make(struct model *m, const struct system *system, const struct board *board,
                FILE *errors)
{
    *m = (struct model){.system = system, .board = board, .errors = errors};
    m->count[KIND_CELL] = cell_count(m, system->cells, KIND_SYSTEM, 0, "cells");
    m->cells = calloc(m->count[KIND_CELL] + 1U, sizeof(*m->cells));
    if (m->cells == NULL) {
        return false;
    }
    count_objects(m);
    m->threads = calloc(m->count[KIND_THREAD] + 1U, sizeof(*m->threads));
    m->caps = calloc(m->count[KIND_CAP] + 1U, sizeof(*m->caps));
    m->regions = calloc(m->count[KIND_REGION] + 1U, sizeof(*m->regions));
    m->lines = calloc(m->count[KIND_IRQ] + 1U, sizeof(*m->lines));
    if (m->threads == NULL || m->caps == NULL || m->regions == NULL || m->lines == NULL ||
        !devices_make(m)) {
        return false;
    }
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        fill_cell(m, i);
    }
    if (!priorities_fit(m)) {
        return false;
    }
    place_memory(m);
    place_tables(m);
    timing_prepare(m);
    return vms_resolve(m);
}

void model_free(struct model *m)
{
    free(m->cells);
    free(m->threads);
    free(m->caps);
    for (u32 i = 0; m->regions != NULL && i < m->count[KIND_REGION]; i++) {
        free(m->regions[i].path);
    }
    free(m->regions);
    free(m->guests);
    devices_free(m->devices);
    free(m->lines);
}

u32 model_cap_in_slot(const struct model *m, u32 cell, u32 slot)
{
    const struct span *caps = &m->cells[cell].caps;

    for (u32 i = caps->first; i < caps->first + caps->count; i++) {
        if (m->caps[i].is->slot == slot) {
            return i;
        }
    }
    return NOWHERE;
}

const char *model_cell_name(const struct model *m, u32 cell)
{
    const char *name = m->system->cells[cell].name;

    return name != NULL ? name : "";
}

u64 model_ticks(const struct board *board, u32 us)
{
    return ((u64)us * board->ticks_per_ms + 999U) / 1000U;
}

u32 model_buffer_pages(const struct model *m, u32 cell)
{
    const struct span *threads = &m->cells[cell].threads;
    u32 buffers = 0;

    for (u32 i = threads->first; i < threads->first + threads->count; i++) {
        buffers += m->threads[i].is->buffer;
    }
    return (buffers * THIMBLE_BUFFER_SIZE + PAGE_SIZE - 1U) / PAGE_SIZE;
}
