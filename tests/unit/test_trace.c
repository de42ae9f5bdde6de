/* SPDX-License-Identifier: BSD-2-Clause */
/* The trace ring and its decoder: the JSON is parsed and validated. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

#include "builder.h"
#include "kernel.h"
#include "klog.h"
#include "observe.h"
#include "sim.h"
#include "thimble.h"
#include "time.h"
#include "trace_json.h"
#include "trace_run.h"

#define TRACKS 64
#define DEPTH 8
#define ARROWS 4096

static const struct sim_options observed = {.seed = 3, .observe = true, .check = true};

/* ---- a system with nested, contended and broken calls ----------------------*/

static void client(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        struct message m = {.tag = THIMBLE_TAG(i, 2), .word = {i, ~i}};
        uint32_t bits;
        (void)thimble_call(1, &m);
        thimble_compute(500);
        uint64_t now = thimble_time();
        (void)thimble_wait(2, now + 20, &bits);
    }
}

static void middle(uint32_t argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        (void)thimble_call(1, &m);
        (void)thimble_reply_recv(&m);
    }
}

static void last(uint32_t argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        thimble_compute(900);
        (void)thimble_reply_recv(&m);
    }
}

static void stopper(uint32_t argument)
{
    uint32_t bits;

    (void)argument;
    (void)thimble_wait(2, 900, &bits);
    (void)thimble_thread_stop(1);
}

/* Two clients of different priority and period, the server behind them, and its
 * server; `victim`, unless NONE, is stopped on the way. */
static void system_build(uint32_t victim)
{
    build_begin();
    uint32_t quiet = build_notification();
    uint32_t quieter = build_notification();
    uint32_t quietest = build_notification();
    uint32_t a = build_cell("a");
    uint32_t b = build_cell("b");
    uint32_t c = build_cell("c");
    uint32_t d = build_cell("d");
    uint32_t e = build_cell("e");
    (void)build_active(a, 10, client, 40);
    (void)build_active(b, 20, client, 40);
    uint32_t first = build_passive(c, 1, middle, 0);
    uint32_t second = build_passive(d, 0, last, 0);
    (void)build_active(e, 30, stopper, 0);
    build_grant(a, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, first, 1);
    build_grant(a, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, quiet, 0);
    build_grant(b, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, first, 2);
    build_grant(b, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, quieter, 0);
    build_grant(c, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, second, 3);
    build_grant(e, THIMBLE_CAP_THREAD, victim == NONE ? THIMBLE_RIGHT_CALL : THIMBLE_RIGHT_CONTROL,
                victim == NONE ? first : victim, 4);
    build_grant(e, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, quietest, 0);
    cr_assert_null(build_boot(&observed));
}

static void signaller(uint32_t rounds)
{
    for (uint32_t i = 0; i < rounds; i++) {
        thimble_compute(700);
        (void)thimble_signal(1);
    }
    thimble_compute(1U << 30);
}

static void signalled(uint32_t argument)
{
    uint32_t bits;

    (void)argument;
    for (;;) {
        (void)thimble_wait(1, THIMBLE_NEVER, &bits);
    }
}

static void driver(uint32_t argument)
{
    uint32_t bits;

    (void)argument;
    (void)thimble_irq_bind(1, 2);
    for (;;) {
        (void)thimble_wait(2, THIMBLE_NEVER, &bits);
        (void)thimble_irq_ack(1);
    }
}

static void sleeper(uint32_t rounds)
{
    uint32_t bits;

    for (uint32_t i = 0; i < rounds; i++) {
        (void)thimble_wait(1, thimble_time() + 100U, &bits);
    }
    (void)thimble_wait(1, THIMBLE_NEVER, &bits);
}

/* All that goes straight to a waiter: 40 signals, 30 interrupts and 20 deadlines, each for a
 * thread that is more urgent than who runs. */
static void straight_build(void)
{
    build_begin();
    uint32_t bell = build_notification();
    uint32_t line = build_notification();
    uint32_t never = build_notification();
    uint32_t irq = build_irq(40, true);
    uint32_t a = build_cell("a");
    uint32_t b = build_cell("b");
    uint32_t c = build_cell("c");
    uint32_t d = build_cell("d");
    (void)build_active(a, 10, signaller, 40);
    (void)build_active(b, 20, signalled, 0);
    (void)build_active(c, 30, driver, 0);
    (void)build_active(d, 35, sleeper, 20);
    build_handled(irq, 30);
    build_grant(a, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, bell, 1);
    build_grant(b, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, bell, 0);
    build_grant(c, THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, irq, 0);
    build_grant(c, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT | THIMBLE_RIGHT_SIGNAL, line, 1);
    build_grant(d, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, never, 0);
    cr_assert_null(build_boot(&observed));
    sim_gic_inject_storm(&sim.gic, 40, 30);
}

/* The whole trace of a run, as JSON; NULL on a parse error. */
static json_t *trace_take(u64 until, u64 slice, u64 *lost)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    json_error_t error;

    trace_run_begin(file);
    for (u64 t = slice; t <= until; t += slice) {
        (void)sim_run(t);
        trace_json_drain();
    }
    *lost = trace_run_end();
    fclose(file);
    json_t *root = json_loads(text, 0, &error);
    free(text);
    return root;
}

/* ---- validator -------------------------------------------------------------*/

struct checker {
    double time[TRACKS];
    int depth[TRACKS];
    int arrow[ARROWS]; /* 1: begun, 2: paired */
    int slices;
};

static void event_check(struct checker *k, const json_t *event)
{
    const char *phase = json_string_value(json_object_get(event, "ph"));
    json_int_t tid = json_integer_value(json_object_get(event, "tid"));
    double time = json_number_value(json_object_get(event, "ts"));

    cr_assert_not_null(phase);
    if (phase[0] == 'M') {
        return;
    }
    cr_assert(tid > 0 && tid < TRACKS);
    cr_assert_geq(time, k->time[tid], "time runs backwards on track %d", (int)tid);
    k->time[tid] = time;
    if (phase[0] == 'B') {
        k->slices++;
        cr_assert_lt(++k->depth[tid], DEPTH);
    } else if (phase[0] == 'E') {
        cr_assert_geq(--k->depth[tid], 0, "a slice ends that never began");
    } else if (phase[0] == 's' || phase[0] == 'f') {
        json_int_t id = json_integer_value(json_object_get(event, "id"));
        cr_assert(id > 0 && id < ARROWS);
        cr_assert_eq(k->arrow[id], phase[0] == 's' ? 0 : 1, "an arrow without its pair");
        k->arrow[id]++;
        cr_assert_gt(k->depth[tid], 0, "an arrow outside of a slice");
    }
}

static struct checker trace_check(const json_t *root)
{
    struct checker k = {.slices = 0};
    const json_t *event;
    size_t i;

    cr_assert_not_null(root, "the trace is no JSON");
    json_array_foreach(json_object_get(root, "traceEvents"), i, event)
    {
        event_check(&k, event);
    }
    for (size_t t = 0; t < TRACKS; t++) {
        cr_assert_eq(k.depth[t], 0, "a slice is left open on track %zu", t);
    }
    for (size_t a = 0; a < ARROWS; a++) {
        cr_assert_neq(k.arrow[a], 1, "an arrow has no end");
    }
    return k;
}

static int events_named(const json_t *root, const char *name)
{
    const json_t *event;
    size_t i;
    int found = 0;

    json_array_foreach(json_object_get(root, "traceEvents"), i, event)
    {
        const char *is = json_string_value(json_object_get(event, "name"));
        found += is != NULL && strcmp(is, name) == 0;
    }
    return found;
}

/* ---- tests -----------------------------------------------------------------*/

Test(trace, of_nested_and_contended_calls_is_valid)
{
    u64 lost;

    system_build(NONE);
    json_t *root = trace_take(2000000, 10000, &lost);
    struct checker k = trace_check(root);
    cr_assert_eq(lost, 0);
    cr_assert_gt(k.slices, 300);
    json_decref(root);
    sim_shutdown();
}

Test(trace, shows_each_call_once_on_both_sides)
{
    u64 lost;

    system_build(NONE);
    json_t *root = trace_take(2000000, 10000, &lost);
    cr_assert_eq(events_named(root, "call thread.thread"), 0);
    cr_assert_eq(events_named(root, "call c.thread"), 80);
    cr_assert_eq(events_named(root, "call d.thread"), 80);
    cr_assert_eq(events_named(root, "serve a.thread"), 40);
    cr_assert_eq(events_named(root, "serve b.thread"), 40);
    cr_assert_eq(events_named(root, "serve c.thread"), 80);
    json_decref(root);
    sim_shutdown();
}

static void stopped_in(uint32_t victim)
{
    u64 lost;

    system_build(victim);
    json_t *root = trace_take(1000000, 1000, &lost);
    (void)trace_check(root);
    cr_assert_eq(events_named(root, "stopped") > 0, true);
    json_decref(root);
    sim_shutdown();
}

Test(trace, stays_valid_when_a_client_is_stopped)
{
    stopped_in(0);
}

Test(trace, stays_valid_when_a_server_in_the_middle_is_stopped)
{
    stopped_in(2);
}

Test(trace, stays_valid_when_the_last_server_is_stopped)
{
    stopped_in(3);
}

Test(trace, changes_neither_hash_nor_time)
{
    u64 lost;

    system_build(NONE);
    (void)sim_run(2000000);
    u64 hash = observe.hash;
    u64 events = observe.events;
    sim_shutdown();
    system_build(NONE);
    json_decref(trace_take(2000000, 10000, &lost));
    cr_assert_eq(observe.hash, hash);
    cr_assert_eq(observe.events, events);
    sim_shutdown();
}

/* As the run is without it: same time, same events. */
Test(trace, of_straight_wakes_changes_neither_hash_nor_time)
{
    u64 lost;

    straight_build();
    (void)sim_run(2000000);
    u64 hash = observe.hash;
    u64 events = observe.events;
    sim_shutdown();
    straight_build();
    json_decref(trace_take(2000000, 10000, &lost));
    cr_assert_eq(observe.hash, hash);
    cr_assert_eq(observe.events, events);
    sim_shutdown();
}

Test(trace, of_straight_wakes_shows_who_runs_and_why)
{
    u64 lost;

    straight_build();
    json_t *root = trace_take(2000000, 10000, &lost);
    (void)trace_check(root);
    cr_assert_eq(lost, 0);
    cr_expect_eq(events_named(root, "signal"), 40);
    cr_expect_eq(events_named(root, "signals"), 70, "of threads, and of the line");
    cr_expect_eq(events_named(root, "interrupt"), 50, "of the line, and of the timer");
    cr_expect_eq(events_named(root, "irq_ack"), 30);
    json_decref(root);
    sim_shutdown();
}

Test(trace, shows_what_the_core_prints)
{
    u64 lost;

    build_begin();
    (void)build_active(build_cell("a"), 10, client, 0);
    cr_assert_null(build_boot(&observed));
    json_t *root = trace_take(1000000, 10000, &lost);
    (void)trace_check(root);
    cr_assert_eq(lost, 0);
    cr_assert_eq(events_named(root, "stopped: cell a, thread thread: its program has returned"), 1);
    json_decref(root);
    sim_shutdown();
}

/* One event, recorded by hand. */
static json_t *text_taken(u32 start, u32 length)
{
    FILE *file = tmpfile();

    trace_run_begin(file);
    trace(&kernel.cpu[0], TRACE_TEXT, 1, start, length);
    cr_assert_eq(trace_run_end(), 0);
    rewind(file);
    json_t *root = json_loadf(file, 0, NULL);
    fclose(file);
    return root;
}

Test(trace, quotes_in_text_do_not_harm_it)
{
    system_build(NONE);
    klog_print("a \"line\" with a \\ in it");
    klog_put_end(&kernel.cpu[0]);
    json_t *root = text_taken(klog.next - 25U, 25);
    cr_assert_eq(events_named(root, "a \"line\" with a \\ in it"), 1);
    json_decref(root);
    sim_shutdown();
}

Test(trace, quotes_in_names_do_not_harm_it)
{
    u64 lost;

    build_begin();
    (void)build_active(build_cell("a \"cell\" with a \\ in it\n"), 10, client, 0);
    cr_assert_null(build_boot(&observed));
    json_t *root = trace_take(1000000, 10000, &lost);
    (void)trace_check(root);
    cr_assert_gt(events_named(root, "a \"cell\" with a \\ in it.thread"), 0);
    json_decref(root);
    sim_shutdown();
}

Test(trace, says_which_text_is_gone)
{
    system_build(NONE);
    json_t *root = text_taken(klog.next - KLOG_TEXT - 1U, 10);
    cr_assert_eq(events_named(root, "(text was overwritten)"), 1);
    json_decref(root);
    sim_shutdown();
}

Test(trace, counts_events_that_the_ring_has_lost)
{
    u64 lost;

    system_build(NONE);
    trace_ring.next = 0;
    FILE *file = tmpfile();
    trace_run_begin(file);
    for (u32 i = 0; i < TRACE_EVENTS + 77U; i++) {
        trace(&kernel.cpu[0], TRACE_SIGNAL, 1, i, 0);
    }
    lost = trace_run_end();
    fclose(file);
    cr_assert_eq(lost, 77);
    sim_shutdown();
}

Test(trace, records_nothing_while_off)
{
    system_build(NONE);
    u32 before = trace_ring.next;
    (void)sim_run(100000);
    cr_assert_eq(trace_ring.next, before);
    sim_shutdown();
}

/* Each hypercall has a name of its own. */
Test(trace, hypercalls_have_names)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    json_error_t error;
    const char *names[THIMBLE_HYPERCALLS + 1U] = {NULL};

    system_build(NONE);
    trace_run_begin(file);
    for (u32 i = 0; i <= THIMBLE_HYPERCALLS; i++) {
        trace_record(&kernel.cpu[0], TRACE_HYPERCALL, 1, i, 0);
    }
    (void)trace_run_end();
    (void)fclose(file);
    json_t *root = json_loads(text, 0, &error);
    cr_assert_not_null(root, "%s", error.text);
    size_t index;
    json_t *event;
    json_array_foreach(json_object_get(root, "traceEvents"), index, event) {
        json_t *number = json_object_get(json_object_get(event, "args"), "number");
        if (number != NULL) {
            names[json_integer_value(number)] = json_string_value(json_object_get(event, "name"));
        }
    }
    cr_assert_str_eq(names[THIMBLE_HYPERCALLS], "unknown hypercall");
    for (u32 i = 0; i < THIMBLE_HYPERCALLS; i++) {
        cr_assert_not_null(names[i]);
        for (u32 j = i + 1U; j <= THIMBLE_HYPERCALLS; j++) {
            cr_expect_str_neq(names[i], names[j], "hypercalls %u and %u", i, j);
        }
    }
    json_decref(root);
    free(text);
}
