/* SPDX-License-Identifier: BSD-2-Clause */
/* cell_restart and thread_stop: what they end, what they leave, and several
 * restarts of one cell at the same time. */
#include "access.h"
#include "drive.h"

#define THREADS 12U /* active ones of the cell: a restart takes several steps */
#define ARGUMENT 700U
#define LINE 40U
#define OTHER_LINE 41U

static u32 owner;    /* cell of manager, with all capabilities */
static u32 deputy;   /* cell of rival */
static u32 driver;   /* cell that is restarted */
static u32 manager;  /* priority 10 */
static u32 rival;    /* priority 20: sleeps at first */
static u32 worker[THREADS]; /* of driver, priority 5 */
static u32 service;  /* of driver, passive, level 3 */
static u32 lower;    /* of owner, passive, level 1 */
/* in owner */
static u32 slot_driver;
static u32 slot_self;
static u32 slot_worker;
static u32 slot_service;
static u32 slot_bell;
static u32 slot_line;
static u32 slot_free;
/* in driver */
static u32 own_service;
static u32 own_lower;
static u32 own_bell;
static u32 own_line;
static u32 own_quiet; /* a notification that nobody signals */
/* in deputy */
static u32 their_driver;
static u32 their_bell;
static u32 their_worker;

#define CONTROL THIMBLE_RIGHT_CONTROL

static void grant(void)
{
    u32 bell = build_notification();
    u32 quiet = build_notification();
    u32 sleep = build_notification();
    u32 line = build_irq(LINE, false);

    slot_driver = build_grant(owner, THIMBLE_CAP_CELL, CONTROL | THIMBLE_RIGHT_MAP, driver, 0);
    slot_self = build_grant(owner, THIMBLE_CAP_CELL, CONTROL, owner, 0);
    slot_worker = build_grant(owner, THIMBLE_CAP_THREAD, CONTROL, worker[0], 0);
    slot_service =
        build_grant(owner, THIMBLE_CAP_THREAD, CONTROL | THIMBLE_RIGHT_CALL, service, 9);
    slot_bell = cap_notification(owner, bell, 1);
    slot_line = cap_irq(owner, build_irq(OTHER_LINE, false));
    slot_free = slot_line + 1U;
    build_slots(owner, slot_free + 4U);
    own_service = cap_call(driver, service, 1);
    own_lower = cap_call(driver, lower, 2);
    own_bell = cap_notification(driver, bell, 2);
    own_line = cap_irq(driver, line);
    own_quiet = cap_notification(driver, quiet, 4);
    their_driver = build_grant(deputy, THIMBLE_CAP_CELL, CONTROL, driver, 0);
    their_bell = cap_notification(deputy, sleep, 1);
    their_worker = build_grant(deputy, THIMBLE_CAP_THREAD, CONTROL, manager, 0);
}

static void build_all(void)
{
    build_begin();
    owner = build_cell("owner");
    deputy = build_cell("deputy");
    driver = build_cell("driver");
    manager = build_active(owner, 10, NULL, 0);
    rival = build_active(deputy, 20, NULL, 0);
    for (u32 i = 0; i < THREADS; i++) {
        worker[i] = build_active(driver, 5, NULL, ARGUMENT + i);
    }
    service = build_passive(driver, 3, NULL, ARGUMENT);
    lower = build_passive(owner, 1, NULL, 0);
    grant();
}

static void prepare(void)
{
    build_all();
    drive_boot();
    drive_block(their_bell);
    expect_runs(manager);
}

TestSuite(restart, .init = prepare);

static void restart(void)
{
    drive_hypercall(THIMBLE_CELL_RESTART, slot_driver);
    expect_regs(THIMBLE_OK);
}

/* The first worker runs, while manager sleeps. */
static void work(void)
{
    drive_block(slot_bell);
    expect_runs(worker[0]);
}

/* manager runs again. */
static void wake(void)
{
    notification_signal(&kernel.cpu[0], cap_object(*drive_cap(owner, slot_bell)), 1);
    drive_schedule();
    expect_runs(manager);
}

/* As at the program's entry. */
static void expect_fresh(u32 thread, u32 argument)
{
    const struct thread *t = drive_thread(thread);

    cr_assert_eq(t->state, THREAD_READY);
    cr_assert_eq(t->reply_key, NONE);
    cr_assert_eq(t->caller, NOBODY);
    cr_assert_eq(t->window, THIMBLE_NO_SLOT);
    cr_assert_eq(t->fault_kind, 0U);
    cr_assert_eq(t->restart, 0U);
    cr_assert_eq(drive_reg(thread, 0), argument);
    for (u32 i = 1; i < THREAD_REGS; i++) {
        cr_assert_eq(drive_reg(thread, i), 0U);
    }
}

/* ---- what it does ---------------------------------------------------------------*/

Test(restart, threads_begin_at_their_entry)
{
    work();
    drive_hypercall(THIMBLE_WINDOW, 0);
    drive_hypercall(THIMBLE_POLL, 77, 1, 2, 3, 4, 5, 6, 7);
    wake();
    restart();
    for (u32 i = 0; i < THREADS; i++) {
        expect_fresh(worker[i], ARGUMENT + i);
    }
    cr_assert_eq(drive_thread(service)->recv_key, 0U);
    expect_runs(manager);
    drive_block(slot_bell);
    expect_runs(worker[0]);
}

Test(restart, programs_begin_anew_too)
{
    for (u32 i = 0; i < THREADS; i++) {
        sim_guests[boot_thread_index(worker[i])].fresh = false;
    }
    restart();
    for (u32 i = 0; i < THREADS; i++) {
        cr_assert(sim_guests[boot_thread_index(worker[i])].fresh);
    }
}

Test(restart, stopped_threads_live_again)
{
    drive_hypercall(THIMBLE_THREAD_STOP, slot_worker);
    drive_hypercall(THIMBLE_THREAD_STOP, slot_service);
    restart();
    expect_fresh(worker[0], ARGUMENT);
    drive_hypercall(THIMBLE_CALL, slot_service, 0);
    expect_runs(service);
    expect_regs(9, 0);
}

Test(restart, caller_of_the_cell_is_told)
{
    u32 bell = cap_object(*drive_cap(owner, slot_bell));

    drive_hypercall(THIMBLE_CALL, slot_service, 0);
    expect_runs(service);
    notification_signal(&kernel.cpu[0], kernel.notification_count - 1U, 1);
    drive_schedule();
    expect_runs(rival);
    drive_hypercall(THIMBLE_CELL_RESTART, their_driver);
    expect_regs(THIMBLE_OK);
    drive_block(their_bell);
    expect_runs(manager);
    expect_regs(THIMBLE_ERR_DEAD);
    cr_assert_eq(kernel.notifications[bell].waiter, NONE);
    drive_hypercall(THIMBLE_CALL, slot_service, 0);
    expect_runs(service);
}

Test(restart, server_that_the_cell_had_called_is_free)
{
    work();
    drive_hypercall(THIMBLE_CALL, own_lower, 0);
    expect_runs(lower);
    wake();
    restart();
    cr_assert_eq(drive_thread(lower)->caller, NOBODY);
    expect_fresh(worker[0], ARGUMENT);
}

Test(restart, waits_and_their_deadlines_end)
{
    u32 quiet = cap_object(*drive_cap(driver, own_quiet));

    work();
    drive_wait(own_quiet, 50);
    expect_runs(worker[1]);
    cr_assert_neq(kernel.notifications[quiet].waiter, NONE);
    wake();
    restart();
    cr_assert_eq(kernel.notifications[quiet].waiter, NONE);
    drive_elapse(60);
    expect_fresh(worker[0], ARGUMENT);
}

Test(restart, bits_stay)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_bell);
    restart();
    drive_hypercall(THIMBLE_POLL, slot_bell);
    expect_regs(THIMBLE_OK, 1);
}

Test(restart, lines_are_silenced_but_those_of_others_are_not)
{
    drive_hypercall(THIMBLE_IRQ_BIND, slot_line, slot_bell);
    work();
    drive_hypercall(THIMBLE_IRQ_BIND, own_line, own_bell);
    expect_regs(THIMBLE_OK);
    wake();
    drive_line(LINE, true);
    drive_interrupts();
    cr_assert(sim_gic_active(&sim.gic, 0, LINE));
    restart();
    cr_assert_not(sim_gic_active(&sim.gic, 0, LINE));
    cr_assert_not(sim_gic_enabled(&sim.gic, 0, LINE));
    cr_assert(sim_gic_enabled(&sim.gic, 0, OTHER_LINE));
    drive_hypercall(THIMBLE_POLL, slot_bell);
    expect_regs(THIMBLE_OK, 2);
}

Test(restart, capabilities_and_mappings_stay)
{
    struct access a = {.address = BUILD_IMAGE_AT, .size = 4, .kind = SIM_WRITE, .value = 99};

    drive_remember();
    restart();
    cr_assert_eq(memcmp(kernel.caps, drive_before.caps, sizeof(kernel.caps)), 0);
    cr_assert_eq(memcmp(kernel.regions, drive_before.regions, sizeof(kernel.regions)), 0);
    work();
    cr_assert(access_make(&a));
}

Test(restart, gives_no_new_budget)
{
    build_all();
    build_budget(worker[0], 10, 100);
    drive_boot();
    drive_block(their_bell);
    drive_wait(slot_bell, 15);
    expect_runs(worker[0]);
    drive_elapse(15);
    expect_runs(manager);
    restart();
    cr_assert_eq(drive_sc(worker[0])->remaining, 0U);
    drive_block(slot_bell);
    expect_runs(worker[1]);
    drive_elapse(100);
    cr_assert_eq(drive_sc(worker[0])->queued, 1U);
}

/* ---- several steps, several callers ---------------------------------------------*/

#define EACH 4U /* items in a step */
#define STEPS 14U

/* manager's restart is preempted after so many of its steps: rival runs. */
static void preempt(u32 steps)
{
    notification_signal(&kernel.cpu[0], kernel.notification_count - 1U, 1);
    drive_schedule();
    expect_runs(rival);
    drive_wait(their_bell, steps);
    expect_runs(manager);
    sim_clock.cost[PATH_RESTART_STEP] = SIM_TICK_INSTRUCTIONS;
    drive_hypercall(THIMBLE_CELL_RESTART, slot_driver);
    expect_runs(rival);
    cr_assert_eq(drive_thread(manager)->state, THREAD_RESTART);
    sim_clock.cost[PATH_RESTART_STEP] = 0;
}

static void prepare_preempted(u32 steps)
{
    prepare();
    preempt(steps);
}

static u32 items(void)
{
    return 3U * kernel.thread_count + kernel.irq_count;
}

Test(restart, steps_are_bounded)
{
    cr_assert_leq(items(), EACH * STEPS);
    for (u32 steps = 1; steps < (items() + EACH - 1U) / EACH; steps++) {
        prepare_preempted(steps);
        cr_assert_eq(kernel.cells[driver].restart, EACH * steps);
    }
}

Test(restart, goes_on_after_each_preemption)
{
    for (u32 steps = 1; steps < (items() + EACH - 1U) / EACH; steps++) {
        prepare_preempted(steps);
        drive_block(their_bell);
        expect_runs(manager);
        expect_regs(THIMBLE_OK);
        cr_assert_eq(kernel.cells[driver].restart, 0U);
        for (u32 i = 0; i < THREADS; i++) {
            expect_fresh(worker[i], ARGUMENT + i);
        }
    }
}

/* All workers are above the manager, and stopped: each runs as soon as it is started again. The
 * service is behind them in the table. */
Test(restart, no_thread_finds_a_server_of_its_cell_stopped)
{
    u32 calls = 0;

    for (u32 steps = 1; steps < (items() + EACH - 1U) / EACH; steps++) {
        build_all();
        for (u32 i = 0; i < THREADS; i++) {
            build_priority(worker[i], 15);
        }
        drive_boot();
        drive_block(their_bell);
        for (u32 i = 0; i < THREADS; i++) {
            drive_stop(worker[i]);
        }
        drive_stop(service);
        notification_signal(&kernel.cpu[0], kernel.notification_count - 1U, 1);
        drive_schedule();
        drive_wait(their_bell, steps);
        expect_runs(manager);
        sim_clock.cost[PATH_RESTART_STEP] = SIM_TICK_INSTRUCTIONS;
        drive_hypercall(THIMBLE_CELL_RESTART, slot_driver);
        sim_clock.cost[PATH_RESTART_STEP] = 0;
        expect_runs(rival);
        drive_block(their_bell);
        for (; drive_running() == worker[0]; calls++) {
            drive_hypercall(THIMBLE_CALL, own_service, THIMBLE_TAG(1, 0));
            expect_runs(service);
            drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(2, 0));
            expect_runs(worker[0]);
            expect_regs(THIMBLE_OK, THIMBLE_TAG(2, 0));
            drive_block(own_quiet);
        }
        sim_shutdown();
    }
    cr_expect_gt(calls, 0, "no worker ran before the restart's end");
}

/* A worker that had been started again shows by this whether it is once more. */
static void mark(u32 value)
{
    for (u32 i = 0; i < THREADS; i++) {
        drive_thread(worker[i])->regs[3] = value;
    }
}

Test(restart, second_caller_starts_over)
{
    for (u32 steps = 1; steps < (items() + EACH - 1U) / EACH; steps++) {
        prepare_preempted(steps);
        mark(55);
        drive_hypercall(THIMBLE_CELL_RESTART, their_driver);
        expect_regs(THIMBLE_OK);
        for (u32 i = 0; i < THREADS; i++) {
            expect_fresh(worker[i], ARGUMENT + i);
        }
    }
}

Test(restart, first_caller_finds_it_done)
{
    for (u32 steps = 1; steps < (items() + EACH - 1U) / EACH; steps++) {
        prepare_preempted(steps);
        drive_hypercall(THIMBLE_CELL_RESTART, their_driver);
        expect_regs(THIMBLE_OK);
        mark(66);
        drive_block(their_bell);
        expect_runs(manager);
        expect_regs(THIMBLE_OK);
        cr_assert_eq(drive_reg(worker[0], 3), 66U, "started a second time");
        cr_assert_eq(drive_reg(worker[THREADS - 1U], 3), 66U, "started a second time");
    }
}

/* It comes as soon as manager is chosen, before the next step. */
Test(restart, goes_on_after_a_line_that_only_who_ran_kept_out)
{
    build_all();
    build_handled(1, 10);
    drive_boot();
    drive_block(their_bell);
    expect_runs(manager);
    drive_hypercall(THIMBLE_IRQ_BIND, slot_line, slot_bell);
    preempt(2);
    drive_line(OTHER_LINE, true);
    cr_expect_not(machine_interrupt_pending());
    drive_block(their_bell);
    expect_runs(manager);
    expect_regs(THIMBLE_OK);
    drive_hypercall(THIMBLE_IRQ_ACK, slot_line);
    expect_regs(THIMBLE_OK);
    drive_hypercall(THIMBLE_POLL, slot_bell);
    expect_regs(THIMBLE_OK, 1);
}

Test(restart, first_caller_helps_the_second)
{
    prepare_preempted(2);
    mark(55);
    /* rival's own is preempted in turn, and rival then waits for its budget: here
     * by hand, the core as it is left between two steps. */
    struct thread *r = drive_thread(rival);
    kernel.cells[driver].restart = 3;
    r->restart = THIMBLE_CELL_RESTART;
    r->state = THREAD_RESTART;
    kernel.cpu[0].regs[0] = their_driver;
    sc_block(&kernel.cpu[0], r->sc);
    sc_arm(sc_at(r->sc), 0, drive_time() + 50U);
    drive_sc(rival)->remaining = 0;
    drive_sc(rival)->refill = 1;
    drive_schedule();
    expect_runs(manager);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(kernel.cells[driver].restart, 0U);
    for (u32 i = 0; i < THREADS; i++) {
        expect_fresh(worker[i], ARGUMENT + i);
    }
    mark(66);
    drive_elapse(50);
    expect_runs(rival);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(drive_reg(worker[0], 3), 66U, "started a second time");
}

Test(restart, caller_that_was_stopped_leaves_nothing_to_skip)
{
    for (u32 steps = 1; steps < (items() + EACH - 1U) / EACH; steps++) {
        prepare_preempted(steps);
        drive_hypercall(THIMBLE_THREAD_STOP, their_worker);
        expect_regs(THIMBLE_OK);
        cr_assert_eq(drive_thread(manager)->state, THREAD_STOPPED);
        mark(55);
        drive_hypercall(THIMBLE_CELL_RESTART, their_driver);
        expect_regs(THIMBLE_OK);
        for (u32 i = 0; i < THREADS; i++) {
            expect_fresh(worker[i], ARGUMENT + i);
        }
    }
}

Test(restart, caller_that_was_started_anew_has_forgotten_its_own)
{
    prepare_preempted(4);
    drive_hypercall(THIMBLE_THREAD_STOP, their_worker);
    thread_reset(&kernel.cpu[0], boot_thread_index(manager));
    drive_block(their_bell);
    expect_runs(manager);
    mark(55);
    restart();
    expect_fresh(worker[0], ARGUMENT);
}

Test(restart, capability_that_went_meanwhile_ends_it)
{
    prepare_preempted(1);
    *drive_cap(owner, slot_driver) = 0;
    drive_block(their_bell);
    expect_runs(manager);
    expect_regs(THIMBLE_ERR_SLOT);
}

/* ---- thread_stop --------------------------------------------------------------------*/

Test(restart, stop_of_another_thread_leaves_the_rest_of_its_cell)
{
    drive_hypercall(THIMBLE_THREAD_STOP, slot_worker);
    expect_regs(THIMBLE_OK);
    expect_runs(manager);
    cr_assert_eq(drive_thread(worker[0])->state, THREAD_STOPPED);
    drive_block(slot_bell);
    expect_runs(worker[1]);
}

Test(restart, stop_of_a_server_tells_its_caller)
{
    drive_hypercall(THIMBLE_CALL, slot_service, 0);
    expect_runs(service);
    *drive_cap(driver, own_service) |= (cap_t)CONTROL << CAP_RIGHTS_SHIFT;
    drive_hypercall(THIMBLE_THREAD_STOP, own_service); /* itself */
    expect_runs(manager);
    expect_regs(THIMBLE_ERR_DEAD);
    expect_error(THIMBLE_ERR_DEAD, THIMBLE_CALL, slot_service, 0);
}

Test(restart, stop_twice_is_no_error)
{
    drive_hypercall(THIMBLE_THREAD_STOP, slot_worker);
    drive_hypercall(THIMBLE_THREAD_STOP, slot_worker);
    expect_regs(THIMBLE_OK);
}

Test(restart, stop_of_a_preempted_caller_forgets_its_hypercall)
{
    prepare_preempted(1);
    drive_hypercall(THIMBLE_THREAD_STOP, their_worker);
    cr_assert_eq(drive_thread(manager)->restart, 0U);
    cr_assert_eq(drive_thread(manager)->state, THREAD_STOPPED);
}

/* ---- errors ---------------------------------------------------------------------------*/

Test(restart, refuses_its_own_cell)
{
    expect_error(THIMBLE_ERR_SELF, THIMBLE_CELL_RESTART, slot_self);
}

Test(restart, refuses_what_is_no_cell_to_control)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CELL_RESTART, slot_free);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CELL_RESTART, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_CELL_RESTART, slot_worker);
    *drive_cap(owner, slot_driver) &= ~((cap_t)CONTROL << CAP_RIGHTS_SHIFT);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CELL_RESTART, slot_driver);
}

Test(restart, stop_refuses_what_is_no_thread_to_control)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_THREAD_STOP, slot_free);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_THREAD_STOP, slot_driver);
    *drive_cap(owner, slot_service) &= ~((cap_t)CONTROL << CAP_RIGHTS_SHIFT);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_THREAD_STOP, slot_service);
}
