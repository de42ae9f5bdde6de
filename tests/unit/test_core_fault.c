/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults: calls to the handler, its answers, and what becomes of the thread. */
#include "rig.h"

#define ADDRESS 0xdead0000U
#define PC 0x8004U
#define FAULT_TAG THIMBLE_TAG(THIMBLE_LABEL_FAULT, 4)

TestSuite(fault, .init = rig_build);

/* The handler of a thread is the server of this level; high's bell rings when
 * the thread is stopped. */
static void handled_by(u32 thread, u32 level)
{
    build_handler(thread, rig.slot[level], rig.bell_high);
}

static void fault_now(void)
{
    drive_fault(THIMBLE_FAULT_MEMORY, ADDRESS, ACCESS_WRITE, PC);
}

/* low faults, and its handler (level 3) runs. */
static void fault_in_low(void)
{
    handled_by(rig.low, 3);
    rig_boot();
    fault_now();
    expect_runs(rig.server[3]);
}

static void answer(u32 action, u32 value)
{
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 2), action, value);
}

/* The thread is stopped, and its health bell has rung. */
static void expect_stopped(u32 thread)
{
    cr_assert_eq(drive_thread(thread)->state, THREAD_STOPPED);
    expect_runs(rig.high);
    expect_regs(THIMBLE_OK, 1);
}

/* ---- to the handler -------------------------------------------------------------------*/

Test(fault, handler_gets_kind_address_access_and_pc)
{
    fault_in_low();
    expect_regs(103, FAULT_TAG, THIMBLE_FAULT_MEMORY, ADDRESS, ACCESS_WRITE, PC, 0, 0);
}

Test(fault, every_kind_arrives_as_it_is)
{
    handled_by(rig.low, 3);
    rig_boot();
    for (u32 kind = THIMBLE_FAULT_MEMORY; kind <= THIMBLE_FAULT_CRASH; kind++) {
        drive_fault(kind, 0xffffffffU, ACCESS_EXECUTE, 0xfffffffcU);
        expect_regs(103, FAULT_TAG, kind, 0xffffffffU, ACCESS_EXECUTE, 0xfffffffcU, 0, 0);
        answer(THIMBLE_FAULT_RETRY, 0);
        expect_runs(rig.low);
    }
}

Test(fault, handler_runs_on_the_time_of_the_thread)
{
    fault_in_low();
    drive_elapse(30);
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), 30U);
}

Test(fault, handler_cannot_keep_the_fault_across_recv)
{
    fault_in_low();
    expect_error(THIMBLE_ERR_CALLER, THIMBLE_RECV);
}

/* ---- answers ----------------------------------------------------------------------------*/

Test(fault, retry_lets_the_thread_go_on_with_all_its_registers)
{
    handled_by(rig.low, 3);
    rig_boot();
    for (u32 i = 0; i < THREAD_REGS; i++) {
        kernel.cpu[0].regs[i] = 0xa0U + i;
    }
    fault_now();
    answer(THIMBLE_FAULT_RETRY, 77);
    expect_runs(rig.low);
    expect_regs(0xa0U, 0xa1U, 0xa2U, 0xa3U, 0xa4U, 0xa5U, 0xa6U, 0xa7U);
    cr_assert_eq(drive_thread(rig.low)->fault_action, THIMBLE_FAULT_RETRY);
    cr_assert_eq(drive_thread(rig.low)->fault_kind, 0U);
}

Test(fault, skip_hands_the_machine_the_value_for_a_load)
{
    fault_in_low();
    answer(THIMBLE_FAULT_SKIP, 0xcafe0000U);
    expect_runs(rig.low);
    cr_assert_eq(drive_thread(rig.low)->fault_action, THIMBLE_FAULT_SKIP);
    cr_assert_eq(drive_thread(rig.low)->fault_value, 0xcafe0000U);
}

Test(fault, stop_stops_the_thread_and_rings_its_health_bell)
{
    fault_in_low();
    answer(THIMBLE_FAULT_STOP, 0);
    expect_stopped(rig.low);
}

Test(fault, any_other_answer_stops_the_thread)
{
    static const u32 garbage[] = {3, 4, 0x80000000U, 0xffffffffU};

    handled_by(rig.low, 3);
    for (u32 i = 0; i < ARRAY_SIZE(garbage); i++) {
        rig_boot();
        fault_now();
        answer(garbage[i], 0);
        expect_stopped(rig.low);
    }
}

Test(fault, handler_takes_the_next_call_after_its_answer)
{
    fault_in_low();
    answer(THIMBLE_FAULT_RETRY, 0);
    rig_call(3);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.low));
}

Test(fault, handler_takes_the_next_call_after_stopping_a_thread)
{
    fault_in_low();
    answer(THIMBLE_FAULT_STOP, 0);
    rig_call(3);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.high));
}

Test(fault, answer_needs_a_valid_tag_like_any_reply)
{
    fault_in_low();
    expect_error(THIMBLE_ERR_TAG, THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 65), 0, 0);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.low);
}

Test(fault, long_answer_does_not_touch_the_threads_buffer)
{
    fault_in_low();
    drive_words_fill(rig.low, 0x1000);
    drive_words_fill(rig.server[3], 0x2000);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 64), THIMBLE_FAULT_RETRY);
    expect_runs(rig.low);
    expect_words(rig.low, 0, 64, 0x1000);
}

Test(fault, same_instruction_may_fault_again)
{
    fault_in_low();
    for (u32 i = 0; i < 10; i++) {
        answer(THIMBLE_FAULT_RETRY, 0);
        expect_runs(rig.low);
        fault_now();
        expect_regs(103, FAULT_TAG, THIMBLE_FAULT_MEMORY);
    }
}

/* ---- no handler ---------------------------------------------------------------------------*/

Test(fault, thread_without_handler_is_stopped)
{
    build_handler(rig.low, THIMBLE_NO_SLOT, rig.bell_high);
    rig_boot();
    fault_now();
    expect_stopped(rig.low);
}

Test(fault, thread_without_handler_and_health_is_just_stopped)
{
    rig_boot();
    fault_now();
    cr_assert_eq(drive_thread(rig.low)->state, THREAD_STOPPED);
    expect_idle();
}

Test(fault, health_slot_that_holds_no_notification_is_ignored)
{
    build_handler(rig.low, THIMBLE_NO_SLOT, rig.slot[0]);
    rig_boot();
    fault_now();
    cr_assert_eq(drive_thread(rig.low)->state, THREAD_STOPPED);
    expect_idle();
}

Test(fault, health_slot_past_the_table_does_not_reach_the_next_cells)
{
    u32 neighbour = build_cell("neighbour");
    u32 bell = cap_notification(neighbour, 0, 1);
    u32 past = rig.bell_high + 1U;

    build_handler(rig.low, THIMBLE_NO_SLOT, past);
    rig_boot();
    cr_assert_eq(kernel.cells[rig.cell].slots, past);
    *drive_cap(neighbour, 0) = *drive_cap(neighbour, bell);
    fault_now();
    cr_assert_eq(kernel.notifications[0].bits, 0U);
    expect_idle();
}

/* low's handler capability has been changed by hand; its fault stops it. */
static void expect_no_handler(cap_t cap)
{
    *drive_cap(rig.cell, rig.slot[3]) = cap;
    fault_now();
    expect_stopped(rig.low);
}

static cap_t thread_cap(u32 thread)
{
    return cap_make(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, boot_thread_index(thread), 0);
}

Test(fault, revoked_handler_is_none)
{
    handled_by(rig.low, 3);
    rig_boot();
    expect_no_handler(0);
}

Test(fault, marked_handler_is_none)
{
    handled_by(rig.low, 3);
    rig_boot();
    drive_mark(rig.cell, rig.slot[3]);
    fault_now();
    expect_stopped(rig.low);
}

Test(fault, handler_without_the_right_call_is_none)
{
    handled_by(rig.low, 3);
    rig_boot();
    expect_no_handler(cap_make(THIMBLE_CAP_THREAD, 0, boot_thread_index(rig.server[3]), 0));
}

Test(fault, active_thread_is_no_handler)
{
    handled_by(rig.low, 3);
    rig_boot();
    expect_no_handler(thread_cap(rig.mid));
}

Test(fault, stopped_handler_is_none)
{
    handled_by(rig.low, 3);
    rig_boot();
    drive_stop(rig.server[3]);
    fault_now();
    expect_stopped(rig.low);
}

/* The server of level 3 has this handler, and faults while it serves low. */
static void fault_in_server(u32 handler_level)
{
    handled_by(rig.server[3], handler_level);
    rig_boot();
    rig_serve();
    fault_now();
}

Test(fault, handler_of_the_same_level_is_none)
{
    u32 twin = build_passive(rig.cell, 3, NULL, 0);

    build_handler(rig.server[3], cap_call(rig.cell, twin, 0), rig.bell_high);
    rig_boot();
    rig_serve();
    fault_now();
    expect_stopped(rig.server[3]);
}

Test(fault, handler_of_a_higher_level_is_none)
{
    fault_in_server(4);
    expect_stopped(rig.server[3]);
}

Test(fault, thread_cannot_handle_its_own_faults)
{
    fault_in_server(3);
    expect_stopped(rig.server[3]);
}

/* What has come meanwhile goes first: stopping it is a step of its own. */
Test(fault, thread_without_handler_is_stopped_when_its_turn_comes)
{
    u32 slot = cap_irq(rig.cell, build_irq(40, false));

    build_handler(rig.low, THIMBLE_NO_SLOT, rig.bell_mid);
    rig_boot();
    drive_hypercall(THIMBLE_IRQ_BIND, slot, rig.bell_high);
    drive_line(40, true);
    fault_now();
    expect_runs(rig.high);
    cr_assert_eq(drive_thread(rig.low)->state, THREAD_FAILED);
    drive_block(rig.bell_high);
    cr_assert_eq(drive_thread(rig.low)->state, THREAD_STOPPED);
    expect_runs(rig.mid);
    expect_regs(THIMBLE_OK, 1);
}

/* ---- a busy handler ------------------------------------------------------------------------*/

/* The server of level 3 serves low; mid, whose handler it is, faults. */
static void fault_with_busy_handler(void)
{
    handled_by(rig.mid, 3);
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    fault_now();
}

Test(fault, busy_handler_is_helped)
{
    fault_with_busy_handler();
    cr_assert_eq(drive_thread(rig.mid)->state, THREAD_PENDING_FAULT);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.low));
    drive_elapse(20);
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.mid)), 20U);
}

Test(fault, waiting_fault_arrives_in_full)
{
    fault_with_busy_handler();
    rig_reply(1);
    expect_runs(rig.server[3]);
    expect_regs(103, FAULT_TAG, THIMBLE_FAULT_MEMORY, ADDRESS, ACCESS_WRITE, PC, 0, 0);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.mid);
}

Test(fault, waiting_fault_leaves_the_threads_registers_alone)
{
    fault_with_busy_handler();
    rig_reply(1);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.mid);
    expect_regs(THIMBLE_OK, 1); /* of the wait that it woke from */
}

Test(fault, handler_revoked_while_the_fault_waits_stops_the_thread)
{
    fault_with_busy_handler();
    *drive_cap(rig.cell, rig.slot[3]) = 0;
    rig_reply(1);
    expect_stopped(rig.mid);
    rig_sleep();
    expect_runs(rig.low);
}

Test(fault, handler_stopped_while_the_fault_waits_stops_the_thread)
{
    fault_with_busy_handler();
    drive_stop(rig.server[3]);
    expect_stopped(rig.mid);
    rig_sleep();
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
}

Test(fault, caller_of_a_busy_handler_waits_its_turn)
{
    fault_in_low();
    rig_ring(rig.bell_mid);
    rig_call(3);
    expect_runs(rig.server[3]);
    expect_regs(103, FAULT_TAG);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.mid));
    rig_reply(1);
    expect_runs(rig.mid);
    rig_sleep();
    expect_runs(rig.low);
}

/* ---- handlers in trouble ---------------------------------------------------------------------*/

Test(fault, thread_is_stopped_when_its_handler_is_stopped)
{
    fault_in_low();
    drive_stop(rig.server[3]);
    expect_stopped(rig.low);
}

Test(fault, handler_that_faults_without_a_handler_takes_the_thread_with_it)
{
    fault_in_low();
    fault_now();
    cr_assert_eq(drive_thread(rig.server[3])->state, THREAD_STOPPED);
    expect_stopped(rig.low);
}

/* low's handler is level 3, and that one's is level 1. */
static void fault_in_handler(void)
{
    handled_by(rig.server[3], 1);
    fault_in_low();
    drive_fault(THIMBLE_FAULT_UNDEFINED, 4, 0, 8);
    expect_runs(rig.server[1]);
}

Test(fault, fault_in_a_handler_goes_to_its_own_handler)
{
    fault_in_handler();
    expect_regs(101, FAULT_TAG, THIMBLE_FAULT_UNDEFINED, 4, 0, 8, 0, 0);
}

Test(fault, nested_faults_are_answered_from_the_inside)
{
    fault_in_handler();
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.server[3]);
    expect_regs(103, FAULT_TAG, THIMBLE_FAULT_MEMORY, ADDRESS, ACCESS_WRITE, PC, 0, 0);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.low);
}

Test(fault, handler_stopped_by_its_own_handler_takes_the_thread_with_it)
{
    fault_in_handler();
    answer(THIMBLE_FAULT_STOP, 0);
    expect_stopped(rig.server[3]);
    rig_sleep();
    expect_stopped(rig.low);
}

Test(fault, faults_nest_through_all_levels)
{
    for (u32 level = 1; level < LEVELS; level++) {
        handled_by(rig.server[level], level - 1U);
    }
    handled_by(rig.low, 7);
    rig_boot();
    for (u32 level = LEVELS; level > 0; level--) {
        fault_now();
        expect_runs(rig.server[level - 1U]);
    }
    for (u32 level = 1; level < LEVELS; level++) {
        answer(THIMBLE_FAULT_RETRY, 0);
        expect_runs(rig.server[level]);
    }
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.low);
}

/* ---- inside a donated call --------------------------------------------------------------------*/

Test(fault, server_goes_on_after_its_fault_and_answers_its_caller)
{
    fault_in_server(1);
    expect_runs(rig.server[1]);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.low), 2, 3, 4, 5, 6);
    rig_reply(9);
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 9);
}

Test(fault, caller_of_a_server_that_its_handler_stops_gets_dead)
{
    fault_in_server(1);
    answer(THIMBLE_FAULT_STOP, 0);
    expect_stopped(rig.server[3]);
    rig_sleep();
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
}

Test(fault, caller_of_a_server_that_faults_without_handler_gets_dead)
{
    rig_boot();
    rig_serve();
    fault_now();
    cr_assert_eq(drive_thread(rig.server[3])->state, THREAD_STOPPED);
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
}

Test(fault, handler_of_a_server_runs_on_the_first_callers_time)
{
    fault_in_server(1);
    drive_elapse(30);
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), 30U);
}

Test(fault, who_waits_for_a_faulted_server_helps_its_handler)
{
    fault_in_server(1);
    rig_ring(rig.bell_mid);
    rig_call(3);
    expect_runs(rig.server[1]);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.mid)->sc);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.server[3]);
    rig_reply(1);
    expect_runs(rig.server[3]);
    rig_reply(2);
    expect_runs(rig.mid);
}

Test(fault, helped_server_may_fault)
{
    handled_by(rig.server[3], 1);
    rig_boot();
    rig_help();
    fault_now();
    expect_runs(rig.server[1]);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.server[3]);
    cr_assert_eq(kernel.cpu[0].sc, drive_thread(rig.mid)->sc);
}

Test(fault, budget_that_ends_in_a_handler_stops_it_until_the_refill)
{
    build_budget(rig.low, 10, 100);
    fault_in_low();
    drive_elapse(10);
    expect_idle();
    drive_elapse(90);
    expect_runs(rig.server[3]);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.low);
}

Test(fault, fault_of_a_server_whose_caller_is_stopped_is_still_answered)
{
    fault_in_server(1);
    drive_stop(rig.low);
    expect_idle();
    rig_ring(rig.bell_mid);
    rig_call(3);
    expect_runs(rig.server[1]);
    answer(THIMBLE_FAULT_RETRY, 0);
    expect_runs(rig.server[3]);
    rig_reply(0);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.mid));
}
