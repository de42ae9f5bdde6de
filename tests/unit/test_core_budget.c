/* SPDX-License-Identifier: BSD-2-Clause */
/* Budgets: hard constant-bandwidth servers, in exact ticks. */
#include "rig.h"

#define BUDGET 10U
#define PERIOD 100U
#define HALF (PERIOD / 2U)

/* low has a budget; mid and high sleep. */
static void prepare(void)
{
    rig_build();
    build_budget(rig.low, BUDGET, PERIOD);
    rig_boot();
}

TestSuite(budget, .init = prepare);

static struct sc *low(void)
{
    return drive_sc(rig.low);
}

/* Ticks pass, but the CPU sees no interrupt: as when they come late. */
static void pass_unseen(u64 ticks)
{
    sim_clock.now += ticks * SIM_TICK_INSTRUCTIONS;
}

/* low runs for so long, sleeps, and wakes at that time. */
static void run_and_wake_at(u64 ran, u64 wake)
{
    drive_elapse(ran);
    rig_sleep();
    drive_elapse(wake - ran);
    rig_ring(rig.bell_low);
}

static void expect_budget(u32 remaining, u64 deadline)
{
    cr_assert_eq(low()->remaining, remaining, "%u ticks remain, not %u", low()->remaining,
                 remaining);
    cr_assert_eq(low()->deadline, deadline, "the deadline is %lu, not %lu",
                 (unsigned long)low()->deadline, (unsigned long)deadline);
}

/* ---- at wake ----------------------------------------------------------------------*/

Test(budget, starts_full_with_a_deadline_one_period_ahead)
{
    expect_budget(BUDGET, PERIOD);
}

Test(budget, wake_with_less_than_the_share_carries_on)
{
    run_and_wake_at(8, HALF);
    expect_budget(2, PERIOD);
}

Test(budget, wake_with_exactly_the_share_carries_on)
{
    run_and_wake_at(5, HALF);
    expect_budget(5, PERIOD);
}

Test(budget, wake_with_more_than_the_share_starts_a_new_period)
{
    run_and_wake_at(4, HALF);
    expect_budget(BUDGET, HALF + PERIOD);
}

Test(budget, wake_one_tick_before_the_deadline_with_nothing_left_waits)
{
    drive_elapse(BUDGET - 1U);
    pass_unseen(1);
    rig_sleep();
    drive_elapse(PERIOD - BUDGET - 1U);
    rig_ring(rig.bell_low);
    expect_idle();
    drive_elapse(1);
    expect_runs(rig.low);
    expect_budget(BUDGET, 2U * PERIOD);
}

Test(budget, wake_at_the_deadline_starts_a_new_period)
{
    run_and_wake_at(9, PERIOD);
    expect_budget(BUDGET, 2U * PERIOD);
}

Test(budget, wake_long_after_the_deadline_starts_a_new_period_then)
{
    run_and_wake_at(9, 12345);
    expect_budget(BUDGET, 12345U + PERIOD);
}

/* ---- at the end of the budget ----------------------------------------------------------*/

Test(budget, end_of_budget_waits_for_the_deadline)
{
    drive_elapse(BUDGET);
    expect_idle();
    drive_elapse(PERIOD - BUDGET - 1U);
    expect_idle();
    drive_elapse(1);
    expect_runs(rig.low);
    expect_budget(BUDGET, 2U * PERIOD);
}

Test(budget, each_early_end_is_counted)
{
    drive_elapse(5U * PERIOD + BUDGET);
    cr_assert_eq(low()->depleted, 6U);
    cr_assert_eq(sc_consumed(low()), 6U * BUDGET);
}

Test(budget, overrun_is_paid_for_after_a_wait)
{
    pass_unseen(BUDGET + 3U);
    rig_sleep();
    drive_elapse(2U * PERIOD);
    rig_ring(rig.bell_low);
    expect_runs(rig.low);
    cr_assert_eq(low()->remaining, BUDGET - 3U);
}

Test(budget, end_that_meets_a_wait_is_counted_once)
{
    pass_unseen(BUDGET);
    rig_sleep();
    cr_assert_eq(low()->depleted, 1U);
    rig_ring(rig.bell_low);
    expect_idle();
    cr_assert_eq(low()->depleted, 1U);
}

Test(budget, end_after_the_deadline_is_no_overrun_and_waits_for_nothing)
{
    rig_ring(rig.bell_mid);
    drive_elapse(PERIOD);
    rig_sleep();
    expect_budget(BUDGET, PERIOD);
    drive_elapse(BUDGET);
    expect_runs(rig.low);
    expect_budget(BUDGET, PERIOD + BUDGET + PERIOD);
    cr_assert_eq(low()->depleted, 0U);
}

Test(budget, budget_that_ends_past_its_deadline_goes_behind_its_equals)
{
    rig_build();
    build_budget(rig.low, BUDGET, PERIOD);
    u32 equal = build_active(rig.cell, RIG_PRIORITY_LOW, NULL, 0);
    rig_boot();
    rig_ring(rig.bell_mid);
    drive_elapse(PERIOD);
    rig_sleep();
    expect_runs(rig.low);
    drive_elapse(BUDGET);
    expect_runs(equal);
}

Test(budget, time_of_others_is_not_charged)
{
    drive_elapse(3);
    rig_ring(rig.bell_mid);
    drive_elapse(20);
    rig_sleep();
    expect_budget(BUDGET - 3U, PERIOD);
}

Test(budget, late_timer_moves_no_deadline)
{
    drive_elapse(BUDGET);
    pass_unseen(PERIOD);
    drive_interrupts();
    expect_budget(BUDGET, 2U * PERIOD);
}

Test(budget, timer_late_by_periods_starts_the_next_one_then)
{
    drive_elapse(BUDGET);
    pass_unseen(7U * PERIOD);
    drive_interrupts();
    expect_budget(BUDGET, BUDGET + 8U * PERIOD);
}

Test(budget, timer_late_by_exactly_one_period_starts_the_next_one_then)
{
    drive_elapse(BUDGET);
    pass_unseen(2U * PERIOD - BUDGET);
    drive_interrupts();
    expect_budget(BUDGET, 3U * PERIOD);
}

Test(budget, late_end_is_charged_in_full)
{
    pass_unseen(3U * BUDGET);
    drive_interrupts();
    expect_idle();
    cr_assert_eq(sc_consumed(low()), 3U * BUDGET);
}

Test(budget, what_was_run_too_long_is_taken_off_the_next_refill)
{
    pass_unseen(BUDGET + 3U);
    drive_interrupts();
    expect_idle();
    drive_elapse(PERIOD - BUDGET - 3U);
    expect_budget(BUDGET - 3U, 2U * PERIOD);
    drive_elapse(BUDGET - 3U);
    expect_idle();
    cr_assert_eq(sc_consumed(low()), 2U * BUDGET);
}

Test(budget, what_was_run_too_long_is_paid_once)
{
    pass_unseen(BUDGET + 3U);
    drive_interrupts();
    drive_elapse(PERIOD - BUDGET - 3U);
    expect_budget(BUDGET - 3U, 2U * PERIOD);
    drive_elapse(PERIOD);
    expect_budget(BUDGET, 3U * PERIOD);
}

Test(budget, after_a_whole_budget_too_long_a_tick_is_left)
{
    for (u32 over = BUDGET; over <= 3U * BUDGET; over += BUDGET) {
        prepare();
        pass_unseen(BUDGET + over);
        drive_interrupts();
        drive_elapse(PERIOD - BUDGET - over);
        expect_runs(rig.low);
        expect_budget(1, 2U * PERIOD);
    }
}

Test(budget, what_was_run_too_long_past_the_deadline_is_taken_off_at_once)
{
    rig_ring(rig.bell_mid);
    drive_elapse(PERIOD);
    rig_sleep();
    pass_unseen(BUDGET + 4U);
    drive_interrupts();
    expect_runs(rig.low);
    expect_budget(BUDGET - 4U, 2U * PERIOD + BUDGET + 4U);
}

/* Kernel paths between its end and the switch to another count as well. */
Test(budget, time_until_another_runs_is_paid_too)
{
    sim_clock.cost[PATH_SCHEDULE] = 2U * SIM_TICK_INSTRUCTIONS;
    drive_elapse(BUDGET);
    expect_idle();
    sim_clock.cost[PATH_SCHEDULE] = 0;
    cr_assert_eq(sc_consumed(low()), BUDGET + 2U);
    drive_elapse(PERIOD - BUDGET - 2U);
    expect_budget(BUDGET - 2U, 2U * PERIOD);
}

Test(budget, late_timers_give_nobody_more_than_its_share)
{
    for (u32 i = 0; i < 1000U; i++) {
        pass_unseen(1U + i % 7U);
        drive_interrupts();
    }
    u64 periods = drive_time() / PERIOD + 1U;
    cr_assert_leq(sc_consumed(low()), periods * BUDGET + 7U);
}

/* ---- over time -------------------------------------------------------------------------*/

Test(budget, hog_gets_exactly_its_share)
{
    drive_elapse(1000U * PERIOD);
    drive_schedule();
    cr_assert_eq(sc_consumed(low()), 1000U * BUDGET);
}

Test(budget, hogs_get_exactly_their_shares_of_a_full_cpu)
{
    static const u32 budgets[] = {10, 20, 30, 40};
    u32 thread[4];

    build_begin();
    u32 cell = build_cell("cell");
    for (u32 i = 0; i < 4; i++) {
        thread[i] = build_active(cell, (u8)(4U - i), NULL, 0);
        build_budget(thread[i], budgets[i], PERIOD);
    }
    drive_boot();
    drive_elapse(100U * PERIOD);
    drive_schedule();
    for (u32 i = 0; i < 4; i++) {
        cr_assert_eq(sc_consumed(drive_sc(thread[i])), 100U * budgets[i]);
    }
}

/* What low consumed in each tick of the past, and the most that it got in any
 * window of one period. */
#define HISTORY 20000U

static struct {
    u64 consumed[HISTORY + 1U];
    u32 ticks;
} history;

static void tick(void)
{
    drive_elapse(1);
    drive_schedule();
    history.consumed[++history.ticks] = sc_consumed(low());
}

static u64 most_in_a_period(void)
{
    u64 most = 0;

    for (u32 i = 0; i + PERIOD <= history.ticks; i++) {
        u64 got = history.consumed[i + PERIOD] - history.consumed[i];
        most = got > most ? got : most;
    }
    return most;
}

/* For so many ticks, whoever runs goes on. */
static void ticks(u32 count)
{
    for (u32 i = 0; i < count; i++) {
        tick();
    }
}

Test(budget, delayed_hog_gets_at_most_two_budgets_in_a_period)
{
    rig_ring(rig.bell_mid);
    ticks(PERIOD - BUDGET);
    rig_sleep();
    ticks(5U * PERIOD);
    cr_assert_eq(most_in_a_period(), 2U * BUDGET);
}

/* Numbers that look random and are the same everywhere. */
static u32 pick(u32 below)
{
    static u32 state = 12345;

    state = state * 1664525U + 1013904223U;
    return (state >> 8) % below;
}

/* One tick; then whoever runs may sleep, and sleepers may wake. */
static void disturb(u32 sleep_1_in)
{
    tick();
    if (drive_running() != DRIVE_IDLE && pick(sleep_1_in) == 0) {
        rig_sleep();
    }
    if (pick(8) == 0) {
        rig_ring(rig.bell_low);
    }
    if (pick(16) == 0) {
        rig_ring(rig.bell_mid);
    }
}

Test(budget, hog_under_random_preemption_gets_at_most_two_budgets_in_a_period)
{
    for (u32 i = 0; i < 5000; i++) {
        tick();
        if (drive_running() == rig.mid && pick(20) == 0) {
            rig_sleep();
        }
        if (pick(60) == 0) {
            rig_ring(rig.bell_mid);
        }
    }
    cr_assert_leq(most_in_a_period(), 2U * BUDGET);
}

Test(budget, nobody_gets_more_than_its_share_in_the_long_run)
{
    for (u32 i = 0; i < 5000; i++) {
        disturb(5);
    }
    cr_assert_leq(sc_consumed(low()), 5000U / PERIOD * BUDGET + BUDGET);
}

Test(budget, sleeper_gets_less_than_three_budgets_in_a_period)
{
    for (u32 i = 0; i < 5000; i++) {
        disturb(5);
    }
    cr_assert_lt(most_in_a_period(), 3U * BUDGET);
}

/* The worst case: a budget delayed up to its deadline, its successor half used
 * and renewed by a wake that finds more than the share left. */
Test(budget, delay_and_a_wake_together_can_give_more_than_two_budgets)
{
    rig_ring(rig.bell_mid);
    ticks(PERIOD - BUDGET);
    rig_sleep();
    ticks(BUDGET);
    expect_budget(BUDGET, 2U * PERIOD);
    ticks(HALF / BUDGET - 1U);
    rig_sleep();
    ticks(HALF);
    rig_ring(rig.bell_low);
    ticks(2U * BUDGET);
    cr_assert_gt(most_in_a_period(), 2U * BUDGET);
    cr_assert_lt(most_in_a_period(), 3U * BUDGET);
}

/* ---- large numbers ---------------------------------------------------------------------*/

Test(budget, shares_are_compared_without_overflow)
{
    rig_build();
    build_budget(rig.low, 0xfffffffeU, 0xffffffffU);
    rig_boot();
    rig_sleep();
    rig_ring(rig.bell_low);
    expect_budget(0xfffffffeU, 0xffffffffU);
    drive_elapse(100);
    rig_sleep();
    rig_ring(rig.bell_low);
    expect_budget(0xfffffffeU - 100U, 0xffffffffU);
}

Test(budget, counter_beyond_32_bits_changes_nothing)
{
    u64 start = 0x100000000ULL - 50U;

    rig_sleep();
    drive_elapse(start);
    rig_ring(rig.bell_low);
    expect_budget(BUDGET, start + PERIOD);
    drive_elapse(BUDGET);
    expect_idle();
    drive_elapse(PERIOD - BUDGET);
    expect_runs(rig.low);
    expect_budget(BUDGET, start + 2U * PERIOD);
}

Test(budget, run_of_more_than_32_bits_of_ticks_is_charged_in_full)
{
    rig_ring(rig.bell_high);
    pass_unseen(0x100000005ULL);
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.high)), 0x100000005ULL);
}

/* ---- deadlines -------------------------------------------------------------------*/

#define MANY 1000U

static u32 waiter[MANY];
static u32 bell[MANY];

static void build_waiters(void)
{
    build_begin();
    u32 cell = build_cell("cell");
    for (u32 i = 0; i < MANY; i++) {
        waiter[i] = build_active(cell, 10, NULL, 0);
        bell[i] = cap_notification(cell, build_notification(), 1);
    }
    drive_boot();
}

/* Without the checks of drive_hypercall(), which would take long here. */
static void wait_quickly(u32 slot, u64 deadline)
{
    kernel.cpu[0].regs[0] = slot;
    kernel.cpu[0].regs[1] = (u32)deadline;
    kernel.cpu[0].regs[2] = (u32)(deadline >> 32);
    hypercall(&kernel.cpu[0], THIMBLE_WAIT);
}

Test(budget, thousand_deadlines_come_in_order_each_at_its_tick)
{
    static u64 deadline[MANY];
    u64 last = 0;

    build_waiters();
    for (u32 i = 0; i < MANY; i++) {
        deadline[i] = 1U + i * 389U % MANY; /* a permutation */
        wait_quickly(bell[i], deadline[i]);
    }
    expect_idle();
    drive_check();
    for (u32 i = 0; i < MANY; i++) {
        drive_elapse(1);
        u32 thread = drive_running();
        cr_assert_eq(deadline[thread], last + 1U);
        cr_assert_eq(drive_time(), deadline[thread]);
        last = deadline[thread];
        wait_quickly(bell[thread], THIMBLE_NEVER);
    }
    expect_idle();
    cr_assert_eq(kernel.due[PLACES][0], MACHINE_TIME_NEVER);
}

Test(budget, equal_deadlines_all_come_though_one_interrupt_takes_one)
{
    build_waiters();
    for (u32 i = 0; i < 100; i++) {
        wait_quickly(bell[i], 50);
    }
    for (u32 i = 100; i < MANY; i++) {
        wait_quickly(bell[i], THIMBLE_NEVER);
    }
    drive_elapse(49);
    expect_idle();
    drive_elapse(1);
    for (u32 i = 0; i < 100; i++) {
        u32 thread = drive_running();
        cr_assert_lt(thread, 100U);
        cr_assert_eq(kernel.cpu[0].regs[0], THIMBLE_ERR_TIMEOUT);
        wait_quickly(bell[thread], THIMBLE_NEVER);
    }
    expect_idle();
}

Test(budget, nothing_is_left_of_a_deadline_that_has_come)
{
    drive_wait(rig.bell_low, 10);
    drive_elapse(10);
    for (u32 node = 1; node <= PLACES; node++) {
        cr_assert_eq(kernel.due[node][0], MACHINE_TIME_NEVER);
        cr_assert(node == PLACES || kernel.due[node][1] == MACHINE_TIME_NEVER);
    }
}

Test(budget, deadlines_go_in_any_order)
{
    build_waiters();
    for (u32 i = 0; i < MANY; i++) {
        wait_quickly(bell[i], 1000U + i * 389U % MANY);
    }
    for (u32 i = 0; i < MANY; i++) {
        notification_signal(&kernel.cpu[0], i * 611U % MANY, 1);
        if (i % 16U == 0) {
            drive_schedule();
        }
    }
    drive_schedule();
    cr_assert_eq(kernel.due[PLACES][0], MACHINE_TIME_NEVER);
}
