/* SPDX-License-Identifier: BSD-2-Clause */
/* Address spaces: page-table pages and mapping in bounded steps. See space.h. */
#include "space.h"

#include "kernel.h"

void space_tables_reset(void)
{
    u32 pages = machine_table_page_count();

    kernel.table_free = NONE;
    kernel.table_count = 0;
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

    kernel.table_free = kernel.table_next[page];
    kernel.table_next[page] = NONE;
    kernel.table_count--;
    kernel.cells[cell].tables++;
    return page;
}

bool space_region_step(u32 region)
{
    struct region *r = &kernel.regions[region];
    const struct cell *cell = &kernel.cells[r->cell];
    struct machine_mapping rest = r->map;
    u32 tables;

    rest.gpa.raw += r->mapped;
    rest.pa.raw += r->mapped;
    rest.size -= r->mapped;
    tables = machine_space_tables(rest.gpa, rest.size);
    if (tables > (u32)cell->quota - cell->tables || tables > kernel.table_count) {
        return false;
    }
    u32 mapped = machine_space_map(r->cell, &rest);
    r->mapped += mapped;
    return mapped != 0;
}
