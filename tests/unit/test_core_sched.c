/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs: priorities, order within one, yield, preemption, idling. */
#include "rig.h"

#include "bus.h"

#define SLICE 100U

static u32 cell;

static void build(void)
{
    build_begin();
    cell = build_cell("cell");
}

TestSuite(sched, .init = build);

/* A notification of its own for a thread: slot. */
static u32 bell_add(void)
{
    return cap_notification(cell, build_notification(), 1);
}

Test(sched, highest_priority_runs_first)
{
    (void)build_active(cell, 0, NULL, 0);
    (void)build_active(cell, 254, NULL, 0);
    u32 highest = build_active(cell, 255, NULL, 0);
    (void)build_active(cell, 128, NULL, 0);
    drive_boot();
    expect_runs(highest);
}

Test(sched, lowest_priority_runs_when_nobody_else_does)
{
    u32 lowest = build_active(cell, 0, NULL, 0);
    u32 highest = build_active(cell, 255, NULL, 0);
    u32 bell = bell_add();

    drive_boot();
    expect_runs(highest);
    drive_block(bell);
    expect_runs(lowest);
}

Test(sched, all_256_priorities_run_in_order)
{
    u32 thread[PRIORITIES];
    u32 bell[PRIORITIES];

    for (u32 p = 0; p < PRIORITIES; p++) {
        thread[p] = build_active(cell, (u8)p, NULL, 0);
        bell[p] = bell_add();
    }
    drive_boot();
    for (u32 p = PRIORITIES; p > 0; p--) {
        expect_runs(thread[p - 1U]);
        drive_block(bell[p - 1U]);
    }
    expect_idle();
}

Test(sched, each_word_of_the_bitmap_is_cleared_with_its_last_context)
{
    u32 bell = bell_add();

    (void)build_active(cell, 0, NULL, 0);
    (void)build_active(cell, 255, NULL, 0);
    drive_boot();
    cr_assert_eq(kernel.cpu[0].ready_words, 0x81U);
    drive_block(bell);
    cr_assert_eq(kernel.cpu[0].ready_words, 0x01U);
    cr_assert_eq(kernel.cpu[0].ready[7], 0U);
}

/* Threads of one priority, in the order in which they were made. */
static void build_equals(u32 *thread, u32 count)
{
    for (u32 i = 0; i < count; i++) {
        thread[i] = build_active(cell, 50, NULL, 0);
    }
}

Test(sched, equals_start_in_their_order)
{
    u32 thread[3];

    build_equals(thread, 3);
    drive_boot();
    for (u32 i = 0; i < 9; i++) {
        expect_runs(thread[i % 3]);
        drive_hypercall(THIMBLE_YIELD);
    }
}

Test(sched, yield_succeeds)
{
    u32 thread[2];

    build_equals(thread, 2);
    drive_boot();
    drive_hypercall(THIMBLE_YIELD);
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(thread[0]);
    expect_regs(THIMBLE_OK);
}

Test(sched, yield_alone_goes_on)
{
    u32 thread = build_active(cell, 50, NULL, 0);

    drive_boot();
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(thread);
    expect_regs(THIMBLE_OK);
}

Test(sched, yield_does_not_let_lower_priorities_run)
{
    u32 thread = build_active(cell, 50, NULL, 0);

    (void)build_active(cell, 49, NULL, 0);
    drive_boot();
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(thread);
}

Test(sched, yield_costs_no_budget)
{
    u32 thread[2];

    build_equals(thread, 2);
    build_budget(thread[0], 100, 1000);
    drive_boot();
    drive_elapse(30);
    drive_hypercall(THIMBLE_YIELD);
    drive_elapse(500);
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(thread[0]);
    cr_assert_eq(drive_sc(thread[0])->remaining, 70U);
}

Test(sched, equals_take_turns_when_their_budgets_end)
{
    u32 thread[3];

    build_equals(thread, 3);
    for (u32 i = 0; i < 3; i++) {
        build_budget(thread[i], SLICE, SLICE);
    }
    drive_boot();
    for (u32 i = 0; i < 12; i++) {
        expect_runs(thread[i % 3]);
        drive_elapse(SLICE - 1U);
        expect_runs(thread[i % 3]);
        drive_elapse(1);
    }
    drive_schedule();
    for (u32 i = 0; i < 3; i++) {
        cr_assert_eq(sc_consumed(drive_sc(thread[i])), 4U * SLICE);
    }
}

Test(sched, hog_without_equals_keeps_the_cpu_slice_after_slice)
{
    u32 thread = build_active(cell, 50, NULL, 0);

    build_budget(thread, SLICE, SLICE);
    drive_boot();
    for (u32 i = 0; i < 10; i++) {
        drive_elapse(SLICE);
        expect_runs(thread);
    }
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(thread)), 10U * SLICE);
    cr_assert_eq(drive_sc(thread)->depleted, 0U);
}

/* ---- wakes ------------------------------------------------------------------------*/

Test(sched, waking_a_higher_priority_preempts)
{
    rig_build();
    rig_boot();
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_high);
    expect_runs(rig.high);
    expect_regs(THIMBLE_OK, 1);
    cr_assert_eq(drive_reg(rig.low, 0), THIMBLE_OK);
}

Test(sched, waking_a_lower_priority_does_not_preempt)
{
    rig_build();
    rig_boot();
    rig_ring(rig.bell_high);
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_mid);
    expect_runs(rig.high);
    rig_sleep();
    expect_runs(rig.mid);
}

Test(sched, waking_an_equal_does_not_preempt)
{
    u32 thread[2];
    u32 bell = bell_add();

    build_equals(thread, 2);
    drive_boot();
    drive_block(bell);
    drive_hypercall(THIMBLE_SIGNAL, bell);
    expect_runs(thread[1]);
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(thread[0]);
}

Test(sched, waking_an_equal_does_not_even_make_the_core_choose)
{
    u32 thread[2];
    u32 bell = bell_add();

    build_equals(thread, 2);
    drive_boot();
    drive_block(bell);
    drive_elapse(10);
    u64 started = kernel.cpu[0].started;
    drive_hypercall(THIMBLE_SIGNAL, bell);
    cr_assert_eq(kernel.cpu[0].started, started);
}

Test(sched, preempted_thread_keeps_its_place_before_its_equals)
{
    u32 thread[2];
    u32 urgent = build_active(cell, 60, NULL, 0);
    u32 bell = bell_add();

    build_equals(thread, 2);
    drive_boot();
    drive_wait(bell, 10);
    expect_runs(thread[0]);
    drive_elapse(10);
    expect_runs(urgent);
    drive_block(bell);
    expect_runs(thread[0]);
}

Test(sched, thread_that_slept_queues_behind_its_equals)
{
    u32 thread[3];
    u32 bell = bell_add();

    build_equals(thread, 3);
    drive_boot();
    drive_wait(bell, 10);
    expect_runs(thread[1]);
    drive_elapse(10);
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(thread[2]);
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(thread[0]);
}

Test(sched, registers_survive_preemption)
{
    rig_build();
    rig_boot();
    for (u32 i = 0; i < THREAD_REGS; i++) {
        kernel.cpu[0].regs[i] = 0xa0U + i;
    }
    rig_ring(rig.bell_high);
    rig_sleep();
    expect_runs(rig.low);
    expect_regs(0xa0U, 0xa1U, 0xa2U, 0xa3U, 0xa4U, 0xa5U, 0xa6U, 0xa7U);
}

/* ---- idling and the timer ----------------------------------------------------------*/

Test(sched, cpu_idles_when_all_wait_and_nobody_pays)
{
    rig_build();
    rig_boot();
    rig_sleep();
    expect_idle();
    cr_assert_eq(kernel.cpu[0].sc, NONE);
    drive_elapse(1000);
    rig_ring(rig.bell_low);
    drive_schedule();
    cr_assert_eq(sc_consumed(drive_sc(rig.low)), 0U);
}

Test(sched, timer_is_off_when_nothing_will_ever_happen)
{
    rig_build();
    rig_boot();
    rig_sleep();
    cr_assert_eq(kernel.cpu[0].timer, MACHINE_TIME_NEVER);
    cr_assert_eq(sim_bus_next(), SIM_TIME_NEVER);
}

Test(sched, system_without_threads_idles)
{
    drive_boot();
    expect_idle();
}

/* ---- many ---------------------------------------------------------------------------*/

#define MANY 1000U

Test(sched, thousand_equals_take_turns_in_order)
{
    static u32 thread[MANY];

    build_equals(thread, MANY);
    drive_boot();
    for (u32 i = 0; i < MANY; i++) {
        expect_runs(thread[i]);
        hypercall(&kernel.cpu[0], THIMBLE_YIELD);
    }
    expect_runs(thread[0]);
    drive_check();
}

Test(sched, thousand_contexts_of_mixed_priorities_run_in_order)
{
    u32 bell[MANY];
    u32 last = PRIORITIES;

    for (u32 i = 0; i < MANY; i++) {
        (void)build_active(cell, (u8)(i * 97U), NULL, 0);
        bell[i] = bell_add();
    }
    drive_boot();
    for (u32 i = 0; i < MANY; i++) {
        u32 now = drive_running();
        u32 priority = drive_priority_of(now);
        cr_assert_leq(priority, last);
        last = priority;
        kernel.cpu[0].regs[0] = bell[now];
        kernel.cpu[0].regs[1] = 0xffffffffU;
        kernel.cpu[0].regs[2] = 0xffffffffU;
        hypercall(&kernel.cpu[0], THIMBLE_WAIT);
    }
    expect_idle();
    drive_check();
}
