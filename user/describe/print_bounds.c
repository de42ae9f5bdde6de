/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows from a system for its cells' time and trust: see print.h. */
#include "config.h"
#include "places.h"
#include "print.h"
#include "timing.h"

#define NAME_SIZE 64U

static void name_of(const struct model *m, u32 thread, char name[NAME_SIZE])
{
    (void)snprintf(name, NAME_SIZE, "%s.%s", model_cell_name(m, m->threads[thread].cell),
                   m->threads[thread].is->name);
}

static void print_us(u64 ns, FILE *file)
{
    fprintf(file, " %5llu.%llu", TIMING_TENTHS(ns));
}

/* Of a bound its parts, in the order of struct bound, and what is left of the budget. */
static void print_response(const struct model *m, u32 thread, FILE *file)
{
    const struct system_thread *t = m->threads[thread].is;
    u64 deadline = t->deadline_us * 1000ULL;
    struct bound b = timing_bound(m, thread, deadline);
    const u64 parts[] = {b.stretch, b.own, b.budget, b.more, b.paths, b.equal, b.lines, b.total,
                         deadline,  deadline - b.total, b.help, timing_left(&b)};
    char name[NAME_SIZE];

    name_of(m, thread, name);
    fprintf(file, "  %-20s", name);
    for (u32 i = 0; i < ARRAY_SIZE(parts); i++) {
        print_us(parts[i], file);
    }
    fputc('\n', file);
}

static void print_responses(const struct model *m, FILE *file)
{
    static const char *const titles[] = {"core", "own", "budget", "more", "paths", "equal",
                                         "lines", "at most", "deadln", "slack", "help", "left"};
    bool any = false;

    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        if (m->threads[i].is->deadline_us == 0) {
            continue;
        }
        if (!any) {
            fprintf(file, "response times (us: until the budget is used up, what it is made of; "
                          "and what of the budget is help, and what is left)\n  %-20s",
                    "cell.thread");
            for (u32 k = 0; k < ARRAY_SIZE(titles); k++) {
                fprintf(file, " %7s", titles[k]);
            }
            fputc('\n', file);
            any = true;
        }
        print_response(m, i, file);
    }
}

/* Which priorities have a level of the interrupt controller to themselves. */
static void print_levels(const struct model *m, FILE *file)
{
    bool any = false;

    for (u32 p = LINE_FOR_ALL; p-- > 0;) {
        if (!m->has_level[p]) {
            continue;
        }
        if (!any) {
            fprintf(file, "levels of lines (%u; who runs lets in those of its level and above)\n"
                          "  %5s %8s  %s\n",
                    m->board->levels, "level", "priority", "lines");
            any = true;
        }
        bool shared = false;
        for (u32 other = 0; other < LINE_FOR_ALL; other++) {
            shared |= other != p && m->has_level[other] && m->levels[other] == m->levels[p];
        }
        fprintf(file, "  %5u %8u", m->levels[p], p);
        const char *before = "  ";
        for (u32 i = 0; i < m->count[KIND_IRQ]; i++) {
            if (m->lines[i] == p) {
                fprintf(file, "%s%s", before, m->system->irqs[i].name);
                before = " ";
            }
        }
        fprintf(file, "%s\n", shared ? " (the level is others', too)" : "");
    }
}

/* The least urgent priority that a thread of the cell has; LINE_FOR_ALL: none is active. */
static u32 cell_priority(const struct model *m, u32 cell)
{
    u32 least = LINE_FOR_ALL;

    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        const struct system_thread *t = m->threads[i].is;
        if (m->threads[i].cell == cell && !t->passive && timing_priority(t) < least) {
            least = timing_priority(t);
        }
    }
    return least;
}

static void print_delays_of(const struct model *m, u32 cell, u32 priority, FILE *file)
{
    const char *before = "";

    for (u32 i = timing_next(m, NOWHERE); i != NOWHERE; i = timing_next(m, i)) {
        char name[NAME_SIZE];
        if (m->threads[i].cell != cell && m->threads[i].is->priority >= priority) {
            name_of(m, i, name);
            fprintf(file, "%s%s", before, name);
            before = ", ";
        }
    }
    for (u32 i = 0; i < m->count[KIND_IRQ]; i++) {
        bool own = false;
        for (u32 c = 0; c < m->count[KIND_CAP]; c++) {
            own |= m->caps[c].type == THIMBLE_CAP_IRQ && m->caps[c].object == i &&
                   m->caps[c].cell == cell;
        }
        if (!own && level_lets_in(m, priority, i)) {
            fprintf(file, "%sline %s", before, m->system->irqs[i].name);
            before = ", ";
        }
    }
    fprintf(file, "%s\n", before[0] == '\0' ? "nothing else" : "");
}

static void print_delays(const struct model *m, FILE *file)
{
    struct costs costs = timing_costs(m, NOWHERE);

    fprintf(file,
            "what can delay a cell's threads, of other cells (beside one stretch of the core, "
            "%llu.%llu us)\n",
            TIMING_TENTHS(costs.stretch));
    for (u32 cell = 0; cell < m->count[KIND_CELL]; cell++) {
        u32 priority = cell_priority(m, cell);
        fprintf(file, "  %-16s ", model_cell_name(m, cell));
        if (priority == LINE_FOR_ALL) {
            fprintf(file, "what delays its callers\n");
        } else {
            print_delays_of(m, cell, priority, file);
        }
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
        print_levels(&m, file);
        print_delays(&m, file);
    }
    model_free(&m);
    print_trusted(d, file);
}
