/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table at the end of a run: time and counts as the simulator saw them,
 * latencies as the programs themselves recorded them in their statistics pages.
 */
#include "report.h"

#include <inttypes.h>

#include "figures.h"
#include "host.h"
#include "kernel.h"
#include "observe.h"

/* Where a guest-physical address of a cell lies; NULL: nowhere in RAM. */
static const u8 *page_find(const struct boot *b, u32 cell, gpaddr_t gpa)
{
    for (u32 i = 0; i < b->region_count; i++) {
        const struct machine_mapping *m = &b->regions[i].map;
        u32 offset = gpa.raw - m->gpa.raw;
        if (b->regions[i].cell == cell && offset < m->size) {
            paddr_t pa = paddr(m->pa.raw + offset);
            return sim_ram_has(pa, PAGE_SIZE) ? sim_ram_at(&sim.ram, pa, PAGE_SIZE) : NULL;
        }
    }
    return NULL;
}

static void row(const struct boot *b, u32 cell, FILE *file)
{
    const struct observe_cell *c = &observe.cells[cell];
    gpaddr_t stats = b->cells[cell].stats;
    struct figures f = figures_read(stats.raw != 0 ? page_find(b, cell, stats) : NULL,
                                    1000000U / SIM_TICK_INSTRUCTIONS);
    u32 depleted = 0;

    for (u32 i = 0; i < kernel.sc_count; i++) {
        if (thread_at(sc_at(i)->thread)->cell == cell) {
            depleted += sc_at(i)->depleted;
        }
    }
    fprintf(file,
            "%-12s %9.3f %5.1f%% %9" PRIu64 " %9" PRIu64 " %7" PRIu64 " %7" PRIu64 " %8" PRIu32,
            b->cells[cell].name, (double)c->time / 1e6,
            sim_clock.now != 0 ? 100.0 * (double)c->time / (double)sim_clock.now : 0.0, c->calls,
            c->served, c->signals, c->faults, depleted);
    figures_print(&f, file);
}

static const char *end_words(enum sim_end end)
{
    switch (end) {
    case SIM_END_TIME:
        return "time is up";
    case SIM_END_IDLE:
        return "all threads have finished or wait for ever";
    case SIM_END_REQUEST:
        return "ended on request";
    case SIM_END_WATCHDOG:
    case SIM_END_PANIC:
    case SIM_END_CHECK:
    default:
        return sim_end_text(end);
    }
}

void report_print(const struct boot *b, enum sim_end end, FILE *file)
{
    double total = (double)sim_clock.now;

    fprintf(file, "system %s, seed %" PRIu64 ": %.3f ms simulated, %s\n\n", b->name, sim.seed,
            total / 1e6, end_words(end));
    fprintf(file, "%-12s %9s %6s %9s %9s %7s %7s %8s %7s   %s\n", "", "CPU", "CPU", "calls",
            "calls", "", "", "budget", "missed", "latency in us");
    fprintf(file, "%-12s %9s %6s %9s %9s %7s %7s %8s %7s %8s %8s %8s %8s\n", "cell", "ms",
            "share", "made", "served", "signals", "faults", "run out", "deadl.", "min", "p50",
            "p99", "max");
    for (u32 i = 0; i < b->cell_count; i++) {
        row(b, i, file);
    }
    fprintf(file, "%-12s %9.3f %5.1f%%\n\n", "(idle)", (double)observe.idle / 1e6,
            total > 0 ? 100.0 * (double)observe.idle / total : 0.0);
    fprintf(file, "%" PRIu64 " events; virtual time by calibrated prices (docs/testing.md)\n",
            observe.events);
    fprintf(file, "state hash: %016" PRIx64 "\n", sim_state_hash());
    fprintf(file, "trace hash: %016" PRIx64 "\n", observe.hash);
}
