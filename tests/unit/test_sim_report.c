/* SPDX-License-Identifier: BSD-2-Clause */
/* The report's figures, the statistics behind them, and the ends of runs that
 * are no ordinary ones. */
#include "test_sim_support.h"

#include <signal.h>
#include <stdlib.h>

#include <jansson.h>

#include "memory.h"
#include "mishap.h"
#include "report.h"
#include "report_json.h"
#include "self.h"
#include "stats.h"
#include "time.h"
#include "waits.h"

/* ---- buckets ------------------------------------------------------------------*/

static void expect_bucket(u32 value)
{
    u32 bucket = stats_bucket(value);
    u32 top = stats_bucket_top(bucket);

    cr_expect_lt(bucket, STATS_BUCKETS, "%u", value);
    cr_expect_geq(top, value, "%u: top %u", value, top);
    cr_expect_leq(top - value, value / STATS_LINEAR, "%u: top %u", value, top);
    cr_expect_eq(stats_bucket(top), bucket, "%u: top %u", value, top);
    if (top != UINT32_MAX) {
        cr_expect_eq(stats_bucket(top + 1U), bucket + 1U, "%u: top %u", value, top);
    }
}

Test(sim_stats, buckets_are_tight_at_every_power_of_two)
{
    for (u32 bit = 0; bit < 32; bit++) {
        expect_bucket((1U << bit) - 1U);
        expect_bucket(1U << bit);
        expect_bucket((1U << bit) + 1U);
    }
    expect_bucket(UINT32_MAX);
    expect_bucket(UINT32_MAX - 1U);
}

Test(sim_stats, every_bucket_begins_behind_the_one_before)
{
    for (u32 b = 1; b < STATS_BUCKETS; b++) {
        u32 first = stats_bucket_top(b - 1) + 1U;
        cr_assert_gt(stats_bucket_top(b), stats_bucket_top(b - 1));
        cr_assert_eq(stats_bucket(first), b);
    }
    cr_expect_eq(stats_bucket_top(STATS_BUCKETS - 1), UINT32_MAX);
    cr_expect_eq(stats_bucket(UINT32_MAX), STATS_BUCKETS - 1);
}

/* ---- a small system, all of whose figures are known -----------------------------*/

#define ROUNDS 10U
#define SLOT_SERVER 1U
#define SLOT_SIGNAL 2U

/* What the client records; 0 values: it records nothing. */
static struct {
    u32 values[2000];
    u32 count;
} recorded;

PROGRAM(test_client)
{
    u32 page = thimble_stats();

    (void)argument;
    stats_start(page);
    for (u32 i = 0; i < ROUNDS; i++) {
        struct message m = {.tag = 0};
        (void)thimble_call(SLOT_SERVER, &m);
    }
    (void)thimble_signal(SLOT_SIGNAL);
    (void)thimble_signal(SLOT_SIGNAL);
    for (u32 i = 0; i < recorded.count; i++) {
        stats_record(page, recorded.values[i]);
    }
    stats_miss(page);
    stats_miss(page);
    stats_miss(page);
}

PROGRAM(test_server)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        thimble_compute(1000);
        (void)thimble_reply_recv(&m);
    }
}

/* Computes beyond its budget of 100 us in 1000, in five periods. */
PROGRAM(test_greedy)
{
    (void)argument;
    thimble_compute(450000);
}

static const struct system small = {
    .name = "small",
    .notifications = (const struct system_notification[]){{.name = "bell"}, {0}},
    .cells = (const struct system_cell[]){
        {
            .name = "client",
            .program = "test_client",
            .memory = 64 * KIB,
            .stats = true,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
            .caps = (const struct system_cap[]){
                {.slot = SLOT_SERVER, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL},
                {.slot = SLOT_SIGNAL, .notification = "bell", .rights = THIMBLE_RIGHT_SIGNAL,
                 .badge = 1},
                {0},
            },
        },
        {
            .name = "server",
            .program = "test_server",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .passive = true}, {0}},
        },
        {
            .name = "greedy",
            .program = "test_greedy",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){
                {.name = "main", .priority = 5, .budget_us = 100, .period_us = 1000}, {0}},
        },
        {0},
    },
};

struct row {
    double ms;
    double share;
    unsigned calls;
    unsigned served;
    unsigned signals;
    unsigned faults;
    unsigned depleted;
    char misses[16];
    char latency[4][16];
};

/* The row of a cell in the text of a report. */
static struct row row_of(const char *text, const char *cell)
{
    char start[32];
    struct row r = {.ms = -1};

    snprintf(start, sizeof(start), "\n%-12s ", cell);
    const char *at = strstr(text, start);
    cr_assert_not_null(at, "no row of %s in: %s", cell, text);
    int n = sscanf(at + strlen(start), "%lf %lf%% %u %u %u %u %u %15s %15s %15s %15s %15s", &r.ms,
                   &r.share, &r.calls, &r.served, &r.signals, &r.faults, &r.depleted, r.misses,
                   r.latency[0], r.latency[1], r.latency[2], r.latency[3]);
    cr_assert(n == 12 || strcmp(cell, "(idle)") == 0, "row of %s: %s", cell, at);
    return r;
}

static const char *report_of(u64 until)
{
    static char text[4096];
    const struct boot *b =
        boot_system(&small, &(struct sim_options){.seed = 9, .observe = true, .check = true});
    enum sim_end end = sim_run(until);
    FILE *file = fmemopen(text, sizeof(text), "w");

    report_print(b, end, file);
    fclose(file);
    return text;
}

Test(sim_report, counts_are_right)
{
    const char *text = report_of(20 * MS);
    struct row client = row_of(text, "client");
    struct row server = row_of(text, "server");
    struct row greedy = row_of(text, "greedy");

    cr_expect_eq(client.calls, ROUNDS);
    cr_expect_eq(client.served, 0);
    cr_expect_eq(client.signals, 2);
    cr_expect_eq(client.faults, 1, "its exit");
    cr_expect_str_eq(client.misses, "3");
    cr_expect_eq(server.calls, 0);
    cr_expect_eq(server.served, ROUNDS);
    cr_expect_eq(server.faults, 0);
    cr_expect_str_eq(server.misses, "-");
    cr_expect_str_eq(server.latency[0], "-");
    cr_expect_eq(greedy.depleted, 4);
}

Test(sim_report, cpu_time_is_what_programs_and_kernel_took)
{
    struct row server = row_of(report_of(20 * MS), "server");
    struct row greedy = row_of(report_of(20 * MS), "greedy");

    /* 1000 instructions a call, and the reply's path. */
    cr_expect_geq(server.ms, 0.010);
    cr_expect_leq(server.ms, 0.012);
    cr_expect_geq(greedy.ms, 0.450);
    cr_expect_leq(greedy.ms, 0.455);
}

Test(sim_report, times_add_up_to_the_whole)
{
    const char *text = report_of(20 * MS);
    struct row idle = row_of(text, "(idle)");
    double ms = idle.ms;
    double share = idle.share;

    for (u32 i = 0; small.cells[i].name != NULL; i++) {
        ms += row_of(text, small.cells[i].name).ms;
        share += row_of(text, small.cells[i].name).share;
    }
    cr_expect_float_eq(ms, (double)sim_clock.now / 1e6, 0.0025, "%f", ms);
    cr_expect_float_eq(share, 100.0, 0.25, "%f", share);
}

Test(sim_report, head_and_end_say_what_ran_and_how)
{
    const char *text = report_of(2 * MS);
    char last[96];

    expect_says(text, "system small, seed 9: 2.000 ms simulated, time is up");
    snprintf(last, sizeof(last), "\nstate hash: %016llx\ntrace hash: %016llx\n",
             (unsigned long long)sim_state_hash(), (unsigned long long)observe.hash);
    cr_assert_geq(strlen(text), strlen(last));
    cr_expect_str_eq(text + strlen(text) - strlen(last), last);
    expect_says(report_of(20 * MS), "all threads have finished or wait for ever");
}

static int compare(const void *a, const void *b)
{
    u32 x = *(const u32 *)a;
    u32 y = *(const u32 *)b;

    return (x > y) - (x < y);
}

/* The smallest recorded value that this share of them does not exceed. */
static double exact(double share)
{
    u32 index = 0;

    while ((double)(index + 1) < share * recorded.count) {
        index++;
    }
    return recorded.values[index] * SIM_TICK_INSTRUCTIONS / 1000.0;
}

Test(sim_report, percentiles_are_at_most_a_sixteenth_above_the_exact_ones)
{
    struct sim_random random;

    sim_random_seed(&random, 3, 0);
    recorded.count = ARRAY_SIZE(recorded.values);
    for (u32 i = 0; i < recorded.count; i++) {
        recorded.values[i] = sim_random_below(&random, 1U << (1U + i % 24U));
    }
    struct row client = row_of(report_of(100 * MS), "client");
    qsort(recorded.values, recorded.count, sizeof(u32), compare);
    cr_expect_float_eq(atof(client.latency[0]), exact(0), 0.006);
    cr_expect_float_eq(atof(client.latency[3]), exact(1.0), 0.006);
    for (u32 i = 1; i <= 2; i++) {
        double truth = exact(i == 1 ? 0.5 : 0.99);
        cr_expect_geq(atof(client.latency[i]), truth - 0.006);
        cr_expect_leq(atof(client.latency[i]), truth * (1 + 1.0 / 16) + 0.006);
    }
}

Test(sim_report, one_value_is_all_percentiles)
{
    recorded.count = 1;
    recorded.values[0] = 1001;
    struct row client = row_of(report_of(20 * MS), "client");
    for (u32 i = 0; i < 4; i++) {
        cr_expect_str_eq(client.latency[i], "16.02");
    }
}

Test(sim_report, the_median_of_two_is_the_lower)
{
    recorded.count = 2;
    recorded.values[0] = 10;
    recorded.values[1] = 1001;
    struct row client = row_of(report_of(20 * MS), "client");
    cr_expect_str_eq(client.latency[0], "0.16");
    cr_expect_str_eq(client.latency[1], "0.16");
    cr_expect_str_eq(client.latency[2], "16.02");
}

Test(sim_report, a_page_without_values_shows_none)
{
    recorded.count = 0;
    struct row client = row_of(report_of(20 * MS), "client");
    cr_expect_str_eq(client.misses, "3");
    for (u32 i = 0; i < 4; i++) {
        cr_expect_str_eq(client.latency[i], "-");
    }
}

/* ---- as JSON ----------------------------------------------------------------------*/

static json_t *json_of(u64 until, const char *const *settings, u32 count)
{
    char *text = NULL;
    size_t size = 0;
    const struct boot *b =
        boot_system(&small, &(struct sim_options){.seed = 9, .observe = true, .check = true});
    enum sim_end end = sim_run(until);
    FILE *file = open_memstream(&text, &size);

    cr_assert(report_json(b, end, settings, count, "no-miss", file));
    fclose(file);
    json_t *all = json_loads(text, 0, NULL);
    free(text);
    cr_assert_not_null(all);
    return all;
}

static json_int_t number_of(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

Test(sim_report, json_has_the_figures_of_the_table)
{
    static const char *const settings[] = {"greedy.main.priority=5"};
    json_t *all = json_of(20 * MS, settings, 1);
    json_t *client = json_array_get(json_object_get(all, "cells"), 0);
    json_t *greedy = json_array_get(json_object_get(all, "cells"), 2);
    json_int_t sum = number_of(all, "idle_ns");
    size_t i;
    json_t *cell;

    cr_expect_eq(number_of(client, "calls"), ROUNDS);
    cr_expect_eq(number_of(client, "signals"), 2);
    cr_expect_eq(number_of(client, "misses"), 3);
    cr_expect(json_is_true(json_object_get(client, "stopped")), "it has returned");
    cr_expect_eq(number_of(greedy, "depleted"), 4);
    json_array_foreach(json_object_get(all, "cells"), i, cell) {
        json_t *thread = json_array_get(json_object_get(cell, "threads"), 0);
        cr_expect_eq(number_of(cell, "cpu_ns"), number_of(thread, "cpu_ns"));
        sum += number_of(cell, "cpu_ns");
    }
    cr_expect_eq(sum, number_of(all, "time_ns"));
    cr_expect_str_eq(json_string_value(json_array_get(json_object_get(all, "settings"), 0)),
                     settings[0]);
    json_decref(all);
}

/* ---- what went wrong -----------------------------------------------------------------*/

static const char *table(enum sim_end end)
{
    static char text[4096];
    FILE *file = fmemopen(text, sizeof(text), "w");

    report_print(sim_host.system, end, file);
    fclose(file);
    return text;
}

static void ask(u32 argument)
{
    for (u32 i = 0; i < 7; i++) {
        struct message m = {.tag = 0};
        (void)thimble_call(i == argument ? 61 : 60, &m);
    }
}

Test(sim_report, refusals_are_counted_with_the_slot_that_came_most)
{
    for (u32 other = 0; other < 7; other++) {
        build_begin();
        build_active(build_cell("app"), 5, ask, other);
        boot_it();
        const char *text = table(sim_run(MS));
        cr_assert_eq(mishaps.refusal_count, 1);
        cr_expect_eq(mishaps.refusals[0].count, 7);
        expect_says(text, "\nrefused: app.thread: CALL of slot 60: BAD_SLOT, 7 times\n");
    }
}

static void fault_once(u32 argument)
{
    thimble_write32(argument, 1);
    thimble_compute(1000);
    (void)thimble_yield();
}

Test(sim_report, a_thread_that_its_handler_stops_is_named_and_a_mended_one_is_not)
{
    build_app(fault_once, 0xdead0000, THIMBLE_FAULT_STOP, 0);
    boot_it();
    const char *text = table(sim_run(MS));
    expect_says(text, "memory fault, write at 0xdead0000, and its fault handler has stopped it\n");
    cr_assert_eq(mishaps.stop_count, 1);
    build_app(fault_once, 0xdead0000, THIMBLE_FAULT_SKIP, 0);
    boot_it();
    (void)sim_run(MS);
    for (u32 i = 0; i < mishaps.stop_count; i++) {
        cr_expect_eq(mishaps.stops[i].kind, THIMBLE_FAULT_EXIT);
    }
}

/* Waits in slot 1 for what it then signals by slot 2. */
static void wait_then_signal(u32 argument)
{
    u32 bits;

    (void)thimble_wait(1, argument == 0 ? THIMBLE_NEVER : thimble_time() + argument, &bits);
    (void)thimble_signal(2);
}

/* Three threads in a ring; the first waits so many ticks at most, 0: for ever. */
static void build_ring(u32 ticks)
{
    u32 bells[3];

    build_begin();
    for (u32 i = 0; i < 3; i++) {
        bells[i] = build_notification();
    }
    for (u32 i = 0; i < 3; i++) {
        u32 cell = build_cell("app");
        build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, bells[i], 1);
        build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, bells[(i + 1) % 3], 1);
        build_active(cell, 5, wait_then_signal, i == 0 ? ticks : 0);
    }
    boot_it();
}

Test(sim_report, threads_that_wait_for_each_other_are_a_deadlock)
{
    static bool lost[THREAD_MAX];
    static bool seen[THREAD_MAX];
    static u16 cycle[THREAD_MAX];

    build_ring(0);
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    wait_find_lost(lost);
    cr_expect_eq(wait_cycle(lost, seen, cycle), 3);
    cr_expect_eq(wait_cycle(lost, seen, cycle), 0, "it is told once");
    expect_says(table(SIM_END_IDLE), "\ndeadlock: app.thread waits for ");
}

Test(sim_report, a_wait_that_ends_by_itself_is_no_deadlock)
{
    static bool lost[THREAD_MAX];

    build_ring(2 * MS / SIM_TICK_INSTRUCTIONS);
    cr_expect_eq(sim_run(MS), SIM_END_TIME);
    wait_find_lost(lost);
    for (u32 i = 0; i < 3; i++) {
        cr_expect_not(lost[boot_thread_index(i)]);
    }
    cr_expect_null(strstr(table(SIM_END_TIME), "deadlock"));
}

/* ---- panics and broken invariants ---------------------------------------------------*/

static void panic(u32 argument)
{
    thimble_compute(argument);
    machine_panic("on purpose");
}

static void expect_panic(const char *reason)
{
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_PANIC);
    const char *printed = stream_kept();
    expect_says(printed, "panic: ");
    expect_says(printed, reason);
    expect_says(printed, "system built, seed 1, at ");
    cr_expect_str_eq(sim_end_text(SIM_END_PANIC), reason);
}

Test(sim_panic, ends_the_run)
{
    build_begin();
    build_active(build_cell("app"), 5, panic, 1000);
    boot_it();
    expect_panic("on purpose");
    cr_expect_geq(sim_clock.now, 1000);
}

Test(sim_panic, ends_all_further_runs_until_the_next_boot)
{
    build_begin();
    build_active(build_cell("app"), 5, panic, 1000);
    boot_it();
    expect_panic("on purpose");
    u64 now = sim_clock.now;
    cr_expect_eq(sim_run(2 * MS), SIM_END_PANIC);
    cr_expect_eq(sim_clock.now, now);
    boot_it();
    cr_expect_eq(sim_run(500), SIM_END_TIME);
}

/* No more threads in a circle of calls than there are levels: the core gives up. */
static void tie_a_knot(void)
{
    thread_at(1)->reply_key = 2;
    thread_at(2)->reply_key = 1;
}

static void ask_after_tying(u32 argument)
{
    (void)argument;
    thimble_compute(500);
    tie_a_knot();
    (void)thimble_yield();
}

Test(sim_panic, of_the_core_in_a_hypercall_ends_the_run)
{
    build_begin();
    u32 cell = build_cell("app");
    build_active(cell, 5, ask_after_tying, 0);
    build_active(cell, 5, ask_after_tying, 0);
    boot_with(&(struct sim_options){.seed = 1});
    expect_panic("chain of calls too long");
}

static void yield_after_tying(void *state, u32 *regs, struct sim_action *action)
{
    (void)state;
    (void)regs;
    tie_a_knot();
    *action = (struct sim_action){.step = SIM_STEP_HYPERCALL, .number = THIMBLE_YIELD};
}

Test(sim_panic, of_the_core_below_a_script_ends_the_run)
{
    build_begin();
    u32 cell = build_cell("app");
    build_script(build_active(cell, 5, NULL, 0), yield_after_tying, NULL, 0);
    build_active(cell, 5, NULL, 0);
    boot_with(&(struct sim_options){.seed = 1});
    expect_panic("chain of calls too long");
}

static void wait_once(u32 argument)
{
    u32 bits;

    (void)thimble_wait(1, argument, &bits);
}

Test(sim_panic, of_the_core_while_idle_ends_the_run)
{
    build_begin();
    u32 cell = build_cell("app");
    build_active(cell, 5, wait_once, 1000);
    build_passive(cell, 0, NULL, 0);
    build_grant(cell, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, build_notification(), 1);
    boot_with(&(struct sim_options){.seed = 1});
    cr_assert_eq(sim_run(5000), SIM_END_TIME);
    tie_a_knot();
    expect_panic("chain of calls too long");
}

Test(sim_panic, outside_of_a_run_ends_the_process, .signal = SIGABRT)
{
    build_begin();
    build_active(build_cell("app"), 5, panic, 0);
    boot_it();
    stream_keep(stderr);
    machine_panic("on purpose");
}

static void break_invariant(u32 argument)
{
    thimble_compute(argument);
    kernel.notifications[0].line = 1;
    thimble_compute(1000);
    (void)thimble_yield();
    panic(0);
}

Test(sim_check, names_the_invariant_that_a_step_breaks)
{
    build_begin();
    build_active(build_cell("app"), 5, break_invariant, 100);
    build_notification();
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_CHECK);
    expect_says(sim_end_text(SIM_END_CHECK), "n->vcpu <= VCPU_MAX");
    cr_expect_lt(sim_clock.now, 1500);
}

Test(sim_check, finds_what_was_broken_between_runs)
{
    build_begin();
    build_active(build_cell("app"), 5, panic, 100000);
    boot_it();
    cr_assert_eq(sim_run(1000), SIM_END_TIME);
    thread_of(0)->state = THREAD_STATES;
    cr_assert_eq(sim_run(2000), SIM_END_CHECK);
    cr_expect_eq(sim_clock.now, 1000);
    cr_expect_neq(strlen(sim_end_text(SIM_END_CHECK)), 0);
}

Test(sim_check, is_not_made_unless_asked_for)
{
    build_begin();
    build_active(build_cell("app"), 5, panic, 100000);
    build_notification();
    boot_with(&(struct sim_options){.seed = 1, .observe = true});
    kernel.notifications[0].line = 1;
    cr_expect_eq(sim_run(2000), SIM_END_TIME);
    cr_expect_not_null(kernel_check());
}

Test(sim_check, ordinary_ends_have_no_text)
{
    cr_expect_str_eq(sim_end_text(SIM_END_TIME), "");
    cr_expect_str_eq(sim_end_text(SIM_END_IDLE), "");
    cr_expect_str_eq(sim_end_text(SIM_END_REQUEST), "");
}
