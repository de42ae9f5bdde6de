/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows from a system for its cells' time and trust: see print.h. */
#include "config.h"
#include "model.h"
#include "print.h"

static void print_responses(const struct model *m, FILE *file)
{
    bool any = false;

    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        const struct system_thread *t = m->threads[i].is;
        char name[64];
        if (t->deadline_us == 0) {
            continue;
        }
        if (!any) {
            fprintf(file, "response times (kernel overhead: %u us a path, provisional)\n"
                          "  %-24s %11s %11s\n",
                    DESCRIBE_PATH_US, "cell.thread", "at most us", "deadline us");
            any = true;
        }
        (void)snprintf(name, sizeof(name), "%s.%s", model_cell_name(m, m->threads[i].cell),
                       t->name);
        fprintf(file, "  %-24s %11llu %11u\n", name,
                (unsigned long long)timing_response(m, i, t->deadline_us), t->deadline_us);
    }
}

/* Each line and each deadline of other cells can come in between, once before
 * its handler or thread has run: a kernel path each. */
static void print_interference(const struct described *d, FILE *file)
{
    fprintf(file, "interference by others' interrupts (%u us a path, provisional)\n"
                  "  %-16s %5s %6s %11s\n",
            DESCRIBE_PATH_US, "cell", "lines", "timers", "at most us");
    for (u32 cell = 0; cell < d->boot.cell_count; cell++) {
        u32 lines = 0;
        u32 timers = 0;
        for (u32 i = 0; i < d->boot.irq_count; i++) {
            u32 holder = irq_holder(d, i);
            lines += holder != NONE && holder != cell;
        }
        for (u32 i = 0; i < d->boot.sc_count; i++) {
            timers += d->boot.threads[d->boot.scs[i].thread].cell != cell;
        }
        fprintf(file, "  %-16s %5u %6u %11u\n", d->boot.cells[cell].name, lines, timers,
                (lines + timers) * DESCRIBE_PATH_US);
    }
}

static bool cell_trusted(const struct described *d, u32 cell)
{
    for (u32 i = 0; i < d->boot.region_count; i++) {
        if (d->boot.regions[i].cell == cell && region_trusted(d, &d->boot.regions[i])) {
            return true;
        }
    }
    return false;
}

static void print_trusted(const struct described *d, FILE *file)
{
    bool any = false;

    fprintf(file, "trusted cells (they hold a bus master, and so can reach all memory)\n");
    for (u32 i = 0; i < d->boot.cell_count; i++) {
        if (cell_trusted(d, i)) {
            fprintf(file, "  %s\n", d->boot.cells[i].name);
            any = true;
        }
    }
    if (!any) {
        fprintf(file, "  none\n");
    }
}

void print_bounds(const struct system *system, const struct described *d, FILE *file)
{
    struct model m;

    if (model_make(&m, system, d->board, file)) {
        print_responses(&m, file);
    }
    model_free(&m);
    print_interference(d, file);
    print_trusted(d, file);
}
