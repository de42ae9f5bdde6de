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
#include "mishap.h"
#include "observe.h"
#include "waits.h"

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

const u8 *report_stats_page(const struct boot *b, u32 cell)
{
    gpaddr_t stats = b->cells[cell].stats;

    return stats.raw != 0 ? page_find(b, cell, stats) : NULL;
}

u32 report_depleted(const struct boot *b, u32 cell)
{
    u32 depleted = 0;

    for (u32 i = 0; i < b->sc_count; i++) {
        if (b->threads[b->scs[i].thread].cell == cell) {
            depleted += sc_at(i)->depleted;
        }
    }
    return depleted;
}

static void row(const struct boot *b, u32 cell, FILE *file)
{
    const struct observe_cell *c = &observe.cells[cell];
    struct figures f =
        figures_read(report_stats_page(b, cell), 1000000U / SIM_TICK_INSTRUCTIONS);

    fprintf(file,
            "%-12s %9.3f %5.1f%% %9" PRIu64 " %9" PRIu64 " %7" PRIu64 " %7" PRIu64 " %8" PRIu32,
            b->cells[cell].name, (double)c->time / 1e6,
            sim_clock.now != 0 ? 100.0 * (double)c->time / (double)sim_clock.now : 0.0, c->calls,
            c->served, c->signals, c->faults, report_depleted(b, cell));
    figures_print(&f, file);
}

const char *report_end_words(enum sim_end end)
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

/* ---- what went wrong: nothing, if nothing did -----------------------------------*/

#define LINES_MAX 8U

static void place_print(const struct sim_spot *spot, FILE *file)
{
    char place[64];

    if (spot_text(spot, place, sizeof(place))) {
        fprintf(file, " (%s)", place);
    }
    fputc('\n', file);
}

static u32 refusals_print(FILE *file)
{
    u16 list[MISHAP_REFUSALS];
    u32 count = mishap_refusals_sorted(list);
    u64 more = mishaps.refused_more;

    for (u32 i = 0; i < count; i++) {
        const struct mishap_refusal *r = &mishaps.refusals[list[i]];
        if (i >= LINES_MAX) {
            more += r->count;
            continue;
        }
        fprintf(file, "refused: %s: %s", wait_thread_name(r->thread),
                mishap_hypercall(r->hypercall));
        if (mishap_has_slot(r->hypercall)) {
            fprintf(file, " of slot %" PRIu32, r->slot);
        }
        fprintf(file, ": BAD_%s, %" PRIu64 " time%s", mishap_error(r->error), r->count,
                r->count == 1 ? "" : "s");
        place_print(&r->spot, file);
    }
    if (more != 0) {
        fprintf(file, "refused: %" PRIu64 " more, of other kinds\n", more);
    }
    return count;
}

static u32 stops_print(FILE *file)
{
    u32 lines = 0;
    u64 more = mishaps.stops_all - mishaps.stop_count;
    char words[160];

    for (u32 i = 0; i < mishaps.stop_count; i++) {
        const struct mishap_stop *s = &mishaps.stops[i];
        if (s->kind == THIMBLE_FAULT_EXIT) {
            continue; /* as programs end */
        }
        lines++;
        if (lines > LINES_MAX) {
            more++;
            continue;
        }
        mishap_stop_words(s, words, sizeof(words));
        fprintf(file, "stopped: %s at %.3f ms: %s", wait_thread_name(s->thread),
                (double)s->time / 1e6, words);
        place_print(&s->spot, file);
    }
    if (lines != 0 && more != 0) {
        fprintf(file, "stopped: %" PRIu64 " times more\n", more);
    }
    return lines;
}

static u32 deadlocks_print(FILE *file)
{
    static bool lost[THREAD_MAX];
    static bool seen[THREAD_MAX];
    static u16 cycle[THREAD_MAX];
    u32 lines = 0;
    u32 count;

    wait_find_lost(lost);
    for (u32 i = 0; i < THREAD_MAX; i++) {
        seen[i] = false;
    }
    while ((count = wait_cycle(lost, seen, cycle)) != 0) {
        fprintf(file, "deadlock: %s", wait_thread_name(cycle[0]));
        for (u32 i = 0; i < count; i++) {
            struct wait w = wait_of(cycle[i]);
            const char *name = w.kind == WAIT_NOTIFICATION ? wait_object_name(&w) : NULL;
            fprintf(file, "%s waits for ", i == 0 ? "" : ", which");
            if (name != NULL) {
                fprintf(file, "%s of ", name);
            }
            fputs(wait_thread_name(cycle[(i + 1U) % count]), file);
        }
        fputc('\n', file);
        lines++;
    }
    return lines;
}

/* Who waits in a call when nothing can happen any more. */
static u32 calls_print(const struct boot *b, FILE *file)
{
    u32 lines = 0;

    for (u32 i = 0; i < b->thread_count; i++) {
        u32 thread = boot_thread_index(i);
        struct wait w = wait_of(thread);
        const char *name = wait_object_name(&w);
        if ((w.kind == WAIT_CALL || w.kind == WAIT_FAULT) && name != NULL) {
            fprintf(file, "waits: %s for %s, which it %s\n", wait_thread_name(thread), name,
                    w.kind == WAIT_CALL ? "has called" : "has faulted to");
            lines++;
        }
    }
    return lines;
}

static void mishaps_print(const struct boot *b, enum sim_end end, FILE *file)
{
    u32 lines = refusals_print(file) + stops_print(file);

    if (end != SIM_END_PANIC && end != SIM_END_CHECK) {
        lines += deadlocks_print(file);
        lines += end == SIM_END_IDLE ? calls_print(b, file) : 0;
    }
    if (lines != 0) {
        fputc('\n', file);
    }
}

void report_print(const struct boot *b, enum sim_end end, FILE *file)
{
    double total = (double)sim_clock.now;

    fprintf(file, "system %s, seed %" PRIu64 ": %.3f ms simulated, %s\n\n", b->name, sim.seed,
            total / 1e6, report_end_words(end));
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
    mishaps_print(b, end, file);
    fprintf(file, "%" PRIu64 " events; virtual time by calibrated prices (docs/testing.md)\n",
            observe.events);
    fprintf(file, "state hash: %016" PRIx64 "\n", sim_state_hash());
    fprintf(file, "trace hash: %016" PRIx64 "\n", observe.hash);
}
