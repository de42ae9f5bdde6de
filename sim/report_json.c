/* SPDX-License-Identifier: BSD-2-Clause */
/* The report of a run as JSON: see report_json.h. */
#include "report_json.h"

#if defined(WITHOUT_HOST_LIBRARIES)

bool report_json(const struct boot *system, enum sim_end end, const char *const *settings,
                 u32 setting_count, const char *expect, FILE *file)
{
    (void)system;
    (void)end;
    (void)settings;
    (void)setting_count;
    (void)expect;
    (void)file;
    fputs("thimble: --json: this program was made for another host, without jansson\n", stderr);
    return false;
}

#else

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "figures.h"
#include "host.h"
#include "kernel.h"
#include "mishap.h"
#include "observe.h"
#include "report.h"
#include "stats.h"
#include "waits.h"

#define TICKS_PER_MS (1000000U / SIM_TICK_INSTRUCTIONS)

static json_t *integer(u64 value)
{
    return json_integer((json_int_t)value);
}

/* To whole nanoseconds: digits beyond would only look exact. */
static json_t *micro(double us)
{
    return json_real((double)(long long)(us * 1000.0 + 0.5) / 1000.0);
}

static json_t *text_or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *place(const struct sim_spot *spot)
{
    char text[64];

    (void)spot_text(spot, text, sizeof(text));
    return text_or_null(text);
}

static json_t *hash(u64 value)
{
    char text[24];

    snprintf(text, sizeof(text), "%016" PRIx64, value);
    return json_string(text);
}

static const char *end_kind(enum sim_end end)
{
    static const char *const kinds[] = {
        [SIM_END_TIME] = "time",         [SIM_END_IDLE] = "idle",   [SIM_END_REQUEST] = "request",
        [SIM_END_WATCHDOG] = "watchdog", [SIM_END_PANIC] = "panic", [SIM_END_CHECK] = "check",
    };

    return kinds[end];
}

static bool is_broken(enum sim_end end)
{
    return end == SIM_END_PANIC || end == SIM_END_CHECK;
}

static json_t *latency(const u8 *page, const struct figures *f)
{
    if (!f->there || f->count == 0) {
        return json_null();
    }
    json_t *buckets = json_array();
    for (u32 b = 0; b < STATS_BUCKETS; b++) {
        double top;
        u32 count = figures_bucket(page, b, TICKS_PER_MS, &top);
        if (count != 0) {
            json_array_append_new(buckets, json_pack("[o,o]", micro(top), integer(count)));
        }
    }
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "count", integer(f->count), "min_us",
                     micro(f->min_us), "p50_us", micro(f->median_us), "p99_us", micro(f->p99_us),
                     "max_us", micro(f->max_us), "buckets", buckets);
}

static json_t *until(const struct wait *w)
{
    return w->until == SIM_TIME_NEVER ? json_null() : integer(w->until);
}

static json_t *thread(const struct boot *b, u32 i, bool broken)
{
    const struct boot_thread *t = &b->threads[i];
    u32 index = boot_thread_index(i);
    struct wait w = {.kind = WAIT_NOTHING, .object = NONE, .until = SIM_TIME_NEVER};
    const char *state = "unknown";

    if (!broken) {
        w = wait_of(index);
        state = wait_word(index);
    }
    return json_pack("{s:s,s:o,s:s,s:o,s:o,s:o}", "name", t->name, "cpu_ns",
                     integer(observe.threads[index]), "state", state, "depleted",
                     t->sc != NONE ? integer(sc_at(t->sc)->depleted) : json_null(), "waits_for",
                     text_or_null(wait_object_name(&w)), "until_ns", until(&w));
}

static json_t *cell(const struct boot *b, u32 i, bool broken)
{
    const struct observe_cell *c = &observe.cells[i];
    const u8 *page = report_stats_page(b, i);
    struct figures f = figures_read(page, TICKS_PER_MS);
    json_t *threads = json_array();
    bool stopped = !broken;
    double share = sim_clock.now != 0 ? (double)c->time / (double)sim_clock.now : 0;

    for (u32 t = 0; t < b->thread_count; t++) {
        if (b->threads[t].cell == i) {
            u32 state = thread_at(boot_thread_index(t))->state;
            stopped = stopped && (state == THREAD_STOPPED || state == THREAD_FAILED);
            json_array_append_new(threads, thread(b, t, broken));
        }
    }
    return json_pack("{s:s,s:o,s:f,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:b,s:o}", "name",
                     b->cells[i].name, "cpu_ns", integer(c->time), "share", share, "calls",
                     integer(c->calls), "served", integer(c->served), "signals",
                     integer(c->signals), "faults", integer(c->faults), "preempted",
                     integer(c->preempted), "depleted", integer(report_depleted(b, i)), "misses",
                     f.there ? integer(f.misses) : json_null(), "latency", latency(page, &f),
                     "stopped", stopped, "threads", threads);
}

static json_t *cells(const struct boot *b, bool broken)
{
    json_t *list = json_array();

    for (u32 i = 0; i < b->cell_count; i++) {
        json_array_append_new(list, cell(b, i, broken));
    }
    return list;
}

/* {"cell", "thread"} of a kernel index, by the tables: the core may be broken. */
static json_t *thread_named(const struct boot *b, u32 index)
{
    const struct boot_thread *t = &b->threads[index - CPU_MAX];

    return json_pack("{s:s,s:s}", "cell", b->cells[t->cell].name, "thread", t->name);
}

static json_t *refused(const struct boot *b)
{
    json_t *list = json_array();
    u16 order[MISHAP_REFUSALS];
    u32 count = mishap_refusals_sorted(order);

    for (u32 i = 0; i < count; i++) {
        const struct mishap_refusal *r = &mishaps.refusals[order[i]];
        json_t *one = thread_named(b, r->thread);
        json_object_set_new(one, "hypercall", json_string(mishap_hypercall(r->hypercall)));
        json_object_set_new(one, "error", json_string(mishap_error(r->error)));
        json_object_set_new(one, "slot",
                            mishap_has_slot(r->hypercall) ? integer(r->slot) : json_null());
        json_object_set_new(one, "count", integer(r->count));
        json_object_set_new(one, "place", place(&r->spot));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *stops(const struct boot *b)
{
    json_t *list = json_array();
    char words[160];

    for (u32 i = 0; i < mishaps.stop_count; i++) {
        const struct mishap_stop *s = &mishaps.stops[i];
        json_t *one = thread_named(b, s->thread);
        mishap_stop_words(s, words, sizeof(words));
        json_object_set_new(one, "time_ns", integer(s->time));
        json_object_set_new(one, "what", json_string(words));
        json_object_set_new(one, "ended", json_boolean(s->kind == THIMBLE_FAULT_EXIT));
        json_object_set_new(one, "place", place(&s->spot));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *waiting(const struct boot *b, bool broken)
{
    static const char *const kinds[] = {
        [WAIT_CALL] = "call", [WAIT_FAULT] = "fault", [WAIT_NOTIFICATION] = "notification"};
    json_t *list = json_array();

    for (u32 i = 0; i < b->thread_count && !broken; i++) {
        struct wait w = wait_of(boot_thread_index(i));
        if (w.kind != WAIT_CALL && w.kind != WAIT_FAULT && w.kind != WAIT_NOTIFICATION) {
            continue;
        }
        json_t *one = thread_named(b, boot_thread_index(i));
        json_object_set_new(one, "kind", json_string(kinds[w.kind]));
        json_object_set_new(one, "for", text_or_null(wait_object_name(&w)));
        json_object_set_new(one, "until_ns", until(&w));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *deadlocks(bool broken)
{
    static bool lost[THREAD_MAX];
    static bool seen[THREAD_MAX];
    static u16 cycle[THREAD_MAX];
    json_t *list = json_array();
    u32 count;

    if (broken) {
        return list;
    }
    wait_find_lost(lost);
    for (u32 i = 0; i < THREAD_MAX; i++) {
        seen[i] = false;
    }
    while ((count = wait_cycle(lost, seen, cycle)) != 0) {
        json_t *names = json_array();
        for (u32 i = 0; i < count; i++) {
            json_array_append_new(names, json_string(wait_thread_name(cycle[i])));
        }
        json_array_append_new(list, names);
    }
    return list;
}

bool report_json(const struct boot *b, enum sim_end end, const char *const *settings,
                 u32 setting_count, const char *expect, FILE *file)
{
    bool broken = is_broken(end);
    json_t *set = json_array();

    for (u32 i = 0; i < setting_count; i++) {
        json_array_append_new(set, json_string(settings[i]));
    }
    json_t *all = json_pack(
        "{s:s,s:i,s:s,s:s,s:o,s:o,s:{s:s,s:s},s:o,s:s?,s:o,"
        "s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
        "schema", "thimble-run", "version", REPORT_JSON_VERSION, "system", b->name, "machine",
        "sim", "seed", integer(sim.seed), "time_ns", integer(sim_clock.now), "end", "kind",
        end_kind(end), "words", report_end_words(end), "settings", set, "expect", expect,
        "cells", cells(b, broken), "idle_ns", integer(observe.idle), "refused", refused(b),
        "refused_more", integer(mishaps.refused_more), "stops", stops(b),
        "stop_count", integer(mishaps.stops_all),
        "crashes", integer(sim_host.crashes), "waiting", waiting(b, broken), "deadlock",
        deadlocks(broken), "events", integer(observe.events), "state_hash",
        broken ? json_null() : hash(sim_state_hash()), "trace_hash", hash(observe.hash));
    if (all == NULL) {
        fputs("thimble: --json: no memory for the report\n", stderr);
        return false;
    }
    json_dumpf(all, file, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    fputc('\n', file);
    json_decref(all);
    return true;
}

#endif
