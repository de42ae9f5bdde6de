/* SPDX-License-Identifier: BSD-2-Clause */
/* Helping: who finds a server busy lends its time to whoever holds it up. */
#include <string.h>

#include "rig.h"

#define LINE 40U

TestSuite(helping, .init = rig_build);

/* The running server answers; so do all that run after it. Returns the active
 * thread that runs then. */
static u32 answer_all(void)
{
    while (drive_thread(drive_running())->level < LEVEL_ACTIVE) {
        rig_reply(500 + drive_running());
    }
    return drive_running();
}

Test(helping, busy_server_runs_on_the_time_of_who_calls_it)
{
    rig_boot();
    rig_help();
    drive_elapse(40);
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.mid)), 40U);
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), 0U);
    cr_assert_eq(drive_thread(rig.server[3])->caller, boot_thread_index(rig.low));
}

Test(helping, helper_changes_nothing_of_what_the_server_sees)
{
    rig_boot();
    rig_help();
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.low), 2, 3, 4, 5, 6);
}

Test(helping, helper_is_served_as_soon_as_the_server_has_answered)
{
    rig_boot();
    rig_help();
    rig_reply(1);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.mid), 2, 3, 4, 5, 6);
    rig_reply(2);
    expect_runs(rig.mid);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 2, 2, 3, 4, 5, 6);
}

Test(helping, first_caller_has_its_answer_when_its_turn_comes)
{
    rig_boot();
    rig_help();
    rig_reply(1);
    rig_reply(2);
    rig_sleep();
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 1, 2, 3, 4, 5, 6);
}

Test(helping, reply_on_a_helpers_time_does_not_hand_it_to_the_first_caller)
{
    rig_boot();
    rig_help();
    rig_reply(1);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.mid)->sc);
    cr_assert_neq(drive_running(), rig.low);
}

Test(helping, fast_reply_is_back_once_nobody_is_helped)
{
    rig_boot();
    rig_help();
    cr_assert_eq(kernel.cpu[0].not_fast, NOT_FAST_HELPING);
    rig_reply(1);
    cr_assert_eq(kernel.cpu[0].not_fast, 0U);
}

Test(helping, two_helpers_are_served_by_priority)
{
    rig_boot();
    rig_help();
    rig_ring(rig.bell_high);
    rig_call(3);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.high)->sc);
    rig_reply(1);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.high));
    rig_reply(2);
    expect_runs(rig.high);
    rig_sleep();
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.mid));
}

Test(helping, among_equals_the_server_takes_the_one_whose_turn_it_is)
{
    u32 equal = build_active(rig.cell, RIG_PRIORITY_LOW, NULL, 0);

    rig_boot();
    rig_serve();
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(equal);
    rig_call(3);
    expect_runs(rig.server[3]);
    drive_hypercall(THIMBLE_YIELD);
    rig_reply(1);
    expect_runs(rig.low);
    drive_hypercall(THIMBLE_YIELD);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(equal));
}

Test(helping, helper_is_preempted_by_higher_priorities)
{
    rig_boot();
    rig_help();
    rig_ring(rig.bell_high);
    expect_runs(rig.high);
    rig_sleep();
    expect_runs(rig.server[3]);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.mid)->sc);
}

Test(helping, middle_priority_cannot_hold_up_who_waits_for_a_low_server)
{
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_high);
    rig_call(3);
    rig_ring(rig.bell_mid);
    expect_runs(rig.server[3]);
    rig_reply(1);
    expect_runs(rig.server[3]);
    rig_reply(2);
    expect_runs(rig.high);
}

Test(helping, when_the_helpers_budget_ends_the_first_caller_goes_on)
{
    build_budget(rig.mid, 10, 100);
    rig_boot();
    rig_help();
    drive_elapse(10);
    expect_runs(rig.server[3]);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.low)->sc);
    rig_reply(1);
    expect_runs(rig.low);
}

Test(helping, helped_server_may_call_further_down)
{
    rig_boot();
    rig_help();
    rig_call(1);
    expect_runs(rig.server[1]);
    rig_reply(9);
    expect_runs(rig.server[3]);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 9, 2, 3, 4, 5, 6);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.mid)->sc);
}

/* ---- chains ---------------------------------------------------------------------*/

/* low has called through `hops` servers, each calling the next lower one; then
 * high calls the first and helps the last. */
static void chain_of_calls(u32 hops)
{
    rig_boot();
    for (u32 level = hops; level > 0; level--) {
        rig_call(level - 1U);
    }
    expect_runs(rig.server[0]);
    rig_ring(rig.bell_high);
    rig_call(hops - 1U);
    expect_runs(rig.server[0]);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.high)->sc);
    cr_assert_eq(answer_all(), rig.high);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 500 + rig.server[hops - 1U]);
    rig_sleep();
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 500 + rig.server[hops - 1U]);
}

Test(helping, chain_of_one_call)
{
    chain_of_calls(1);
}

Test(helping, chain_of_two_calls)
{
    chain_of_calls(2);
}

Test(helping, chain_of_three_calls)
{
    chain_of_calls(3);
}

Test(helping, chain_of_five_calls)
{
    chain_of_calls(5);
}

Test(helping, chain_of_eight_calls)
{
    chain_of_calls(8);
}

/* `count` actives of rising priority: number i calls the server of level i, and
 * that server waits for the one below, so each helps the one before. */
static void chain_of_waits(u32 count)
{
    u32 caller[LEVELS];
    u32 bell[LEVELS];

    for (u32 i = 0; i < count; i++) {
        caller[i] = build_active(rig.cell, (u8)(100 + i), NULL, 0);
        bell[i] = cap_notification(rig.cell, build_notification(), 1);
    }
    drive_boot();
    for (u32 i = count; i > 0; i--) {
        expect_runs(caller[i - 1U]);
        drive_block(bell[i - 1U]);
    }
    for (u32 i = 0; i < count; i++) {
        rig_ring(bell[i]);
        rig_call(i);
        if (i != 0) {
            expect_runs(rig.server[i]);
            rig_call(i - 1U);
        }
        expect_runs(rig.server[0]);
        cr_assert_eq(kernel.cpu[0].sc, drive_thread(caller[i])->sc);
    }
    for (u32 i = count; i > 0; i--) {
        cr_assert_eq(answer_all(), caller[i - 1U]);
        expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 500 + rig.server[i - 1U]);
        drive_block(bell[i - 1U]);
    }
}

Test(helping, chain_of_two_waiting_servers)
{
    chain_of_waits(2);
}

Test(helping, chain_of_three_waiting_servers)
{
    chain_of_waits(3);
}

Test(helping, chain_of_eight_waiting_servers)
{
    chain_of_waits(8);
}

Test(helping, interrupt_that_has_come_is_taken_before_the_help)
{
    u32 slot = cap_irq(rig.cell, build_irq(LINE, false));

    rig_boot();
    drive_hypercall(THIMBLE_IRQ_BIND, slot, rig.bell_high);
    rig_serve();
    rig_ring(rig.bell_mid);
    drive_line(LINE, true);
    rig_call(3);
    expect_runs(rig.high);
    cr_assert_eq(drive_thread(rig.mid)->state, THREAD_PENDING_CALL);
}

Test(helping, choice_takes_what_has_come_before_it)
{
    u32 slot = cap_irq(rig.cell, build_irq(LINE, false));

    rig_boot();
    drive_hypercall(THIMBLE_IRQ_BIND, slot, rig.bell_high);
    drive_line(LINE, true);
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(rig.high);
}

Test(helping, spurious_interrupt_between_two_hops_does_no_harm)
{
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    sim_gic_inject_spurious(&sim.gic, 0);
    rig_call(3);
    expect_runs(rig.server[3]);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.mid)->sc);
}

Test(helping, budget_that_ends_between_two_hops_ends_the_help)
{
    build_budget(rig.mid, 10, 100);
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    sim_clock.cost[PATH_HOP] = 10U * SIM_TICK_INSTRUCTIONS;
    rig_call(3);
    sim_clock.cost[PATH_HOP] = 0;
    expect_runs(rig.server[3]);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.low)->sc);
    cr_assert_eq(drive_thread(rig.mid)->state, THREAD_PENDING_CALL);
}

/* ---- what can happen to a call that waits ------------------------------------------*/

Test(helping, capability_taken_away_ends_the_wait_with_slot)
{
    rig_boot();
    rig_help();
    *drive_cap(rig.cell, rig.slot[3]) = 0;
    rig_reply(1);
    expect_runs(rig.mid);
    expect_regs(THIMBLE_ERR_SLOT);
}

Test(helping, marked_capability_ends_the_wait_as_an_empty_slot_does)
{
    rig_boot();
    rig_help();
    drive_mark(rig.cell, rig.slot[3]);
    drive_schedule();
    expect_runs(rig.mid);
    expect_regs(THIMBLE_ERR_SLOT);
}

Test(helping, other_capability_in_the_slot_ends_the_wait_with_type)
{
    rig_boot();
    rig_help();
    *drive_cap(rig.cell, rig.slot[3]) = *drive_cap(rig.cell, rig.bell_low);
    drive_schedule();
    expect_runs(rig.mid);
    expect_regs(THIMBLE_ERR_TYPE);
}

Test(helping, call_that_waits_goes_through_the_capability_as_it_is_then)
{
    rig_boot();
    rig_help();
    *drive_cap(rig.cell, rig.slot[3]) = *drive_cap(rig.cell, rig.slot[2]);
    drive_schedule();
    expect_runs(rig.server[2]);
    expect_regs(102, THIMBLE_TAG(3, 6), rig_word(rig.mid));
}

Test(helping, caller_that_lost_its_capability_leaves_the_server_to_the_first)
{
    rig_boot();
    rig_help();
    *drive_cap(rig.cell, rig.slot[3]) = 0;
    drive_schedule();
    rig_sleep();
    expect_runs(rig.server[3]);
    rig_reply(1);
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 1);
}

Test(helping, stopped_server_ends_every_wait_with_dead)
{
    rig_boot();
    rig_help();
    rig_ring(rig.bell_high);
    rig_call(3);
    drive_stop(rig.server[3]);
    expect_runs(rig.high);
    expect_regs(THIMBLE_ERR_DEAD);
    rig_sleep();
    expect_runs(rig.mid);
    expect_regs(THIMBLE_ERR_DEAD);
    rig_sleep();
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
}

Test(helping, stopped_helper_leaves_the_server_to_its_caller)
{
    rig_boot();
    rig_help();
    drive_stop(rig.mid);
    expect_runs(rig.server[3]);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.low)->sc);
    rig_reply(1);
    expect_runs(rig.low);
}

Test(helping, waiting_server_in_the_middle_is_told_that_the_last_is_dead)
{
    rig_boot();
    rig_call(0);
    rig_ring(rig.bell_mid);
    rig_call(1);
    rig_call(0);
    expect_runs(rig.server[0]);
    drive_stop(rig.server[0]);
    expect_runs(rig.server[1]);
    expect_regs(THIMBLE_ERR_DEAD);
    rig_reply(3);
    expect_runs(rig.mid);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 3);
}

/* ---- a caller that is stopped while its time is lent ---------------------------------*/

Test(helping, server_of_a_stopped_caller_does_not_run_by_itself)
{
    rig_boot();
    rig_serve();
    drive_stop(rig.low);
    expect_idle();
    cr_assert_eq(drive_thread(rig.server[3])->state, THREAD_READY);
    cr_assert_eq(drive_thread(rig.server[3])->caller, NOBODY);
}

Test(helping, server_of_a_stopped_caller_goes_on_with_the_next_helper)
{
    rig_boot();
    rig_serve();
    drive_stop(rig.low);
    rig_ring(rig.bell_mid);
    rig_call(3);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.low));
}

Test(helping, reply_to_a_stopped_caller_is_dropped)
{
    rig_boot();
    rig_help();
    drive_stop(rig.low);
    struct thread stopped = *drive_thread(rig.low);
    rig_reply(1);
    cr_assert_eq(memcmp(&stopped, drive_thread(rig.low), sizeof(stopped)), 0);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.mid));
}

Test(helping, nested_server_of_a_stopped_server_goes_on_with_the_next_helper)
{
    rig_boot();
    rig_call(3);
    rig_call(1);
    drive_stop(rig.server[3]);
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
    rig_call(1);
    expect_runs(rig.server[1]);
    expect_regs(101, THIMBLE_TAG(1, 6), rig_word(rig.server[3]));
    rig_reply(1);
    expect_regs(101, THIMBLE_TAG(1, 6), rig_word(rig.low));
}

Test(helping, reply_is_the_first_callers_while_tracing_too)
{
    rig_boot();
    trace_set(&kernel.cpu[0], true);
    rig_help();
    rig_reply(77);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.mid));
    cr_assert_eq(drive_reg(rig.low, 0), THIMBLE_OK);
    cr_assert_eq(drive_reg(rig.low, 2), 77U);
    rig_reply(78);
    expect_runs(rig.mid);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 78);
    trace_set(&kernel.cpu[0], false);
}
