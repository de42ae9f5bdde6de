/* SPDX-License-Identifier: BSD-2-Clause */
/* Donation: a server runs on its caller's time and priority, and a fast call
 * and its reply touch nothing but the two threads. */
#include "rig.h"

TestSuite(donation, .init = rig_build);

/* The budget of low, where one matters. */
#define BUDGET 100U
#define PERIOD 1000U

Test(donation, fast_call_changes_four_links_and_a_register)
{
    rig_boot();
    drive_remember();
    rig_call(3);
    struct kernel *expected = &drive_before;
    u16 client = (u16)boot_thread_index(rig.low);
    u16 server = (u16)boot_thread_index(rig.server[3]);
    expected->threads[client].reply_key = server;
    expected->threads[server].caller = client;
    expected->threads[server].recv_key = NONE;
    expected->cpu[0].current = server;
    for (u32 i = 0; i < THREAD_REGS; i++) {
        expected->cpu[0].regs[i] = kernel.cpu[0].regs[i];
    }
    cr_assert_null(drive_difference());
}

Test(donation, fast_call_and_reply_leave_everything_but_registers_as_it_was)
{
    rig_boot();
    drive_remember();
    rig_call(3);
    rig_reply(7);
    expect_runs(rig.low);
    for (u32 i = 0; i < THREAD_REGS; i++) {
        drive_before.cpu[0].regs[i] = kernel.cpu[0].regs[i];
    }
    cr_assert_null(drive_difference());
}

Test(donation, call_and_reply_take_time_but_account_for_none)
{
    rig_boot();
    u64 started = kernel.cpu[0].started;
    rig_call(3);
    drive_elapse(50);
    rig_reply(7);
    cr_assert_eq(kernel.cpu[0].started, started);
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), 0U);
}

Test(donation, servers_time_is_charged_to_its_caller)
{
    rig_boot();
    drive_elapse(10);
    rig_call(3);
    drive_elapse(50);
    rig_reply(7);
    drive_elapse(5);
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), 65U);
}

Test(donation, time_of_nested_servers_is_charged_to_the_first_caller)
{
    rig_boot();
    for (u32 level = LEVELS; level > 0; level--) {
        rig_call(level - 1U);
        drive_elapse(10);
    }
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), 80U);
}

Test(donation, server_has_the_priority_of_its_caller)
{
    rig_boot();
    rig_ring(rig.bell_high);
    rig_call(3);
    rig_ring(rig.bell_mid);
    expect_runs(rig.server[3]);
    rig_reply(0);
    expect_runs(rig.high);
}

Test(donation, server_of_a_low_caller_is_preempted_and_goes_on_afterwards)
{
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    expect_runs(rig.mid);
    rig_sleep();
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.low), 2, 3, 4, 5, 6);
}

Test(donation, preempted_callers_server_answers_the_caller)
{
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    rig_sleep();
    rig_reply(55);
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 55, 2, 3, 4, 5, 6);
}

Test(donation, same_server_runs_at_the_priority_of_each_caller_in_turn)
{
    rig_boot();
    rig_serve();
    rig_reply(0);
    rig_ring(rig.bell_high);
    rig_serve();
    rig_ring(rig.bell_mid);
    expect_runs(rig.server[3]);
}

Test(donation, yield_of_a_server_gives_up_its_callers_turn)
{
    u32 equal = build_active(rig.cell, RIG_PRIORITY_LOW, NULL, 0);

    rig_boot();
    rig_serve();
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(equal);
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(rig.server[3]);
    expect_regs(THIMBLE_OK);
}

/* ---- budgets that end while they are lent ------------------------------------*/

static void boot_with_budget(void)
{
    build_budget(rig.low, BUDGET, PERIOD);
    rig_boot();
}

Test(donation, server_stops_when_its_callers_budget_ends)
{
    boot_with_budget();
    rig_serve();
    drive_elapse(BUDGET - 1U);
    expect_runs(rig.server[3]);
    drive_elapse(1);
    expect_idle();
}

Test(donation, server_goes_on_when_its_callers_budget_is_refilled)
{
    boot_with_budget();
    rig_serve();
    drive_elapse(PERIOD - 1U);
    expect_idle();
    drive_elapse(1);
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.low), 2, 3, 4, 5, 6);
}

Test(donation, lower_threads_run_while_a_server_waits_for_its_callers_budget)
{
    u32 lowest = build_active(rig.cell, 0, NULL, 0);

    boot_with_budget();
    rig_serve();
    drive_elapse(BUDGET);
    expect_runs(lowest);
    drive_elapse(PERIOD - BUDGET);
    expect_runs(rig.server[3]);
}

/* low's budget has ended inside the server; mid has called it and helps. */
static void help_depleted(void)
{
    boot_with_budget();
    rig_serve();
    drive_elapse(BUDGET);
    expect_idle();
    rig_ring(rig.bell_mid);
    rig_call(3);
}

Test(donation, helper_finishes_what_a_depleted_caller_asked_for)
{
    help_depleted();
    expect_runs(rig.server[3]);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.low), 2, 3, 4, 5, 6);
}

Test(donation, help_is_paid_by_the_helper)
{
    help_depleted();
    drive_elapse(30);
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.mid)), 30U);
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), BUDGET);
}

Test(donation, answered_caller_without_budget_runs_only_when_it_is_refilled)
{
    help_depleted();
    rig_reply(55);
    cr_assert_eq(drive_thread(rig.low)->reply_key, NONE);
    cr_assert_eq(drive_thread(rig.low)->state, THREAD_READY);
    expect_runs(rig.server[3]);
    rig_reply(66);
    expect_runs(rig.mid);
    rig_sleep();
    expect_idle();
    drive_elapse(PERIOD - BUDGET - 1U);
    expect_idle();
    drive_elapse(1);
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 55, 2, 3, 4, 5, 6);
}

Test(donation, budget_that_ends_at_the_reply_ends_for_the_caller)
{
    boot_with_budget();
    rig_serve();
    sim_clock.now += (u64)BUDGET * SIM_TICK_INSTRUCTIONS;
    rig_reply(55);
    expect_runs(rig.low);
    drive_interrupts();
    expect_idle();
    drive_elapse(PERIOD - BUDGET);
    expect_runs(rig.low);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), 55);
}

Test(donation, caller_refilled_while_it_is_helped_needs_no_turn_of_its_own)
{
    help_depleted();
    drive_elapse(PERIOD - BUDGET);
    expect_runs(rig.server[3]);
    rig_reply(55);
    rig_reply(66);
    expect_runs(rig.mid);
    rig_sleep();
    expect_runs(rig.low);
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), BUDGET);
}
