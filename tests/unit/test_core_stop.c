/* SPDX-License-Identifier: BSD-2-Clause */
/* thread_stop(), from every state a thread can be in. */
#include "rig.h"

TestSuite(stop, .init = rig_build);

/* The thread does nothing, and is nowhere any more. */
static void expect_stopped(u32 thread)
{
    const struct thread *t = drive_thread(thread);

    cr_assert_eq(t->state, THREAD_STOPPED);
    cr_assert_eq(t->recv_key, NONE);
    cr_assert_eq(t->reply_key, NONE);
    cr_assert_eq(t->caller, NOBODY);
    cr_assert_eq(t->waits_on, NONE);
    if (t->sc != NONE) {
        cr_assert_eq(drive_sc(thread)->queued, 0U);
        cr_assert_eq(drive_sc(thread)->armed, 0);
    }
}

Test(stop, running_thread_gives_up_the_cpu)
{
    rig_boot();
    drive_stop(rig.low);
    expect_stopped(rig.low);
    expect_idle();
}

Test(stop, running_thread_is_charged_up_to_its_end)
{
    rig_boot();
    drive_elapse(25);
    drive_stop(rig.low);
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), 25U);
}

Test(stop, ready_thread_is_never_chosen_again)
{
    rig_boot();
    rig_ring(rig.bell_mid);
    drive_stop(rig.low);
    expect_stopped(rig.low);
    expect_runs(rig.mid);
    rig_sleep();
    expect_idle();
}

Test(stop, thread_that_waits_leaves_its_notification_to_others)
{
    rig_boot();
    drive_stop(rig.mid);
    expect_stopped(rig.mid);
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_mid);
    expect_runs(rig.low);
    drive_hypercall(THIMBLE_WAIT, rig.bell_mid, 0, 0);
    expect_regs(THIMBLE_OK, 1);
}

Test(stop, thread_that_waits_with_a_deadline_does_not_time_out)
{
    rig_boot();
    drive_wait(rig.bell_low, 100);
    drive_stop(rig.low);
    expect_stopped(rig.low);
    drive_elapse(200);
    expect_idle();
    expect_stopped(rig.low);
}

Test(stop, thread_without_budget_is_not_refilled)
{
    build_budget(rig.low, 10, 100);
    rig_boot();
    drive_elapse(10);
    drive_stop(rig.low);
    expect_stopped(rig.low);
    drive_elapse(200);
    expect_idle();
}

Test(stop, caller_takes_its_time_back_at_once)
{
    rig_boot();
    rig_serve();
    drive_stop(rig.low);
    expect_stopped(rig.low);
    expect_idle();
}

Test(stop, caller_of_a_preempted_server_takes_its_time_back)
{
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    drive_stop(rig.low);
    rig_sleep();
    expect_idle();
}

Test(stop, caller_that_waits_for_a_busy_server_leaves_no_trace)
{
    rig_boot();
    rig_help();
    drive_stop(rig.mid);
    expect_stopped(rig.mid);
    rig_reply(1);
    expect_runs(rig.low);
    cr_assert_eq(drive_thread(rig.server[3])->caller, NOBODY);
}

Test(stop, idle_server_refuses_calls)
{
    rig_boot();
    drive_stop(rig.server[3]);
    expect_stopped(rig.server[3]);
    expect_error(THIMBLE_ERR_DEAD, THIMBLE_CALL, rig.slot[3], 0);
}

Test(stop, serving_thread_hands_its_callers_time_back)
{
    rig_boot();
    rig_serve();
    drive_stop(rig.server[3]);
    expect_stopped(rig.server[3]);
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
}

Test(stop, server_that_is_preempted_hands_its_callers_time_back)
{
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    drive_stop(rig.server[3]);
    expect_runs(rig.mid);
    rig_sleep();
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
}

Test(stop, server_in_a_call_of_its_own_frees_both_sides)
{
    rig_boot();
    rig_call(3);
    rig_call(1);
    drive_stop(rig.server[3]);
    expect_stopped(rig.server[3]);
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
    cr_assert_eq(drive_thread(rig.server[1])->caller, NOBODY);
}

Test(stop, server_that_waits_for_a_busy_one_frees_its_caller)
{
    rig_boot();
    rig_call(0);
    rig_ring(rig.bell_mid);
    rig_call(1);
    rig_call(0);
    cr_assert_eq(drive_thread(rig.server[1])->state, THREAD_PENDING_CALL);
    drive_stop(rig.server[1]);
    expect_stopped(rig.server[1]);
    expect_runs(rig.mid);
    expect_regs(THIMBLE_ERR_DEAD);
    rig_sleep();
    expect_runs(rig.server[0]);
}

Test(stop, server_of_a_caller_without_budget_leaves_it_ready_for_its_refill)
{
    build_budget(rig.low, 10, 100);
    rig_boot();
    rig_serve();
    drive_elapse(10);
    expect_idle();
    drive_stop(rig.server[3]);
    expect_idle();
    drive_elapse(90);
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_DEAD);
}

Test(stop, server_that_serves_nobody_any_more)
{
    rig_boot();
    rig_serve();
    drive_stop(rig.low);
    drive_stop(rig.server[3]);
    expect_stopped(rig.server[3]);
    rig_ring(rig.bell_mid);
    expect_error(THIMBLE_ERR_DEAD, THIMBLE_CALL, rig.slot[3], 0);
}

Test(stop, stopped_thread_can_be_stopped_again)
{
    rig_boot();
    drive_stop(rig.low);
    drive_stop(rig.server[3]);
    drive_remember();
    drive_stop(rig.low);
    drive_stop(rig.server[3]);
    cr_assert_null(drive_difference());
}

/* low's fault has been sent to its handler, the server of level 3. */
static void fault_in_low(void)
{
    build_handler(rig.low, rig.slot[3], THIMBLE_NO_SLOT);
    rig_boot();
    drive_fault(THIMBLE_FAULT_MEMORY, 0x1000, ACCESS_READ, 0);
    expect_runs(rig.server[3]);
}

Test(stop, faulted_thread_leaves_its_handler_to_the_next)
{
    fault_in_low();
    drive_stop(rig.low);
    expect_stopped(rig.low);
    expect_idle();
    rig_ring(rig.bell_mid);
    rig_call(3);
    drive_hypercall(THIMBLE_RECV);
    expect_regs(103, THIMBLE_TAG(3, 6), rig_word(rig.mid));
}

Test(stop, faulted_thread_that_waits_for_a_busy_handler)
{
    build_handler(rig.mid, rig.slot[3], THIMBLE_NO_SLOT);
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    drive_fault(THIMBLE_FAULT_MEMORY, 0x1000, ACCESS_READ, 0);
    cr_assert_eq(drive_thread(rig.mid)->state, THREAD_PENDING_FAULT);
    drive_stop(rig.mid);
    expect_stopped(rig.mid);
    rig_reply(1);
    expect_runs(rig.low);
}
