/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads what was copied out of a target's memory: who had the CPU, what programs
 * recorded, and the trace. Built once for each image, with its pool sizes and its
 * tables: the core's state has no pointers and the same layout everywhere, so
 * that a copy of it is just read in.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board_config.h"
#include "figures.h"
#include "host_output.h"
#include "image.h"
#include "kernel.h"
#include "klog.h"
#include "trace_json.h"

struct kernel kernel;
struct trace_ring trace_ring;
struct klog klog;

static const char *folder;

/* Reads a file of the folder. False: there is none, or it has another size. */
static bool copy_read(const char *name, void *to, size_t size)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s.bin", folder, name);
    FILE *file = length < (int)sizeof(path) ? fopen(path, "rb") : NULL;

    if (file == NULL) {
        return false;
    }
    bool whole = fread(to, 1, size, file) == size && fgetc(file) == EOF;
    return fclose(file) == 0 && whole;
}

/* Physical address of a cell's statistics page; 0: it has none. */
static u32 stats_page(u32 cell)
{
    u32 gpa = arm_system.cells[cell].stats.raw;

    for (u32 i = 0; gpa != 0 && i < arm_system.region_count; i++) {
        const struct machine_mapping *m = &arm_system.regions[i].map;
        if (arm_system.regions[i].cell == cell && gpa - m->gpa.raw < m->size) {
            return m->pa.raw + gpa - m->gpa.raw;
        }
    }
    return 0;
}

/* What to copy: file, symbol or address, size. For gdb/machine_arm.py and
 * gdb/readout.py, which also want to know what time it is. */
static void ranges_print(void)
{
    printf("kernel kernel %zu\ntrace_ring trace_ring %zu\nklog klog %zu\n", sizeof(kernel),
           sizeof(trace_ring), sizeof(klog));
    for (u32 i = 0; i < arm_system.cell_count; i++) {
        if (stats_page(i) != 0) {
            printf("stats-%s 0x%08x %u\n", arm_system.cells[i].name, stats_page(i), PAGE_SIZE);
        }
    }
    printf("started kernel+%zu 8\nticks_per_ms - %u\n", offsetof(struct kernel, cpu[0].started),
           board.ticks_per_ms);
}

/* ---- the table -----------------------------------------------------------------*/

struct window {
    u64 from; /* ticks that the ring covers */
    u64 to;
    u64 idle;
    u64 ran[CELL_MAX]; /* threads of the cell ran, whoever paid */
};

static u32 ring_first(void)
{
    return trace_ring.next > TRACE_EVENTS ? trace_ring.next - TRACE_EVENTS : 0;
}

static struct window window_read(u64 until)
{
    struct window w = {0};
    u32 running = 0;
    u64 since = 0;

    for (u32 n = ring_first(); n != trace_ring.next; n++) {
        const struct trace_event *e = &trace_ring.events[n % TRACE_EVENTS];
        bool last = n + 1U == trace_ring.next;
        if (e->time > until) {
            break;
        }
        if (e->kind == TRACE_RUN || last) {
            if (w.from == 0) {
                w.from = e->time;
            } else if (running < CPU_MAX) {
                w.idle += e->time - since;
            } else {
                w.ran[thread_at(running)->cell] += e->time - since;
            }
            running = e->kind == TRACE_RUN ? e->thread : running;
            since = e->time;
        }
        w.to = since;
    }
    return w;
}

static double ms(u64 ticks)
{
    return (double)ticks / board.ticks_per_ms;
}

static double percent(u64 part, u64 whole)
{
    return whole != 0 ? 100.0 * (double)part / (double)whole : 0.0;
}

static void row(u32 cell, u64 now, const struct window *w)
{
    static u8 page[PAGE_SIZE];
    char name[64];
    u64 paid = 0;
    u32 depleted = 0;

    for (u32 i = 0; i < kernel.sc_count; i++) {
        const struct sc *sc = sc_at(i);
        if (thread_at(sc->thread)->cell == cell) {
            paid += sc_consumed(sc);
            depleted += sc->depleted;
        }
    }
    snprintf(name, sizeof(name), "stats-%s", arm_system.cells[cell].name);
    bool there = stats_page(cell) != 0 && copy_read(name, page, sizeof(page));
    struct figures f = figures_read(there ? page : NULL, board.ticks_per_ms);
    printf("%-12s %9.3f %5.1f%%", arm_system.cells[cell].name, ms(paid), percent(paid, now));
    if (w->to != w->from) {
        printf(" %9.3f %5.1f%%", ms(w->ran[cell]), percent(w->ran[cell], w->to - w->from));
    } else {
        printf(" %9s %6s", "-", "-");
    }
    printf(" %8" PRIu32, depleted);
    figures_print(&f, stdout);
}

static void table_print(const struct window *w)
{
    u64 now = kernel.cpu[0].started > w->to ? kernel.cpu[0].started : w->to;
    u64 paid = 0;

    printf("system %s on %s: %.3f ms since reset", arm_system.name, board.name, ms(now));
    if (w->to != w->from) {
        printf("; traced from %.3f to %.3f ms\n\n", ms(w->from), ms(w->to));
    } else {
        printf("; nothing was traced\n\n");
    }
    printf("%-12s %9s %6s %9s %6s %8s %7s   %s\n", "", "CPU paid", "CPU", "CPU ran", "of the",
           "budget", "missed", "latency in us");
    printf("%-12s %9s %6s %9s %6s %8s %7s %8s %8s %8s %8s\n", "cell", "ms", "share", "ms", "trace",
           "run out", "deadl.", "min", "p50", "p99", "max");
    for (u32 i = 0; i < arm_system.cell_count; i++) {
        row(i, now, w);
    }
    for (u32 i = 0; i < kernel.sc_count; i++) {
        paid += sc_consumed(sc_at(i));
    }
    printf("%-12s %9.3f %5.1f%%", "(idle, boot)", ms(now - paid), percent(now - paid, now));
    if (w->to != w->from) {
        printf(" %9.3f %5.1f%%", ms(w->idle), percent(w->idle, w->to - w->from));
    }
    printf("\n");
}

static int json_write(const char *name, u64 until)
{
    FILE *file = fopen(name, "w");

    if (file == NULL) {
        fprintf(stderr, "thimble: %s: %s\n", name, strerror(errno));
        return 1;
    }
    trace_json_begin(file, &arm_system, board.ticks_per_ms);
    trace_json_until(until);
    u64 lost = trace_json_end();
    bool bad = ferror(file) != 0;
    if (fclose(file) != 0 || bad) {
        fprintf(stderr, "thimble: %s: could not be written\n", name);
        return 1;
    }
    if (lost != 0) {
        printf("%" PRIu64 " events before these were overwritten in the ring\n", lost);
    }
    printf("%s: a trace for Perfetto (ui.perfetto.dev)\n", name);
    return 0;
}

/* What was copied is another's, or of a machine that has not booted. */
static bool state_is_good(void)
{
    if (!copy_read("kernel", &kernel, sizeof(kernel)) ||
        !copy_read("trace_ring", &trace_ring, sizeof(trace_ring))) {
        fprintf(stderr, "thimble: %s: no copy of this image's state\n", folder);
        return false;
    }
    (void)copy_read("klog", &klog, sizeof(klog)); /* an image may do without */
    if (kernel.cell_count != arm_system.cell_count || kernel.sc_count != arm_system.sc_count ||
        kernel.thread_count != arm_system.thread_count + CPU_MAX) {
        fprintf(stderr, "thimble: %s: not the state of system %s, or it had not booted\n", folder,
                arm_system.name);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    output_must_arrive();
    if (argc == 2 && strcmp(argv[1], "--ranges") == 0) {
        ranges_print();
        return 0;
    }
    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: %s --ranges | FOLDER [TRACE.json [MS]]\n", argv[0]);
        return 2;
    }
    folder = argv[1];
    if (!state_is_good()) {
        return 1;
    }
    u64 until = UINT64_MAX;
    if (argc == 4) {
        until = strtoull(argv[3], NULL, 10) * board.ticks_per_ms;
    }
    struct window w = window_read(until);
    table_print(&w);
    return argc > 2 ? json_write(argv[2], until) : 0;
}
