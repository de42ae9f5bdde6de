/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: bits that accumulate, one waiter, and deadlines. */
#include "rig.h"

/* Badges of a notification that nobody waits on yet. */
#define BADGE_ONE 0x00000010U
#define BADGE_TWO 0x80000001U
#define BADGE_ALL 0xffffffffU

static u32 slot_one;
static u32 slot_two;
static u32 slot_all;
static u32 slot_nothing;

static void prepare(void)
{
    rig_build();
    u32 notification = build_notification();
    slot_one = cap_notification(rig.cell, notification, BADGE_ONE);
    slot_two = cap_notification(rig.cell, notification, BADGE_TWO);
    slot_all = cap_notification(rig.cell, notification, BADGE_ALL);
    slot_nothing = cap_notification(rig.cell, notification, 0);
    rig_boot();
}

TestSuite(notification, .init = prepare);

static void poll_expecting(u32 slot, u32 bits)
{
    drive_hypercall(THIMBLE_POLL, slot);
    expect_regs(THIMBLE_OK, bits);
}

Test(notification, signal_leaves_the_badge)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_one);
    expect_regs(THIMBLE_OK);
    poll_expecting(slot_one, BADGE_ONE);
}

Test(notification, signals_accumulate)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_one);
    drive_hypercall(THIMBLE_SIGNAL, slot_two);
    drive_hypercall(THIMBLE_SIGNAL, slot_one);
    poll_expecting(slot_one, BADGE_ONE | BADGE_TWO);
}

Test(notification, badge_has_all_32_bits)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_all);
    poll_expecting(slot_one, BADGE_ALL);
}

Test(notification, poll_takes_the_bits)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_one);
    poll_expecting(slot_one, BADGE_ONE);
    poll_expecting(slot_one, 0);
}

Test(notification, poll_of_nothing_does_not_block)
{
    poll_expecting(slot_one, 0);
    expect_runs(rig.low);
}

Test(notification, poll_of_a_notification_that_another_waits_on_finds_nothing)
{
    poll_expecting(rig.bell_mid, 0);
    cr_assert_eq(drive_thread(rig.mid)->state, THREAD_WAITING);
}

Test(notification, wait_takes_what_is_there_without_blocking)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_one);
    drive_hypercall(THIMBLE_SIGNAL, slot_two);
    drive_block(slot_one);
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, BADGE_ONE | BADGE_TWO);
    poll_expecting(slot_one, 0);
}

Test(notification, bits_that_are_there_beat_a_deadline_that_has_passed)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_one);
    drive_elapse(10);
    drive_wait_until(slot_one, 5);
    expect_regs(THIMBLE_OK, BADGE_ONE);
}

Test(notification, wait_blocks_until_a_signal_and_gets_its_bits)
{
    drive_block(slot_one);
    expect_idle();
    rig_ring(slot_one);
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, 1);
    poll_expecting(slot_one, 0);
}

Test(notification, wait_changes_only_its_two_results)
{
    drive_hypercall(THIMBLE_WAIT, slot_one, 0xffffffffU, 0xffffffffU, 13, 14, 15, 16, 17);
    rig_ring(slot_one);
    expect_regs(THIMBLE_OK, 1, 0xffffffffU, 13, 14, 15, 16, 17);
}

Test(notification, signals_after_the_wake_are_for_the_next_wait)
{
    rig_ring(rig.bell_high);
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_mid);
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_mid);
    rig_sleep();
    expect_runs(rig.mid);
    expect_regs(THIMBLE_OK, 1);
    poll_expecting(rig.bell_mid, 1);
}

Test(notification, badge_of_no_bits_wakes_nobody)
{
    drive_block(slot_one);
    notification_signal(&kernel.cpu[0], drive_thread(rig.low)->waits_on, 0);
    drive_check();
    cr_assert_eq(drive_thread(rig.low)->state, THREAD_WAITING);
}

Test(notification, badge_of_no_bits_may_be_signalled)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_nothing);
    expect_regs(THIMBLE_OK);
    poll_expecting(slot_one, 0);
}

Test(notification, signal_wakes_no_waiter_of_another)
{
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_mid);
    expect_runs(rig.mid);
    cr_assert_eq(drive_thread(rig.high)->state, THREAD_WAITING);
}

Test(notification, second_waiter_is_refused)
{
    expect_error(THIMBLE_ERR_BUSY, THIMBLE_WAIT, rig.bell_mid, 0xffffffffU, 0xffffffffU);
    expect_error(THIMBLE_ERR_BUSY, THIMBLE_WAIT, rig.bell_mid, 0, 0);
}

Test(notification, waiter_gone_makes_room_for_the_next)
{
    rig_ring(rig.bell_mid);
    drive_block(rig.bell_low);
    drive_block(rig.bell_mid);
    expect_idle();
    rig_ring(rig.bell_mid);
    expect_runs(rig.low);
}

Test(notification, passive_thread_cannot_wait)
{
    rig_serve();
    expect_error(THIMBLE_ERR_PASSIVE, THIMBLE_WAIT, slot_one, 0xffffffffU, 0xffffffffU);
    expect_error(THIMBLE_ERR_PASSIVE, THIMBLE_WAIT, 0xffffffffU, 0, 0);
}

Test(notification, passive_thread_may_poll_and_signal)
{
    rig_serve();
    drive_hypercall(THIMBLE_SIGNAL, slot_one);
    expect_regs(THIMBLE_OK);
    poll_expecting(slot_one, BADGE_ONE);
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_mid);
    expect_runs(rig.mid);
}

/* ---- deadlines ---------------------------------------------------------------------*/

Test(notification, deadline_that_has_passed_ends_at_once)
{
    drive_elapse(100);
    expect_error(THIMBLE_ERR_TIMEOUT, THIMBLE_WAIT, slot_one, 99, 0);
    expect_error(THIMBLE_ERR_TIMEOUT, THIMBLE_WAIT, slot_one, 0, 0);
}

Test(notification, deadline_of_this_very_tick_ends_at_once)
{
    drive_elapse(100);
    expect_error(THIMBLE_ERR_TIMEOUT, THIMBLE_WAIT, slot_one, 100, 0);
}

Test(notification, wait_ends_exactly_at_its_deadline)
{
    drive_elapse(100);
    drive_wait_until(slot_one, 101);
    expect_idle();
    drive_elapse(1);
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_TIMEOUT, 0);
}

Test(notification, wait_does_not_end_a_tick_early)
{
    drive_wait_until(slot_one, 500);
    drive_elapse(499);
    expect_idle();
    drive_elapse(1);
    expect_regs(THIMBLE_ERR_TIMEOUT, 0);
}

Test(notification, signal_before_the_deadline_ends_the_wait_for_good)
{
    drive_wait_until(slot_one, 500);
    drive_elapse(100);
    rig_ring(slot_one);
    expect_regs(THIMBLE_OK, 1);
    drive_elapse(1000);
    expect_regs(THIMBLE_OK, 1);
}

Test(notification, signal_after_the_deadline_is_kept)
{
    drive_wait_until(slot_one, 500);
    drive_elapse(500);
    expect_regs(THIMBLE_ERR_TIMEOUT, 0);
    drive_hypercall(THIMBLE_SIGNAL, slot_one);
    poll_expecting(slot_one, BADGE_ONE);
}

Test(notification, signal_that_comes_before_the_timers_interrupt_wins)
{
    drive_wait_until(slot_one, 500);
    sim_clock.now = 500U * SIM_TICK_INSTRUCTIONS;
    rig_ring(slot_one);
    expect_regs(THIMBLE_OK, 1);
    drive_interrupts();
    expect_regs(THIMBLE_OK, 1);
}

Test(notification, never_is_no_deadline)
{
    drive_block(slot_one);
    cr_assert_eq(kernel.due[PLACES][0], MACHINE_TIME_NEVER);
    drive_elapse(1ULL << 40);
    expect_idle();
}

Test(notification, last_deadline_before_never_is_one)
{
    drive_wait_until(slot_one, THIMBLE_NEVER - 1U);
    expect_idle();
    cr_assert_eq(kernel.cpu[0].timer, THIMBLE_NEVER - 1U);
    rig_ring(slot_one);
    expect_regs(THIMBLE_OK, 1);
}

Test(notification, both_halves_of_a_deadline_count)
{
    drive_wait_until(slot_one, 0x100000000ULL);
    drive_elapse(0xffffffffU);
    expect_idle();
    drive_elapse(1);
    expect_regs(THIMBLE_ERR_TIMEOUT, 0);
}

Test(notification, deadline_after_32_bits_have_wrapped)
{
    drive_elapse(0xfffffff0U);
    drive_wait(slot_one, 0x20);
    drive_elapse(0x1f);
    expect_idle();
    drive_elapse(1);
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_TIMEOUT, 0);
}

Test(notification, earlier_deadline_set_later_comes_first)
{
    rig_ring(rig.bell_high);
    drive_wait_until(rig.bell_high, 300);
    drive_wait_until(slot_one, 200);
    drive_elapse(200);
    expect_runs(rig.low);
    drive_elapse(100);
    expect_runs(rig.high);
    expect_regs(THIMBLE_ERR_TIMEOUT, 0);
}

Test(notification, timeout_of_a_higher_priority_preempts)
{
    rig_ring(rig.bell_high);
    drive_wait(rig.bell_high, 50);
    expect_runs(rig.low);
    drive_elapse(49);
    expect_runs(rig.low);
    drive_elapse(1);
    expect_runs(rig.high);
}

/* Both at one tick: who is woken runs, and who ran waits for its next budget. */
Test(notification, timeout_comes_straight_at_the_end_of_a_budget_too)
{
    struct sc *sc = drive_sc(rig.low);

    rig_ring(rig.bell_high);
    sc->budget = 50;
    sc->refill = 50;
    sc->period = 1000;
    sc->remaining = 50;
    sc->deadline = 1000;
    drive_wait(rig.bell_high, 50);
    expect_runs(rig.low);
    cr_assert_eq(sc->remaining, 50U);
    drive_elapse(50);
    expect_runs(rig.high);
    expect_regs(THIMBLE_ERR_TIMEOUT, 0);
    cr_assert_eq(sc->remaining, 0U);
    cr_assert_eq(sc->queued, 0);
    rig_sleep();
    expect_idle();
    drive_elapse(949);
    expect_idle();
    drive_elapse(1);
    expect_runs(rig.low);
}

/* ---- not straight to the waiter ----------------------------------------------------*/

Test(notification, timeout_without_budget_waits_for_the_refill)
{
    rig_ring(rig.bell_high);
    struct sc *sc = drive_sc(rig.high);
    sc->budget = 10;
    sc->refill = 10;
    sc->period = 1000;
    sc->remaining = 10;
    sc->deadline = 1000;
    sim_clock.now = 10U * SIM_TICK_INSTRUCTIONS;
    drive_wait(rig.bell_high, 50);
    expect_runs(rig.low);
    cr_assert_eq(sc->remaining, 0U);
    drive_elapse(50);
    expect_runs(rig.low);
    cr_assert_eq(drive_thread(rig.high)->state, THREAD_READY);
    drive_elapse(940);
    expect_runs(rig.high);
    expect_regs(THIMBLE_ERR_TIMEOUT, 0);
}

Test(notification, signal_before_a_deadline_preempts)
{
    rig_ring(rig.bell_high);
    drive_wait(rig.bell_high, 50);
    expect_runs(rig.low);
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_high);
    expect_runs(rig.high);
    expect_regs(THIMBLE_OK, 1);
    cr_assert_eq(kernel.due[PLACES][0], MACHINE_TIME_NEVER);
    cr_assert_eq(drive_reg(rig.low, 0), THIMBLE_OK);
}

Test(notification, signal_while_tracing_preempts)
{
    trace_set(&kernel.cpu[0], true);
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_high);
    expect_runs(rig.high);
    expect_regs(THIMBLE_OK, 1);
    cr_assert_eq(drive_reg(rig.low, 0), THIMBLE_OK);
    trace_set(&kernel.cpu[0], false);
}

Test(notification, signal_without_bits_to_one_who_waits_wakes_nobody)
{
    rig_ring(rig.bell_mid);
    drive_block(slot_one);
    expect_runs(rig.low);
    drive_hypercall(THIMBLE_SIGNAL, slot_nothing);
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(drive_thread(rig.mid)->state, THREAD_WAITING);
    drive_hypercall(THIMBLE_SIGNAL, slot_two);
    expect_runs(rig.mid);
    expect_regs(THIMBLE_OK, BADGE_TWO);
}

/* Its budget was gone, to the tick, when it began to wait. */
Test(notification, waiter_without_budget_is_woken_and_waits_for_its_refill)
{
    rig_ring(rig.bell_high);
    struct sc *sc = drive_sc(rig.high);
    sc->budget = 10;
    sc->refill = 10;
    sc->period = 1000;
    sc->remaining = 10;
    sc->deadline = 1000;
    sim_clock.now = 10U * SIM_TICK_INSTRUCTIONS;
    rig_sleep();
    expect_runs(rig.low);
    cr_assert_eq(sc->remaining, 0U);
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_high);
    expect_runs(rig.low);
    cr_assert_eq(drive_thread(rig.high)->state, THREAD_READY);
    cr_assert_neq(sc->armed, 0);
    drive_elapse(989);
    expect_runs(rig.low);
    drive_elapse(1);
    expect_runs(rig.high);
    expect_regs(THIMBLE_OK, 1);
}
