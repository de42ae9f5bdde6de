/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounds of responses, part by part: user/describe/timing.h. Each rule has a test that
 * changes one thing of a small system, and expects what it adds.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "costs.h"
#include "describe.h"
#include "places.h"
#include "timing.h"

#define FEW 40U
#define US 1000ULL
#define LONG (100000U * US)
#define TICK 16U

/* A control loop, and a cell above it; all else is there by test. */
static struct {
    struct system system;
    struct system_cell cells[FEW];
    struct system_notification notifications[FEW];
    struct system_irq irqs[FEW];
    struct system_thread loop[FEW];
    struct system_thread above[FEW];
    struct system_thread more[FEW];
    struct system_cap loop_caps[FEW];
    struct system_cap above_caps[FEW];
    struct system_cap more_caps[FEW];
} f;

static struct described described;

static void set_up(void)
{
    memset(&f, 0, sizeof(f));
    f.system = (struct system){.name = "test", .cells = f.cells,
                               .notifications = f.notifications, .irqs = f.irqs};
    f.notifications[0].name = "event";
    f.loop[0] = (struct system_thread){.name = "main", .priority = 100, .budget_us = 200,
                                       .period_us = 1000, .deadline_us = 900};
    f.above[0] = (struct system_thread){.name = "main", .priority = 50, .budget_us = 100,
                                        .period_us = 1000, .wakes = 1};
    f.more[0] = (struct system_thread){.name = "main", .priority = 10};
    f.cells[0] = (struct system_cell){.name = "loop", .program = "loop", .memory = 64 * KIB,
                                      .threads = f.loop, .caps = f.loop_caps};
    f.cells[1] = (struct system_cell){.name = "above", .program = "above", .memory = 64 * KIB,
                                      .threads = f.above, .caps = f.above_caps};
    f.cells[2] = (struct system_cell){.name = "more", .program = "more", .memory = 64 * KIB,
                                      .threads = f.more, .caps = f.more_caps};
    memset(&described, 0, sizeof(described));
}

static void tear_down(void)
{
    describe_free(&described);
}

TestSuite(describe_timing, .init = set_up, .fini = tear_down);

/* Of the loop. */
static struct bound bound(void)
{
    struct model m;

    cr_assert(model_make(&m, &f.system, &board_sim, stderr));
    struct bound b = timing_bound(&m, 0, LONG);
    model_free(&m);
    return b;
}

static struct costs costs(void)
{
    struct model m;

    cr_assert(model_make(&m, &f.system, &board_sim, stderr));
    struct costs c = timing_costs(&m, 0);
    model_free(&m);
    return c;
}

static char *report(bool *good)
{
    char *text = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&text, &size);

    cr_assert_not_null(errors);
    describe_free(&described);
    *good = describe_compile(&f.system, &board_sim, &described, errors);
    (void)fclose(errors);
    return text;
}

static void accepted(void)
{
    bool good;
    char *text = report(&good);

    cr_expect(good, "%s", text);
    cr_expect_str_eq(text, "");
    free(text);
}

static void said(bool wanted, const char *part)
{
    bool good;
    char *text = report(&good);

    cr_expect_eq(good, wanted, "%s", text);
    cr_expect(strstr(text, part) != NULL, "\"%s\" in:\n%s", part, text);
    free(text);
}

#define LOOP "system \"test\": cells[0] \"loop\": threads[0] \"main\": "
#define REFUSED(text) said(false, "error: " LOOP text)
#define WARNED(text) said(true, "warning: " LOOP text)

/* Which its cell may bind to a notification. */
static void line(u32 i, struct system_cap *caps)
{
    static const char *const names[] = {"l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9"};

    f.irqs[i] = (struct system_irq){.name = names[i], .line = (u16)(40U + i)};
    caps[i] = (struct system_cap){.slot = (u16)(i + 1U), .irq = names[i],
                                  .rights = THIMBLE_RIGHT_HANDLE};
}

static void server(u32 service_us)
{
    f.more[1] = (struct system_thread){
        .name = "service", .passive = true, .level = 1, .service_us = service_us};
    f.loop_caps[0] = (struct system_cap){.slot = 1, .thread = "more.service",
                                         .rights = THIMBLE_RIGHT_CALL};
}

/* ---- prices, straight from the header ------------------------------------------ */

static u64 stretch_ns(void)
{
    static const u32 stretch[] = COSTS_NATIVE_STRETCH;

    return stretch[0];
}

/* Its own way: a deadline of somebody else's first. */
static u64 way_ns(void)
{
    static const u32 release[] = COSTS_NATIVE_RELEASE;

    return 2U * (u64)release[0] + TICK;
}

static u64 budget_ns(void)
{
    return 200U * US + TICK;
}

/* Microseconds and tenths, rounded up. */
static const char *us(u64 ns)
{
    static char texts[8][24];
    static u32 next;
    u64 tenths = (ns + 99U) / 100U;
    char *text = texts[next++ % 8U];

    (void)snprintf(text, sizeof(texts[0]), "%llu.%llu", (unsigned long long)(tenths / 10U),
                   (unsigned long long)(tenths % 10U));
    return text;
}

/* ---- parts --------------------------------------------------------------------- */

Test(describe_timing, alone_it_waits_for_a_stretch_and_its_own_way)
{
    struct bound b = bound();
    struct costs c = costs();

    cr_expect_eq(b.stretch, c.stretch);
    cr_expect_eq(b.own, 2U * c.release + TICK);
    cr_expect_eq(b.budget, 200U * US + TICK);
    cr_expect_eq(b.more + b.paths + b.equal + b.lines, 0);
    cr_expect_eq(b.total, b.stretch + b.own + b.budget);
}

Test(describe_timing, costs_are_those_of_the_header)
{
    static const u32 stretch[] = COSTS_NATIVE_STRETCH;
    static const u32 release[] = COSTS_NATIVE_RELEASE;
    struct costs c = costs();

    cr_expect_eq(c.stretch, stretch[0]);
    cr_expect_eq(c.release, release[0]);
    cr_expect_eq(c.tick, TICK);
}

/* 20 contexts take a level of deadlines more than 16. */
Test(describe_timing, many_contexts_make_paths_longer)
{
    static const u32 stretch[] = COSTS_NATIVE_STRETCH;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                                        "k", "l", "m", "n", "o", "p", "q", "r"};

    for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
        f.more[i + 1U] = (struct system_thread){.name = names[i], .priority = 5};
    }
    cr_expect_eq(costs().stretch, stretch[0] + stretch[1]);
    cr_expect_eq(bound().total, bound().stretch + bound().own + bound().budget);
}

Test(describe_timing, instructions_take_as_long_as_the_board_says)
{
    static const u32 stretch[] = COSTS_NATIVE_STRETCH;
    struct board slow = board_sim;
    struct model m;

    slow.instruction_ps = 2500;
    cr_assert(model_make(&m, &f.system, &slow, stderr));
    cr_expect_eq(timing_costs(&m, 0).stretch, (stretch[0] * 5U + 1U) / 2U);
    model_free(&m);
}

Test(describe_timing, less_urgent_threads_and_lines_add_nothing)
{
    u64 before = bound().total;

    f.more[1] = (struct system_thread){.name = "busy", .priority = 99};
    line(0, f.more_caps);
    cr_expect_eq(bound().total, before);
}

Test(describe_timing, lines_of_who_is_as_urgent_come_once)
{
    line(0, f.loop_caps);
    cr_expect_eq(bound().lines, costs().fire);
}

/* 100 us at once; one tenth of what the span has beyond; and what it runs on. */
Test(describe_timing, more_urgent_threads_come_first)
{
    f.above[0].priority = 200;
    struct bound b = bound();
    struct costs c = costs();
    u64 above = 100U * US + TICK;
    u64 delay = c.stretch + 2U * c.release + TICK;
    u64 share = (b.total - above + delay) / 10U;

    cr_expect_geq(b.more, above + share + c.stretch);
    cr_expect_leq(b.more, above + share + c.stretch + 2U * TICK);
    cr_expect_eq(b.paths, (2U + 1U) * (c.event + 2U * TICK));
}

Test(describe_timing, who_may_be_delayed_may_come_twice_at_once)
{
    f.above[0].priority = 200;
    u64 before = bound().more;
    f.more[1] = (struct system_thread){
        .name = "top", .priority = 250, .budget_us = 300, .period_us = 1000, .wakes = 1};
    f.more[0].priority = 5;
    struct bound b = bound();
    cr_expect_gt(b.more, before + 300U * US + (300U * US) / 10U);
}

/* It may be late by as much as it likes: what it has then is two budgets. */
Test(describe_timing, who_has_no_bound_may_come_twice_at_once)
{
    f.above[0] = (struct system_thread){
        .name = "main", .priority = 200, .budget_us = 10, .period_us = 20, .wakes = 1};
    f.more[1] = (struct system_thread){
        .name = "top", .priority = 250, .budget_us = 50, .period_us = 1000, .wakes = 1};
    f.loop[0].deadline_us = 0;
    f.loop[0].budget_us = 10;
    struct bound b = bound();
    cr_expect_gt(b.more, 50U * US + 20U * US + (b.total - 10U * US) / 2U);
}

Test(describe_timing, each_time_that_it_becomes_ready_counts)
{
    f.above[0].priority = 200;
    struct costs c = costs();
    u64 once = bound().paths;
    f.above[0].wakes = 3;
    cr_expect_eq(bound().paths, once + 2U * (c.event + 2U * TICK));
}

Test(describe_timing, else_its_budget_says_how_often)
{
    static const u32 storm[] = COSTS_NATIVE_STORM;

    f.above[0].priority = 200;
    f.above[0].wakes = 0;
    struct bound b = bound();
    struct costs c = costs();
    u64 times = b.more / storm[1] + 1U;
    cr_expect_eq(b.paths, 2U * (c.event + 2U * TICK) + times * (storm[0] + 2U * TICK));
}

Test(describe_timing, lines_make_it_come_more_often)
{
    static const u32 storm[] = COSTS_NATIVE_STORM_LINES;

    f.above[0].priority = 200;
    f.above[0].wakes = 0;
    line(0, f.above_caps);
    struct bound b = bound();
    struct costs c = costs();
    u64 times = b.more / storm[1] + 1U;
    cr_expect_eq(b.lines, c.fire);
    cr_expect_eq(b.paths,
                 2U * (c.event + 2U * TICK) + times * (storm[0] + 2U * TICK) + c.fire);
}

Test(describe_timing, who_says_more_than_its_budget_allows_is_not_believed)
{
    f.above[0].priority = 200;
    f.above[0].wakes = 0;
    u64 most = bound().paths;
    f.above[0].wakes = 60000;
    cr_expect_eq(bound().paths, most);
}

Test(describe_timing, equals_have_one_turn)
{
    f.above[0].priority = 100;
    struct bound b = bound();
    struct costs c = costs();
    cr_expect_eq(b.equal, 100U * US + TICK + c.stretch + 4U * (c.event + 2U * TICK));
    f.above[0] = (struct system_thread){.name = "main", .priority = 100};
    b = bound();
    cr_expect_eq(b.equal, 10000U * US + TICK + c.stretch + 4U * (c.event + 2U * TICK));
}

Test(describe_timing, unlimited_threads_above_are_no_bound)
{
    f.above[0] = (struct system_thread){.name = "main", .priority = 101};
    cr_expect_eq(bound().total, TIMING_NEVER);
}

Test(describe_timing, a_lowered_guest_counts_as_raised_and_waits_as_lowered)
{
    struct system_thread t = {.priority = 100, .low_priority = 20};

    cr_expect_eq(timing_priority(&t), 20);
    t.low_priority = 0;
    cr_expect_eq(timing_priority(&t), 100);
}

Test(describe_timing, spans_that_suffice_hardly_are_found)
{
    f.loop[0].deadline_us = 0;
    f.loop[0].period_us = 60000000;
    f.loop[0].budget_us = 1000000;
    f.above[0] = (struct system_thread){
        .name = "main", .priority = 200, .budget_us = 9985, .period_us = 10000, .wakes = 1};
    struct model m;
    cr_assert(model_make(&m, &f.system, &board_sim, stderr));
    struct bound b = timing_bound(&m, 0, 1U << 31U);
    cr_expect_gt(b.total, 1U << 31U);
    model_free(&m);
}

/* ---- what is left ---------------------------------------------------------------- */

Test(describe_timing, what_others_take_of_the_budget_is_not_left)
{
    struct bound b = bound();

    /* Alone: its own way, and what is lost if it comes early. */
    cr_expect_eq(b.charged, b.own);
    cr_expect_geq(b.late, (b.total - b.budget) / 5U);
    cr_expect_leq(b.late, (b.total - b.budget) / 5U + TICK);
    cr_expect_eq(timing_left(&b), b.budget - b.own - b.late);
}

Test(describe_timing, nothing_left_is_a_warning)
{
    f.above[0].priority = 200;
    f.above[0].wakes = 0;
    f.loop[0].budget_us = 100;
    WARNED("budget_us: 100 us: the core may take ");
}

/* ---- servers --------------------------------------------------------------------- */

Test(describe_timing, servers_of_its_own_are_free)
{
    server(0);
    cr_expect_eq(bound().help, 0);
    accepted();
}

Test(describe_timing, shared_servers_need_the_length_of_their_requests)
{
    server(0);
    f.above_caps[0] = f.loop_caps[0];
    REFUSED("deadline_us: 900 us cannot be promised: it may have to finish a request of others "
            "to \"more.service\" first, and that thread has no service_us, its longest request");
    f.more[1].service_us = 7;
    accepted();
}

Test(describe_timing, threads_of_the_servers_cell_share_it)
{
    server(7);
    f.more_caps[0] = f.loop_caps[0];
    cr_expect_eq(bound().help, 7U * US);
}

Test(describe_timing, servers_of_servers_are_shared_too)
{
    server(7);
    f.more[2] = (struct system_thread){.name = "deep", .passive = true};
    f.more_caps[0] = (struct system_cap){.slot = 1, .thread = "more.deep",
                                         .rights = THIMBLE_RIGHT_CALL};
    REFUSED("deadline_us: 900 us cannot be promised: it may have to finish a request of others "
            "to \"more.deep\" first");
    f.more[2].service_us = 3;
    cr_expect_eq(bound().help, 3U * US); /* more.main calls it, and not the one above */
    f.above_caps[0] = f.loop_caps[0];
    cr_expect_eq(bound().help, 10U * US);
}

/* Nobody can call upwards. */
Test(describe_timing, levels_end_chains)
{
    server(7);
    f.more[2] = (struct system_thread){.name = "high", .passive = true, .level = 1};
    f.more_caps[0] = (struct system_cap){.slot = 1, .thread = "more.high",
                                         .rights = THIMBLE_RIGHT_CALL};
    cr_expect_eq(bound().help, 0);
}

Test(describe_timing, requests_that_more_urgent_ones_leave_are_finished_too)
{
    server(7);
    f.above[0].priority = 200;
    f.above_caps[0] = f.loop_caps[0];
    /* Once for whoever is less urgent, twice for whoever has run out. */
    cr_expect_eq(bound().help, 3U * 7U * US);
    f.above[0].priority = 100;
    cr_expect_eq(bound().help, 2U * 7U * US);
}

Test(describe_timing, guests_call_their_handler_alone)
{
    struct model m;
    bool marks[FEW];

    server(7);
    f.cells[1].vm = true;
    f.above[0].fault_handler = 2;
    f.above_caps[0] = f.loop_caps[0];
    cr_assert(model_make(&m, &f.system, &board_sim, stderr));
    servers_mark(&m, 1, marks);
    cr_expect_not(marks[3]);
    f.above[0].fault_handler = 1;
    servers_mark(&m, 1, marks);
    cr_expect(marks[3]);
    model_free(&m);
}

Test(describe_timing, calls_make_each_return_longer)
{
    f.above[0].priority = 200;
    u64 before = bound().paths;
    server(0);
    cr_expect_eq(bound().paths, before + 3U * costs().hop);
}

Test(describe_timing, active_threads_serve_nobody)
{
    f.loop[0].service_us = 5;
    REFUSED("service_us: 5 us: an active thread serves nobody");
}

Test(describe_timing, wakes_are_in_a_period)
{
    f.loop[0] = (struct system_thread){.name = "main", .priority = 100, .wakes = 2};
    REFUSED("wakes: 2, but no period");
}

/* ---- deadlines -------------------------------------------------------------------- */

Test(describe_timing, a_deadline_is_met_if_the_bound_is)
{
    u64 core = stretch_ns() + way_ns();
    u64 total = core + budget_ns();
    char text[256];

    f.loop[0].deadline_us = (u32)((total + US - 1U) / US);
    accepted();
    f.loop[0].deadline_us--;
    (void)snprintf(text, sizeof(text),
                   "error: " LOOP "deadline_us: %u us cannot be met: its budget of 200 us can take "
                   "%s us or more, of which %s us are for a stretch of the core that has begun, "
                   "and the way to this thread; before it come nobody",
                   f.loop[0].deadline_us, us(total), us(core));
    said(false, text);
}

Test(describe_timing, what_is_missing_is_named)
{
    f.above[0].priority = 200;
    f.above[0].wakes = 0;
    f.loop[0].deadline_us = 250;
    REFUSED("deadline_us: 250 us cannot be met: its budget of 200 us can take ");
    said(false, "before it come above.main 10.0 %; as often as their budgets let them, for want "
                "of .wakes, become ready above.main\n");
    f.above[0].wakes = 1;
    said(false, "before it come above.main 10.0 %\n");
}

Test(describe_timing, unlimited_threads_above_forbid_deadlines)
{
    f.above[0] = (struct system_thread){.name = "main", .priority = 101};
    REFUSED("deadline_us: 900 us cannot be met: an unlimited thread is above it; before it come "
            "above.main 100.0 %");
}

Test(describe_timing, budget_of_all_time_is_unlimited)
{
    f.above[0] = (struct system_thread){
        .name = "main", .priority = 101, .budget_us = 1000, .period_us = 1000};
    REFUSED("deadline_us: 900 us cannot be met: an unlimited thread is above it; before it come "
            "above.main 100.0 %");
}

Test(describe_timing, long_deadlines_do_not_overflow)
{
    f.above[0] = (struct system_thread){.name = "main", .priority = 200, .budget_us = 30000000,
                                        .period_us = 60000000, .wakes = 1};
    f.loop[0] = (struct system_thread){.name = "main", .priority = 100, .budget_us = 14000000,
                                       .period_us = 60000000, .deadline_us = 60000000};
    /* 14 s + 30 s + half of what is over 30 s: 58 s. */
    accepted();
    f.loop[0].budget_us = 15000000;
    REFUSED("deadline_us: 60000000 us cannot be met: its budget of 15000000 us can take 600000");
}

/* ---- levels ------------------------------------------------------------------------ */

/* The checker and the boot tables agree. */
Test(describe_timing, levels_are_those_of_the_boot_tables)
{
    struct model m;

    line(0, f.loop_caps);
    line(1, f.more_caps);
    f.more_caps[0] = f.more_caps[1];
    f.more_caps[1] = f.loop_caps[1] = (struct system_cap){
        .slot = 9, .notification = "event", .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1};
    f.above_caps[0] = (struct system_cap){
        .slot = 1, .notification = "event", .rights = THIMBLE_RIGHT_WAIT};
    accepted();
    cr_assert(model_make(&m, &f.system, &board_sim, stderr));
    for (u32 i = 0; i < 2U; i++) {
        cr_expect_eq(m.levels[m.lines[i]], described.boot.irqs[i].level);
    }
    for (u32 i = 0; i < described.boot.sc_count; i++) {
        const struct boot_sc *sc = &described.boot.scs[i];
        cr_expect_eq(m.levels[sc->described], sc->urgency[0].mask);
    }
    model_free(&m);
}

/* With fewer levels than priorities, lines of less urgent handlers come through. */
Test(describe_timing, a_shared_level_lets_in_what_is_less_urgent)
{
    struct board few = board_sim;
    struct model m;

    few.levels = 2;
    line(0, f.loop_caps);
    line(1, f.more_caps);
    f.more_caps[0] = f.more_caps[1];
    f.more_caps[1] = (struct system_cap){.slot = 0};
    f.above[0].priority = 200;
    line(2, f.above_caps);
    f.above_caps[0] = f.above_caps[2];
    cr_assert(model_make(&m, &f.system, &few, stderr));
    cr_expect_eq(m.levels[200], 1);
    cr_expect_eq(m.levels[100], 1);
    cr_expect_eq(m.levels[10], 1);
    cr_expect(level_lets_in(&m, 100, 1));
    cr_expect_eq(timing_bound(&m, 0, LONG).lines, 3U * timing_costs(&m, 0).fire);
    model_free(&m);
    cr_expect_eq(bound().lines, 2U * costs().fire);
}

/* A line that no active thread of its cell can handle interrupts everybody. */
Test(describe_timing, a_line_of_no_thread_is_let_in)
{
    f.more[0] = (struct system_thread){.name = "main", .passive = true};
    f.loop_caps[0] = (struct system_cap){.slot = 1, .thread = "more.main",
                                         .rights = THIMBLE_RIGHT_CALL};
    line(0, f.more_caps);
    cr_expect_eq(bound().lines, costs().fire + costs().hop);
}

/* ---- printing ---------------------------------------------------------------------- */

static void printed(const char *const *texts, u32 count)
{
    char *text = NULL;
    size_t size = 0;
    bool good;
    FILE *file = open_memstream(&text, &size);

    free(report(&good));
    cr_assert(good);
    describe_print(&f.system, &described, file);
    (void)fclose(file);
    for (u32 i = 0; i < count; i++) {
        cr_expect(strstr(text, texts[i]) != NULL, "\"%s\" in:\n%s", texts[i], text);
    }
    free(text);
}

Test(describe_timing, print_shows_the_parts)
{
    u64 total = stretch_ns() + way_ns() + budget_ns();
    u64 left = budget_ns() - way_ns() - bound().late;
    char line[256];

    (void)snprintf(line, sizeof(line),
                   "  loop.main            %7s %7s %7s     0.0     0.0     0.0     0.0 %7s   900.0 "
                   "%7s     0.0 %7s\n",
                   us(stretch_ns()), us(way_ns()), us(budget_ns()), us(total),
                   us(900U * US - total), us(left));
    const char *const texts[] = {"response times (us: until the budget is used up", line};
    printed(texts, ARRAY_SIZE(texts));
}

Test(describe_timing, print_shows_levels_and_delays)
{
    char delays[320];

    (void)snprintf(delays, sizeof(delays),
                   "what can delay a cell's threads, of other cells (beside one stretch of the "
                   "core, %s us)\n"
                   "  loop             nothing else\n"
                   "  above            loop.main, line l0\n"
                   "  more             loop.main, above.main, line l0\n",
                   us(stretch_ns()));
    const char *const texts[] = {
        "levels of lines (31; who runs lets in those of its level and above)\n"
        "  level priority  lines\n"
        "      1      100  l0\n",
        delays,
    };

    line(0, f.loop_caps);
    f.loop_caps[1] = (struct system_cap){
        .slot = 9, .notification = "event", .badge = 1,
        .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT};
    printed(texts, ARRAY_SIZE(texts));
}
