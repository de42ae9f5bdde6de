/* SPDX-License-Identifier: BSD-2-Clause */
/* The core under guests that run by themselves, with all paths at their price,
 * and kernel_check() after every step. */
#include "drive.h"
#include "memory.h"
#include "self.h"
#include "thimble.h"
#include "time.h"

#define ROUNDS 200U
#define MS (1000U * 1000U) /* instructions */
#define UNMAPPED 0x70000000U

/* What the programs found, for the test to look at. */
static struct {
    u32 rounds;
    u32 wrong;
    u32 value;
    u32 bits;
    u64 late_most;
} seen;

static u32 cell;
static u32 other;

static void prepare(void)
{
    seen.rounds = 0;
    seen.wrong = 0;
    seen.value = 0;
    seen.bits = 0;
    seen.late_most = 0;
    build_begin();
    cell = build_cell("one");
    other = build_cell("other");
}

static void end(void)
{
    sim_shutdown();
}

TestSuite(guests, .init = prepare, .fini = end);

static void run(u32 milliseconds, enum sim_end expected)
{
    static const struct sim_options options = {.seed = 3, .check = true, .observe = true};
    const char *misfit = build_boot(&options);

    cr_assert(misfit == NULL, "the system does not boot: %s", misfit);
    enum sim_end how = sim_run((u64)milliseconds * MS);
    cr_assert_eq(how, expected, "it ended otherwise (%d): %s", (int)how, sim_end_text(how));
}

/* A thread that has nothing to do any more; its bell is in slot 1. */
static void sleep_for_ever(void)
{
    u32 bits;

    for (;;) {
        (void)thimble_wait(1, THIMBLE_NEVER, &bits);
    }
}

/* ---- messages ---------------------------------------------------------------------------*/

static void echo(u32 argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        u32 length = m.tag >> THIMBLE_TAG_LENGTH_SHIFT;
        for (u32 i = 0; i < THIMBLE_REGISTER_WORDS; i++) {
            m.word[i] = ~m.word[i];
        }
        for (u32 i = THIMBLE_REGISTER_WORDS; i < length; i++) {
            u32 word = thimble_read32(thimble_buffer() + 4U * i);
            thimble_write32(thimble_buffer() + 4U * i, ~word);
        }
        (void)thimble_reply_recv(&m);
    }
}

/* One call with `length` words; counts the ones that come back wrong. */
static void round_trip(u32 slot, u32 length, u32 first)
{
    struct message m = {.tag = THIMBLE_TAG(length, length)};

    for (u32 i = 0; i < THIMBLE_REGISTER_WORDS; i++) {
        m.word[i] = first + i;
    }
    for (u32 i = THIMBLE_REGISTER_WORDS; i < length; i++) {
        thimble_write32(thimble_buffer() + 4U * i, first + i);
    }
    seen.wrong += thimble_call(slot, &m) != THIMBLE_OK;
    for (u32 i = 0; i < THIMBLE_REGISTER_WORDS; i++) {
        seen.wrong += m.word[i] != ~(first + i);
    }
    for (u32 i = THIMBLE_REGISTER_WORDS; i < length; i++) {
        u32 word = thimble_read32(thimble_buffer() + 4U * i);
        seen.wrong += word != ~(first + i);
    }
    seen.rounds++;
}

static void caller(u32 argument)
{
    for (u32 i = 0; i < ROUNDS; i++) {
        round_trip(2, i % 65U, argument + i);
    }
    sleep_for_ever();
}

Test(guests, messages_of_all_lengths_come_back)
{
    (void)build_active(cell, 10, caller, 1000);
    (void)cap_notification(cell, build_notification(), 1);
    (void)cap_call(cell, build_passive(other, 0, echo, 0), 7);
    run(100, SIM_END_IDLE);
    cr_assert_eq(seen.rounds, ROUNDS);
    cr_assert_eq(seen.wrong, 0U);
}

static void periodic_caller(u32 argument)
{
    u32 bits;

    for (u32 i = 0; i < ROUNDS; i++) {
        u64 now = thimble_time();
        (void)thimble_wait(1, now + 37U + argument, &bits);
        round_trip(2, i % 65U, argument * i);
    }
    sleep_for_ever();
}

static void busy_caller(u32 argument)
{
    for (u32 i = 0;; i++) {
        round_trip(1, i % 65U, argument + i);
    }
}

Test(guests, callers_that_preempt_and_help_each_other_all_get_their_answers)
{
    u32 third = build_cell("third");
    u32 server = build_passive(other, 0, echo, 0);

    (void)build_active(cell, 30, periodic_caller, 5);
    (void)cap_notification(cell, build_notification(), 1);
    (void)cap_call(cell, server, 1);
    u32 busy = build_active(third, 10, busy_caller, 3);
    (void)cap_call(third, server, 2);
    build_budget(busy, 1000, 2000);
    run(20, SIM_END_TIME);
    cr_assert_gt(seen.rounds, 2U * ROUNDS);
    cr_assert_eq(seen.wrong, 0U);
}

/* ---- time ------------------------------------------------------------------------------------*/

static void spin(u32 argument)
{
    for (;;) {
        thimble_compute(argument);
    }
}

static void tick(u32 period)
{
    u64 next = thimble_time() + period;
    u32 bits;

    for (;;) {
        seen.wrong += thimble_wait(1, next, &bits) != THIMBLE_ERR_TIMEOUT;
        u64 late = thimble_time() - next;
        seen.late_most = late > seen.late_most ? late : seen.late_most;
        seen.rounds++;
        next += period;
    }
}

Test(guests, periodic_thread_is_never_late_above_a_busy_one)
{
    (void)build_active(cell, 20, tick, THIMBLE_TICKS_PER_MS);
    (void)cap_notification(cell, build_notification(), 1);
    (void)build_active(other, 10, spin, 1000000);
    run(50, SIM_END_TIME);
    cr_assert_geq(seen.rounds, 48U);
    cr_assert_eq(seen.wrong, 0U);
    cr_assert_lt(seen.late_most, 50U); /* ticks: a few kernel paths */
}

/* The end of a budget is noticed when its interrupt has been taken: that much
 * more, in ticks, each period. */
#define END_NOTICED 12U

Test(guests, busy_threads_share_the_cpu_by_their_budgets)
{
    u32 quarter = build_active(cell, 20, spin, 777);
    u32 rest = build_active(other, 10, spin, 777);

    build_budget(quarter, 2500, 10000);
    run(50, SIM_END_TIME);
    u64 periods = drive_time() / 10000U;
    cr_assert_geq(sc_consumed(drive_sc(quarter)), periods * 2500U);
    cr_assert_leq(sc_consumed(drive_sc(quarter)), (periods + 1U) * (2500U + END_NOTICED));
    cr_assert_geq(sc_consumed(drive_sc(rest)), periods * (7500U - 2U * END_NOTICED));
}

/* ---- faults -----------------------------------------------------------------------------------*/

static void read_nowhere(u32 argument)
{
    seen.value = thimble_read32(UNMAPPED + argument);
    sleep_for_ever();
}

/* Answers a read with its address, anything else with a stop. */
static void pager(u32 argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        seen.rounds++;
        if (m.word[0] == THIMBLE_FAULT_MEMORY && m.word[2] == ACCESS_READ) {
            m = (struct message){.word = {THIMBLE_FAULT_SKIP, m.word[1]}};
        } else {
            m = (struct message){.word = {THIMBLE_FAULT_STOP}};
        }
        (void)thimble_reply_recv(&m);
    }
}

static u32 build_faulting(thimble_entry program, u32 argument)
{
    u32 thread = build_active(cell, 10, program, argument);
    u32 bell = cap_notification(cell, build_notification(), 8);

    build_handler(thread, cap_call(cell, build_passive(other, 0, pager, 0), 7), bell);
    return thread;
}

Test(guests, skipped_load_gets_the_handlers_value)
{
    (void)build_faulting(read_nowhere, 0x40);
    run(1, SIM_END_IDLE);
    cr_assert_eq(seen.value, UNMAPPED + 0x40U);
    cr_assert_eq(seen.rounds, 1U);
}

static void write_nowhere(u32 argument)
{
    thimble_write32(UNMAPPED, argument);
    seen.value = 1;
}

Test(guests, thread_that_its_handler_stops_runs_no_further)
{
    u32 thread = build_faulting(write_nowhere, 0);

    run(1, SIM_END_IDLE);
    cr_assert_eq(seen.value, 0U);
    cr_assert_eq(drive_thread(thread)->state, THREAD_STOPPED);
}

static void return_at_once(u32 argument)
{
    seen.value = argument;
}

static void watch(u32 argument)
{
    (void)argument;
    (void)thimble_wait(1, THIMBLE_NEVER, &seen.bits);
    sleep_for_ever();
}

Test(guests, program_that_returns_is_a_fault_that_rings_the_health_bell)
{
    u32 thread = build_active(cell, 10, return_at_once, 5);
    u32 notification = build_notification();

    build_handler(thread, THIMBLE_NO_SLOT, cap_notification(cell, notification, 8));
    (void)build_active(other, 9, watch, 0);
    (void)cap_notification(other, notification, 0);
    run(1, SIM_END_IDLE);
    cr_assert_eq(seen.value, 5U);
    cr_assert_eq(seen.bits, 8U);
    cr_assert_eq(drive_thread(thread)->state, THREAD_STOPPED);
}

static void answer_without_a_caller(u32 argument)
{
    struct message m = {.tag = 0};

    seen.bits = argument;
    seen.value = thimble_recv(&m);
    seen.wrong += m.tag != THIMBLE_TAG_ERROR;
    seen.rounds++;
    sleep_for_ever();
}

Test(guests, active_program_that_receives_is_told_so)
{
    (void)build_active(cell, 10, answer_without_a_caller, 0);
    (void)cap_notification(cell, build_notification(), 1);
    run(1, SIM_END_IDLE);
    cr_assert_eq(seen.value, THIMBLE_ERR_ACTIVE);
    cr_assert_eq(seen.wrong, 0U);
    cr_assert_eq(seen.rounds, 1U);
}

/* ---- scripts ----------------------------------------------------------------------------------*/

/* Calls the server in slot 1 once in a while, and computes in between. */
struct script_caller {
    u32 calls;
    u32 wrong;
    u32 phase;
};

static void script_call(void *state, u32 *regs, struct sim_action *action)
{
    struct script_caller *s = state;

    if (s->phase == 0) {
        action->step = SIM_STEP_HYPERCALL;
        action->number = THIMBLE_CALL;
        regs[0] = 1;
        regs[1] = 0;
        regs[2] = s->calls;
        s->phase = 1;
        return;
    }
    s->wrong += regs[0] != THIMBLE_OK || regs[2] != ~s->calls;
    s->calls++;
    action->step = SIM_STEP_COMPUTE;
    action->value = 5000;
    s->phase = 0;
}

static void script_serve(void *state, u32 *regs, struct sim_action *action)
{
    (void)state;
    regs[2] = ~regs[2];
    action->step = SIM_STEP_HYPERCALL;
    action->number = THIMBLE_REPLY_RECV;
}

Test(guests, scripts_call_each_other_like_programs)
{
    static struct script_caller one;
    static struct script_caller two;
    u32 server = build_passive(other, 0, NULL, 0);
    u32 first = build_active(cell, 20, NULL, 0);
    u32 second = build_active(cell, 20, NULL, 0);

    (void)cap_call(cell, server, 0);
    build_budget(first, 100, 100);
    build_budget(second, 100, 100);
    build_script(server, script_serve, NULL, 0);
    build_script(first, script_call, &one, sizeof(one));
    build_script(second, script_call, &two, sizeof(two));
    run(10, SIM_END_TIME);
    cr_assert_gt(one.calls, 500U);
    cr_assert_gt(two.calls, 500U);
    cr_assert_eq(one.wrong + two.wrong, 0U);
}
