/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads what was copied out of a target's memory: who had the CPU, what programs
 * recorded, which of them were stopped and where, and the trace. Built once for each
 * image, with its pool sizes and its tables: the core's state has no pointers and the
 * same layout everywhere, so that a copy of it is just read in.
 */
#include "readout.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board_config.h"
#include "copies.h"
#include "host_output.h"
#include "image.h"
#include "klog.h"
#include "printed.h"
#include "trace_json.h"

struct arguments {
    const char *folder;
    const char *programs;
    const char *trace;
    const char *json;
    const char *end;
    u64 until; /* ticks */
    bool ranges;
    bool console;
    bool boot;
    bool quiet;
};

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

struct paid paid_of(u32 cell)
{
    struct paid paid = {0};

    for (u32 i = 0; i < kernel.sc_count; i++) {
        const struct sc *sc = sc_at(i);
        if (thread_at(sc->thread)->cell == cell) {
            paid.ticks += sc_consumed(sc);
            paid.depleted += sc->depleted;
        }
    }
    return paid;
}

static void row(u32 cell, u64 now, const struct window *w)
{
    struct paid paid = paid_of(cell);
    struct figures f = figures_read(copies_stats(cell), board.ticks_per_ms);

    printf("%-12s %9.3f %5.1f%%", arm_system.cells[cell].name, ms(paid.ticks),
           percent(paid.ticks, now));
    if (w->to != w->from) {
        printf(" %9.3f %5.1f%%", ms(w->ran[cell]), percent(w->ran[cell], w->to - w->from));
    } else {
        printf(" %9s %6s", "-", "-");
    }
    printf(" %8" PRIu32, paid.depleted);
    figures_print(&f, stdout);
}

u64 state_time(void)
{
    return kernel.cpu[0].started;
}

static void table_print(const struct window *w, struct end end)
{
    u64 now = state_time() > w->to ? state_time() : w->to;
    u64 paid = 0;

    printf("system %s on %s: %.3f ms since reset, %s\n", arm_system.name, board.name, ms(now),
           end.words);
    if (w->to != w->from) {
        printf("traced from %.3f to %.3f ms\n", ms(w->from), ms(w->to));
    }
    printf("\n");
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
    printf("\n\n");
}

/* False: the file could not be written, and that has been said. */
static bool trace_write(const char *name, u64 until)
{
    FILE *file = fopen(name, "w");

    if (file == NULL) {
        fprintf(stderr, "thimble: %s: %s\n", name, strerror(errno));
        return false;
    }
    trace_json_begin(file, &arm_system, board.ticks_per_ms);
    trace_json_until(until);
    u64 lost = trace_json_end();
    if (!output_close(file, name)) {
        return false;
    }
    if (lost != 0) {
        printf("%" PRIu64 " events before these were overwritten in the ring\n", lost);
    }
    printf("%s: a trace for Perfetto (ui.perfetto.dev)\n", name);
    return true;
}

/* ---- text ------------------------------------------------------------------------*/

/* Lines that the core prints at boot, before any cell runs. */
static bool is_boot_line(const char *line)
{
    static const char *const first[] = {"thimble: ABI ", "cell ",         "thread ", "sc ",
                                        "notification ", "irq ", "region "};

    for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
        if (strncmp(line, first[i], strlen(first[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool midline;

/* Lines end as the host's do. */
static void character_print(char c)
{
    if (c != '\r') {
        putchar(c);
        midline = c != '\n';
    }
}

static void line_start(void)
{
    if (midline) {
        character_print('\n');
    }
}

/* What the UART sent, and what the core would have, had it still been its own. */
static void console_print(bool boot)
{
    char *text = copies_console();
    const char *at = text;

    while (!boot && at != NULL && is_boot_line(at)) {
        const char *end = strchr(at, '\n');
        at = end != NULL ? end + 1 : NULL;
    }
    for (; at != NULL && *at != '\0'; at++) {
        character_print(*at);
    }
    free(text);
    line_start();
    if (klog.sent != klog.next && kernel.console == CONSOLE_CELL) {
        puts("printed by the core since a cell has the UART:");
        for (u32 i = klog.sent; i != klog.next; i++) {
            character_print(klog.text[i % KLOG_TEXT]);
        }
        line_start();
    }
}

static void place_print(const struct place *place)
{
    char text[256];

    if (place_words(place, text, sizeof(text)) != NULL) {
        printf(" (%s)", text);
    }
    printf("\n");
}

/* One line for each, but for those that have just ended: who, when, what, where. */
static void stops_print(const struct stop *stops, u32 count)
{
    char words[256];

    for (u32 i = 0; i < count; i++) {
        const struct stop *s = &stops[i];
        if (s->kind == THIMBLE_FAULT_EXIT) {
            continue;
        }
        printf("stopped: %s", thread_words(s->thread));
        if (s->time != TIME_UNKNOWN) {
            printf(" at %.3f ms", ms(s->time));
        }
        stop_words(s, words, sizeof(words));
        printf(": %s", words);
        place_print(s->placed ? &s->place : NULL);
    }
    if (klog.missed != 0) {
        printf("stopped: %" PRIu32 " times more\n", klog.missed);
    }
}

static void deadlocks_print(void)
{
    static bool seen[THREAD_MAX];
    static u16 cycle[THREAD_MAX];
    u32 count;

    memset(seen, 0, sizeof(seen));
    while ((count = deadlock_next(seen, cycle)) != 0) {
        printf("deadlock: %s", thread_words(cycle[0]));
        for (u32 i = 0; i < count; i++) {
            struct doing doing = doing_of(cycle[i]);
            bool named = doing.what != NULL && strcmp(doing.kind, "notification") == 0;
            printf("%s waits for %s%s%s", i == 0 ? "" : ", which", named ? doing.what : "",
                   named ? " of " : "", thread_words(cycle[(i + 1U) % count]));
        }
        printf("\n");
    }
}

/* ---- how it ended -------------------------------------------------------------------*/

const char *end_words(const char *kind)
{
    static const char *const words[][2] = {
        {"time", "time is up"},
        {"idle", "all threads have finished or wait for ever"},
        {"request", "ended on request"},
        {"watchdog", "stopped: a thread loops without a hypercall"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        if (strcmp(words[i][0], kind) == 0) {
            return words[i][1];
        }
    }
    return NULL;
}

const char *panic_words(void)
{
    static char words[KLOG_LINE];
    u32 first = klog.next > KLOG_TEXT ? klog.next - KLOG_TEXT : 0;
    static const char before[] = "panic: ";
    u32 found = 0;
    u32 count = 0;

    if (kernel.console != CONSOLE_PANIC) {
        return NULL;
    }
    for (u32 i = first; i != klog.next; i++) {
        char c = klog.text[i % KLOG_TEXT];
        if (found < sizeof(before) - 1U) {
            found = c == before[found] ? found + 1U : c == before[0];
        } else if (c == '\r' || count + 1U == sizeof(words)) {
            break;
        } else {
            words[count++] = c;
        }
    }
    words[count] = '\0';
    return words;
}

static struct end end_of(const char *kind)
{
    const char *panic = panic_words();

    if (panic != NULL) {
        return (struct end){"panic", panic};
    }
    return (struct end){kind, end_words(kind)};
}

/* ---- arguments ------------------------------------------------------------------------*/

static void usage(FILE *file, const char *program)
{
    fprintf(file,
            "usage: %s [options] FOLDER\n"
            "Reports on a run of the system %s on %s, from what was copied into FOLDER.\n\n"
            "  --programs FOLDER  cells' programs, CELL.elf, for files and lines\n"
            "  --time TIME        leave out of the trace what came later: 50ms, 2s; plain\n"
            "                     numbers are milliseconds\n"
            "  --end KIND         how the run ended: time (default), idle, request, watchdog\n"
            "  --console          print what the UART sent, too\n"
            "  --boot             with what the core prints at boot\n"
            "  --quiet            no table: only what went wrong\n"
            "  --json FILE        write the report for programs\n"
            "  --trace FILE       write a trace for Perfetto (ui.perfetto.dev)\n"
            "  --ranges           what to copy; with FOLDER: what to copy besides\n"
            "  --help             this text\n",
            program, arm_system.name, board.name);
}

/* A duration, in ticks; false: it is none. */
static bool duration(const char *text, u64 *ticks)
{
    static const struct {
        const char *unit;
        double ms;
    } units[] = {{"", 1}, {"ms", 1}, {"us", 1e-3}, {"ns", 1e-6}, {"s", 1e3}, {"min", 6e4}};
    char *end;

    errno = 0;
    double value = strtod(text, &end);
    if (errno != 0 || end == text || strspn(text, "0123456789.") != (size_t)(end - text) ||
        value > 1e9) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        if (strcmp(end, units[i].unit) == 0) {
            *ticks = (u64)(value * units[i].ms * board.ticks_per_ms);
            return true;
        }
    }
    return false;
}

static const struct option options[] = {
    {"programs", required_argument, NULL, 'p'}, {"time", required_argument, NULL, 't'},
    {"end", required_argument, NULL, 'e'},      {"console", no_argument, NULL, 'c'},
    {"boot", no_argument, NULL, 'b'},           {"quiet", no_argument, NULL, 'q'},
    {"json", required_argument, NULL, 'j'},     {"trace", required_argument, NULL, 'T'},
    {"ranges", no_argument, NULL, 'r'},         {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* False: its value is no good, and that has been said. */
static bool option_take(int o, struct arguments *a, const char *program)
{
    switch (o) {
    case 'p':
        a->programs = optarg;
        return true;
    case 't':
        if (!duration(optarg, &a->until)) {
            fprintf(stderr, "%s: --time %s: not a duration; write 50ms, 1.5s\n", program, optarg);
            return false;
        }
        return true;
    case 'e':
        a->end = optarg;
        if (end_words(optarg) == NULL) {
            fprintf(stderr, "%s: --end %s: there are time, idle, request, watchdog\n", program,
                    optarg);
            return false;
        }
        return true;
    case 'j':
        a->json = optarg;
        return true;
    case 'T':
        a->trace = optarg;
        return true;
    case 'h':
        usage(stdout, program);
        exit(0);
    default:
        a->console |= o == 'c';
        a->boot |= o == 'b';
        a->quiet |= o == 'q';
        a->ranges |= o == 'r';
        return o != '?';
    }
}

static bool arguments_parse(int argc, char **argv, struct arguments *a)
{
    int o;

    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!option_take(o, a, argv[0])) {
            return false;
        }
    }
    a->folder = optind < argc ? argv[optind] : NULL;
    if (argc - optind > 1 || (a->folder == NULL && !a->ranges)) {
        usage(stderr, argv[0]);
        return false;
    }
    return true;
}

/* All that there is to say; false: a file could not be written. */
static bool report(const struct arguments *a)
{
    static struct stop stops[STOPS_MOST];
    struct end end = end_of(a->end);
    struct window w = window_read(a->until);

    places_begin(a->programs);
    u32 count = stops_read(stops);
    if (a->console) {
        console_print(a->boot);
    }
    if (!a->quiet) {
        printed_print();
        table_print(&w, end);
    }
    stops_print(stops, count);
    deadlocks_print();
    bool good = a->json == NULL || json_write(a->json, end, stops, count);
    good = (a->trace == NULL || trace_write(a->trace, a->until)) && good;
    places_end();
    return good;
}

int main(int argc, char **argv)
{
    struct arguments a = {.end = "time", .until = UINT64_MAX};

    output_must_arrive();
    if (!arguments_parse(argc, argv, &a)) {
        return 2;
    }
    if (a.folder == NULL) {
        copies_ranges();
        return 0;
    }
    if (!copies_read(a.folder)) {
        return 1;
    }
    if (a.ranges) {
        copies_ranges_more();
        return 0;
    }
    return report(&a) ? 0 : 1;
}
