/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of how many there are of everything: none where one is needed, and
 * more than the core's pools (limits_config.h) or the board have room for. */
#include "check.h"
#include "config.h"
#include "space.h"

static void check_count(struct model *m, const char *field, u32 count, u32 most)
{
    if (count > most) {
        model_error(m, KIND_SYSTEM, 0, field, "%u are too many: this core has room for %u", count,
                    most);
    }
}

static void system_cells(struct model *m, u32 object)
{
    if (m->count[KIND_CELL] == 0) {
        model_error(m, KIND_SYSTEM, object, "cells", "none: a system has at least one");
    }
    check_count(m, "cells", m->count[KIND_CELL], CELL_MAX);
}

static void system_threads(struct model *m, u32 object)
{
    u32 active = 0;

    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        active += !m->threads[i].is->passive;
    }
    if (active == 0 && m->count[KIND_CELL] != 0) {
        model_error(m, KIND_SYSTEM, object, "threads",
                    "none is active: nothing in this system would ever run");
    }
    check_count(m, "threads", m->count[KIND_THREAD], THREAD_MAX - CPU_MAX);
    check_count(m, "active threads", active, SC_MAX);
}

static void system_lines(struct model *m, u32 object)
{
    (void)object;
    check_count(m, "irqs", m->count[KIND_IRQ], IRQ_MAX);
    check_count(m, "notifications", m->count[KIND_NOTIFICATION], NOTIFICATION_MAX);
}

static void system_regions(struct model *m, u32 object)
{
    u32 derived = 0;

    (void)object;
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        derived += m->cells[i].is->derived;
    }
    check_count(m, "regions (images and quotas of derived ones included)",
                m->count[KIND_REGION] + derived, REGION_MAX);
}

static void system_slots(struct model *m, u32 object)
{
    u32 slots = 0;

    (void)object;
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        slots += m->cells[i].slots;
    }
    check_count(m, "slots of all cells", slots, CAP_MAX);
}

static void system_tables(struct model *m, u32 object)
{
    u32 tables = 0;
    u32 pool = m->board->table_pages;

    if (pool > TABLE_PAGE_MAX - SPACE_ROOT_PAGES) {
        pool = TABLE_PAGE_MAX - SPACE_ROOT_PAGES;
    }
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        tables += m->cells[i].tables;
    }
    if (tables > pool) {
        model_error(m, KIND_SYSTEM, object, "tables",
                    "the cells' page-table quotas add up to %u pages: board \"%s\" has %u", tables,
                    m->board->name, pool);
    }
}

static void cell_threads(struct model *m, u32 object)
{
    if (m->cells[object].threads.count == 0) {
        model_error(m, KIND_CELL, object, "threads", "none: a cell has at least one");
    }
}

const struct check check_limits[] = {
    {KIND_SYSTEM, system_cells},   {KIND_SYSTEM, system_threads}, {KIND_SYSTEM, system_lines},
    {KIND_SYSTEM, system_regions}, {KIND_SYSTEM, system_slots},   {KIND_SYSTEM, system_tables},
    {KIND_CELL, cell_threads},     {KIND_SYSTEM, NULL},
};
