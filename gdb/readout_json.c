/* SPDX-License-Identifier: BSD-2-Clause */
/* The report for programs: the keys are those of a simulated run's. What a target does not
 * record is null. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "board_config.h"
#include "copies.h"
#include "image.h"
#include "readout.h"
#include "stats.h"

static json_int_t nanoseconds(u64 ticks)
{
    return (json_int_t)((double)ticks * 1e6 / board.ticks_per_ms + 0.5);
}

/* To whole nanoseconds: digits beyond would only look exact. */
static json_t *micro(double us)
{
    return json_real((double)(long long)(us * 1000.0 + 0.5) / 1000.0);
}

static json_t *time_or_null(u64 ticks)
{
    return ticks != TIME_UNKNOWN ? json_integer(nanoseconds(ticks)) : json_null();
}

static u32 page_word(const u8 *page, u32 word)
{
    const u8 *b = page + 4U * (size_t)word;

    return b[0] | (u32)b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
}

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *latency(const u8 *page)
{
    struct figures f = figures_read(page, board.ticks_per_ms);
    json_t *buckets;

    if (!f.there || f.count == 0) {
        return json_null();
    }
    buckets = json_array();
    for (u32 b = 0; b < STATS_BUCKETS; b++) {
        u32 count = page_word(page, STATS_FIRST_BUCKET + b);
        if (count != 0) {
            double top = (double)stats_bucket_top(b) * 1e3 / board.ticks_per_ms;
            json_array_append_new(buckets,
                                  json_pack("[o,I]", micro(top), (json_int_t)count));
        }
    }
    return json_pack("{s:I,s:o,s:o,s:o,s:o,s:o}", "count", (json_int_t)f.count, "min_us",
                     micro(f.min_us), "p50_us", micro(f.median_us), "p99_us", micro(f.p99_us),
                     "max_us", micro(f.max_us), "buckets", buckets);
}

static json_t *thread_json(u32 index)
{
    const struct thread *t = thread_at(index);
    struct doing doing = doing_of(index);
    bool active = t->sc != NONE;

    return json_pack("{s:s,s:o,s:s,s:o,s:o,s:o}", "name",
                     arm_system.threads[index - CPU_MAX].name, "cpu_ns",
                     active ? json_integer(nanoseconds(sc_consumed(sc_at(t->sc)))) : json_null(),
                     "state", doing.state, "depleted",
                     active ? json_integer((json_int_t)sc_at(t->sc)->depleted) : json_null(),
                     "waits_for", text_or_null(doing.what), "until_ns", time_or_null(doing.until));
}

static json_t *cell_json(u32 cell, u64 now)
{
    struct paid paid = paid_of(cell);
    const u8 *page = copies_stats(cell);
    struct figures f = figures_read(page, board.ticks_per_ms);
    json_t *threads = json_array();
    bool stopped = true;

    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        if (thread_at(i)->cell == cell) {
            u32 state = thread_at(i)->state;
            json_array_append_new(threads, thread_json(i));
            stopped = stopped && (state == THREAD_STOPPED || state == THREAD_FAILED);
        }
    }
    return json_pack("{s:s,s:I,s:f,s:n,s:n,s:n,s:n,s:I,s:o,s:o,s:b,s:o}", "name",
                     arm_system.cells[cell].name, "cpu_ns", nanoseconds(paid.ticks), "share",
                     now != 0 ? (double)paid.ticks / (double)now : 0.0, "calls", "served",
                     "signals", "faults", "depleted", (json_int_t)paid.depleted, "misses",
                     f.there ? json_integer((json_int_t)f.misses) : json_null(), "latency",
                     latency(page), "stopped", (int)stopped, "threads", threads);
}

static json_t *place_json(const struct place *place)
{
    char text[256];

    return text_or_null(place_words(place, text, sizeof(text)));
}

/* {"cell", "thread"}. */
static json_t *thread_named(u32 index)
{
    const struct boot_thread *t = &arm_system.threads[index - CPU_MAX];

    return json_pack("{s:s,s:s}", "cell", arm_system.cells[t->cell].name, "thread", t->name);
}

static json_t *stop_json(const struct stop *s)
{
    json_t *one = thread_named(s->thread);
    char text[256];

    stop_words(s, text, sizeof(text));
    json_object_set_new(one, "time_ns", time_or_null(s->time));
    json_object_set_new(one, "what", json_string(text));
    json_object_set_new(one, "ended", json_boolean(s->kind == THIMBLE_FAULT_EXIT));
    json_object_set_new(one, "place", place_json(s->placed ? &s->place : NULL));
    return one;
}

static json_t *waiting_json(u32 thread, struct doing doing)
{
    json_t *one = thread_named(thread);
    struct place place;
    bool placed = place_of(thread, &place);

    json_object_set_new(one, "kind", json_string(doing.kind));
    json_object_set_new(one, "for", text_or_null(doing.what));
    json_object_set_new(one, "until_ns", time_or_null(doing.until));
    json_object_set_new(one, "place", place_json(placed ? &place : NULL));
    return one;
}

static json_t *deadlocks_json(void)
{
    static bool seen[THREAD_MAX];
    static u16 cycle[THREAD_MAX];
    json_t *list = json_array();
    u32 count;

    memset(seen, 0, sizeof(seen));
    while ((count = deadlock_next(seen, cycle)) != 0) {
        json_t *names = json_array();
        for (u32 i = 0; i < count; i++) {
            json_array_append_new(names, json_string(thread_words(cycle[i])));
        }
        json_array_append_new(list, names);
    }
    return list;
}

/* Adds what there is a list of. */
static void lists_add(json_t *all, const struct stop *stops, u32 stop_count)
{
    json_t *list = json_array();
    json_t *waiting = json_array();

    for (u32 i = 0; i < stop_count; i++) {
        json_array_append_new(list, stop_json(&stops[i]));
    }
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        struct doing doing = doing_of(i);
        if (doing.kind != NULL) {
            json_array_append_new(waiting, waiting_json(i, doing));
        }
    }
    json_object_set_new(all, "refused", json_array()); /* nothing records it */
    json_object_set_new(all, "stops", list);
    json_object_set_new(all, "waiting", waiting);
    json_object_set_new(all, "deadlock", deadlocks_json());
}

bool json_write(const char *name, struct end end, const struct stop *stops, u32 stop_count)
{
    u64 now = state_time();
    u64 paid = 0;
    char machine[64];
    json_t *cells = json_array();

    snprintf(machine, sizeof(machine), "arm:%s", board.name);
    for (u32 i = 0; i < arm_system.cell_count; i++) {
        json_array_append_new(cells, cell_json(i, now));
        paid += paid_of(i).ticks;
    }
    json_t *all = json_pack("{s:s,s:i,s:s,s:s,s:n,s:I,s:{s:s,s:s},s:n,s:o,s:I}", "schema",
                            "thimble-run", "version", 1, "system", arm_system.name, "machine",
                            machine, "seed", "time_ns", nanoseconds(now), "end", "kind", end.kind,
                            "words", end.words, "expect", "cells", cells, "idle_ns",
                            nanoseconds(now - paid));
    if (all == NULL) {
        fprintf(stderr, "thimble: %s: no memory\n", name);
        return false;
    }
    lists_add(all, stops, stop_count);
    errno = 0;
    bool good = json_dump_file(all, name, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) == 0;
    if (!good) {
        fprintf(stderr, "thimble: %s: could not be written%s%s\n", name, errno != 0 ? ": " : "",
                errno != 0 ? strerror(errno) : "");
    }
    json_decref(all);
    return good;
}
