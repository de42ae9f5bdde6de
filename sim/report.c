/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table at the end of a run: time and counts as the simulator saw them,
 * latencies as the programs themselves recorded them in their statistics pages.
 */
#include "report.h"

#include <inttypes.h>

#include "host.h"
#include "kernel.h"
#include "observe.h"
#include "stats.h"

struct figures {
    bool there;
    u32 count;
    u32 misses;
    double min_us;
    double median_us;
    double p99_us;
    double max_us;
};

static double microseconds(double ticks)
{
    return ticks * SIM_TICK_INSTRUCTIONS / 1000.0;
}

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

static u32 page_word(const u8 *page, u32 word)
{
    u32 value;

    memcpy(&value, page + 4U * word, sizeof(value));
    return SIM_LITTLE32(value);
}

/* The value below which this share of the recorded ones lies, at most `max`. */
static double percentile(const u8 *page, u32 count, u32 max, double share)
{
    double seen = 0;

    for (u32 b = 0; b < STATS_BUCKETS; b++) {
        seen += page_word(page, STATS_FIRST_BUCKET + b);
        if (seen >= share * count) {
            u32 top = stats_bucket_top(b);
            return microseconds(top < max ? top : max);
        }
    }
    return microseconds(max);
}

static struct figures figures_read(const struct boot *b, u32 cell)
{
    const u8 *page = b->cells[cell].stats.raw != 0 ? page_find(b, cell, b->cells[cell].stats) : NULL;
    struct figures f = {.there = false};

    if (page == NULL || page_word(page, 0) != STATS_MAGIC) {
        return f;
    }
    u32 max = page_word(page, STATS_MAX);
    f.there = true;
    f.count = page_word(page, STATS_COUNT);
    f.misses = page_word(page, STATS_MISSES);
    if (f.count != 0) {
        f.min_us = microseconds(page_word(page, STATS_MIN));
        f.median_us = percentile(page, f.count, max, 0.5);
        f.p99_us = percentile(page, f.count, max, 0.99);
        f.max_us = microseconds(max);
    }
    return f;
}

static void row(const struct boot *b, u32 cell, FILE *file)
{
    const struct observe_cell *c = &observe.cells[cell];
    struct figures f = figures_read(b, cell);
    u32 depleted = 0;

    for (u32 i = 0; i < kernel.sc_count; i++) {
        if (thread_at(sc_at(i)->thread)->cell == cell) {
            depleted += sc_at(i)->depleted;
        }
    }
    fprintf(file, "%-12s %9.3f %5.1f%% %9" PRIu64 " %9" PRIu64 " %7" PRIu64 " %7" PRIu64 " %8" PRIu32,
            b->cells[cell].name, (double)c->time / 1e6,
            sim_clock.now != 0 ? 100.0 * (double)c->time / (double)sim_clock.now : 0.0, c->calls,
            c->served, c->signals, c->faults, depleted);
    if (f.there) {
        fprintf(file, " %7" PRIu32, f.misses);
    } else {
        fprintf(file, " %7s", "-");
    }
    if (f.there && f.count != 0) {
        fprintf(file, " %8.2f %8.2f %8.2f %8.2f\n", f.min_us, f.median_us, f.p99_us, f.max_us);
    } else {
        fprintf(file, " %8s %8s %8s %8s\n", "-", "-", "-", "-");
    }
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
    fprintf(file, "%" PRIu64 " events; virtual time from a provisional cost table\n",
            observe.events);
    fprintf(file, "state hash: %016" PRIx64 "\n", sim_state_hash());
    fprintf(file, "trace hash: %016" PRIx64 "\n", observe.hash);
}
