/* SPDX-License-Identifier: BSD-2-Clause */
/* vCPUs: start and stop, exits, sleep, the timer, priorities. */
#include "vcpu_rig.h"

#define URGENT THIMBLE_LINE_URGENT
#define TIMER VCPU_LINE_TIMER
#define TAG0 THIMBLE_TAG(0, 0)

/* ---- start and stop ------------------------------------------------------------*/

Test(vcpu, is_off_at_boot)
{
    vm_boot_off();
    vm_vmm_wait();
    expect_runs(NATIVE);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_STOPPED);
}

Test(vcpu, start_gives_registers)
{
    vm_boot();
    expect_regs(10, 11, 12, 13, 0, 0, 0, 0);
    cr_expect_eq(kernel.cpu[0].vcpu, 0);
    vm_settle();
    cr_expect_eq(sim.gic.cpu[0].hcr, machine_list_control(false, false));
    vm_vmm_wake();
    cr_expect_eq(sim.gic.cpu[0].hcr, 0);
    drive_hypercall(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
    expect_regs(THIMBLE_ERR_BUSY);
}

Test(vcpu, start_begins_anew)
{
    vm_boot();
    vm_timer(1000);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    drive_stop(GUEST);
    cr_expect_eq(kernel.cpu[0].vcpu, NONE);
    cr_expect_eq(sim.timer.ctl[SIM_TIMER_VIRTUAL], 0);
    vmm(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY, 1, 2, 3, 4);
    expect_runs(GUEST);
    expect_regs(1, 2, 3, 4, 0, 0, 0, 0);
    cr_expect_eq(drive_priority_of(GUEST), 10);
    drive_elapse(2000);
    vm_expect_none();
}

Test(vcpu, a_restart_of_its_cell_leaves_it_off)
{
    vm_boot();
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    vmm(THIMBLE_CELL_RESTART, VMM_MANAGER);
    expect_runs(NATIVE);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_STOPPED);
    cr_expect_eq(drive_thread(OTHER)->state, THREAD_STOPPED);
    vmm(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
    expect_runs(GUEST);
}

/* ---- exits ------------------------------------------------------------------------*/

static void exit_make(u32 kind)
{
    struct vcpu *v = vm_of(drive_running());

    for (u32 i = 0; i < VCPU_EXIT_WORDS; i++) {
        v->exit[i] = 0x100 + i;
    }
    vcpu_exit(&kernel.cpu[0], kind);
    drive_check();
    vm_settle();
}

static void expect_exit(u32 kind)
{
    expect_runs(SERVICE);
    expect_regs(77, THIMBLE_TAG(THIMBLE_LABEL_EXIT, 6), kind, 0x100, 0x101, 0x102, 0x103, 0x104);
}

static void answer(u32 action)
{
    drive_hypercall(THIMBLE_REPLY_RECV, 0, TAG0, action, 21, 22, 23, 24);
    vm_settle();
}

Test(vcpu_exit, is_a_call_with_its_words)
{
    vm_boot();
    exit_make(THIMBLE_EXIT_MMIO);
    expect_exit(THIMBLE_EXIT_MMIO);
    answer(THIMBLE_FAULT_RETRY);
    expect_runs(GUEST);
    cr_expect_not(sim_guests[boot_thread_index(GUEST)].skipped);
    expect_regs(10, 11, 12, 13);
    cr_expect_eq(drive_thread(GUEST)->fault_kind, 0);
}

/* Beyond its own table another's begins, or ends. */
Test(vcpu_exit, is_by_its_own_cells_capability)
{
    vm_boot();
    vmm(THIMBLE_CAP_COPY, VMM_CALL, VMM_SLOTS - 1U, THIMBLE_RIGHT_CALL, 1);
    exit_make(THIMBLE_EXIT_MMIO);
    expect_exit(THIMBLE_EXIT_MMIO);
}

/* Not the straight way: the answer is refused, or comes while all is recorded. */
Test(vcpu_exit, takes_no_answer_with_a_wrong_tag)
{
    vm_boot();
    exit_make(THIMBLE_EXIT_MMIO);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0x01000000U, THIMBLE_FAULT_RETRY);
    cr_expect_eq(kernel.cpu[0].regs[0], THIMBLE_ERR_TAG);
    answer(THIMBLE_FAULT_RETRY);
    expect_runs(GUEST);
}

Test(vcpu_exit, is_answered_while_tracing)
{
    vm_boot();
    trace_set(&kernel.cpu[0], true);
    exit_make(THIMBLE_EXIT_MMIO);
    expect_exit(THIMBLE_EXIT_MMIO);
    answer(THIMBLE_FAULT_SKIP);
    expect_runs(GUEST);
    trace_set(&kernel.cpu[0], false);
}

Test(vcpu_exit, skip_gives_values)
{
    vm_boot();
    exit_make(THIMBLE_EXIT_MMIO);
    answer(THIMBLE_FAULT_SKIP);
    cr_expect(sim_guests[boot_thread_index(GUEST)].skipped);
    cr_expect_eq(sim_guests[boot_thread_index(GUEST)].value, 21);
    expect_regs(10, 11, 12, 13);
    for (u32 kind = THIMBLE_EXIT_HVC; kind <= THIMBLE_EXIT_SMC; kind++) {
        exit_make(kind);
        expect_exit(kind);
        answer(THIMBLE_FAULT_SKIP);
        expect_regs(21, 22, 23, 24, 0, 0, 0, 0);
    }
}

Test(vcpu_exit, undef_is_an_exception)
{
    vm_boot();
    exit_make(THIMBLE_EXIT_REGISTER);
    answer(THIMBLE_EXIT_UNDEF);
    expect_runs(GUEST);
    cr_expect(sim_guests[boot_thread_index(GUEST)].undefined);
}

Test(vcpu_exit, undef_stops_a_native_thread)
{
    vm_boot();
    vm_sleep();
    expect_runs(NATIVE);
    drive_thread(NATIVE)->handler = NATIVE_CALL;
    drive_fault(THIMBLE_FAULT_MEMORY, 0, 0, 0);
    expect_runs(SERVICE);
    answer(THIMBLE_EXIT_UNDEF);
    cr_expect_eq(drive_thread(NATIVE)->state, THREAD_STOPPED);
}

Test(vcpu_exit, anything_else_stops_it)
{
    for (u32 action = THIMBLE_FAULT_STOP; action < 6U; action += 2) {
        vm_boot();
        exit_make(THIMBLE_EXIT_HVC);
        answer(action);
        expect_runs(NATIVE);
        cr_expect_eq(drive_thread(GUEST)->state, THREAD_STOPPED);
        cr_expect_eq(kernel.notifications[2].bits, 0x80);
        vmm(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
        expect_runs(GUEST);
    }
}

Test(vcpu_exit, without_a_handler_stops_it)
{
    vm_boot();
    drive_thread(GUEST)->handler = THIMBLE_NO_SLOT;
    exit_make(THIMBLE_EXIT_MMIO);
    expect_runs(NATIVE);
    cr_expect_eq(kernel.notifications[2].bits, 0x80);
}

Test(vcpu_exit, with_a_handler_that_it_must_not_call_stops_it)
{
    vm_boot();
    *drive_cap(drive_thread(GUEST)->cell, VM_HANDLER) =
        cap_make(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, boot_thread_index(SERVICE), 77);
    exit_make(THIMBLE_EXIT_MMIO);
    expect_runs(NATIVE);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_STOPPED);
    cr_expect_eq(kernel.notifications[2].bits, 0x80);
}

Test(vcpu_exit, waits_for_a_busy_handler)
{
    vm_boot();
    vm_sleep();
    drive_hypercall(THIMBLE_CALL, NATIVE_CALL, TAG0);
    expect_runs(SERVICE);
    vm_edge(40, 0x80 | URGENT);
    expect_runs(GUEST);
    exit_make(THIMBLE_EXIT_MMIO);
    expect_runs(SERVICE); /* helped, for the native thread */
    expect_regs(3);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_PENDING_FAULT);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, TAG0);
    vm_settle();
    expect_exit(THIMBLE_EXIT_MMIO);
    answer(THIMBLE_FAULT_SKIP);
    expect_runs(GUEST);
}

Test(vcpu_exit, is_sent_again_after_a_restart_of_the_handler)
{
    vm_boot();
    exit_make(THIMBLE_EXIT_REGISTER);
    expect_exit(THIMBLE_EXIT_REGISTER);
    drive_thread(NATIVE)->regs[0] = NATIVE_MANAGER;
    drive_priority(NATIVE, 30);
    expect_runs(NATIVE);
    drive_hypercall(THIMBLE_CELL_RESTART, NATIVE_MANAGER);
    expect_regs(THIMBLE_OK);
    drive_stop(NATIVE);
    expect_runs(VMM); /* from its start */
    vm_vmm_wait();
    expect_exit(THIMBLE_EXIT_REGISTER);
    answer(THIMBLE_FAULT_RETRY);
    expect_runs(GUEST);
}

Test(vcpu_exit, takes_interrupts_afterwards)
{
    vm_boot();
    exit_make(THIMBLE_EXIT_MMIO);
    expect_runs(SERVICE);
    drive_stop(VMM);
    kernel.notifications[0].vcpu = 1;
    kernel.notifications[0].line = 48;
    vm_of(GUEST)->source[48] = VCPU_SOURCE_SIGNAL;
    notification_signal(&kernel.cpu[0], 0, 1);
    drive_check();
    expect_runs(SERVICE);
    answer(THIMBLE_FAULT_RETRY);
    vm_expect(48);
}

Test(vcpu_exit, is_forgotten_when_it_is_stopped)
{
    vm_boot();
    exit_make(THIMBLE_EXIT_MMIO);
    vm_vmm_wake();
    drive_hypercall(THIMBLE_THREAD_STOP, VMM_GUEST);
    expect_regs(THIMBLE_OK);
    drive_hypercall(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY, 5, 0, 0, 0);
    expect_regs(THIMBLE_OK);
    drive_hypercall(THIMBLE_CALL, VMM_CALL, TAG0);
    expect_runs(SERVICE); /* still serves; its reply is dropped */
    answer(THIMBLE_FAULT_SKIP);
    expect_runs(SERVICE);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, TAG0);
    expect_runs(VMM);
    vm_vmm_wait();
    expect_runs(GUEST);
    expect_regs(5, 0, 0, 0);
}

/* ---- sleep ------------------------------------------------------------------------*/

Test(vcpu_sleep, waits_for_an_interrupt)
{
    vm_boot();
    vm_sleep();
    expect_runs(NATIVE);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_SLEEPING);
    drive_elapse(100000);
    expect_runs(NATIVE);
    vm_edge(40, 0x80 | URGENT);
    expect_runs(GUEST);
    vm_expect(40);
}

Test(vcpu_sleep, goes_on_if_one_is_pending)
{
    vm_boot();
    vm_edge(40, 0x80);
    vm_sleep();
    expect_runs(GUEST);
    cr_expect_eq(drive_priority_of(GUEST), 10);
    vm_expect(40);
    vm_sleep(); /* active is not pending */
    expect_runs(NATIVE);
}

/* Before the maintenance interrupt has said that its interrupt has ended. */
Test(vcpu_sleep, sees_a_level_that_is_still_high)
{
    vm_boot();
    vm_level(40, 0x80);
    vm_expect(40);
    sim.gic.cpu[0].lr[0] &= ~MACHINE_LIST_STATE;
    sim.gic.cpu[0].apr = 0;
    vcpu_sleep(&kernel.cpu[0]);
    drive_check();
    expect_runs(GUEST);
    vm_expect(40);
}

Test(vcpu_sleep, sees_one_that_waits_for_a_list_register)
{
    vm_boot();
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(40 + i, 0xa0 - 0x20 * i);
        vm_expect(40 + i);
    }
    vm_edge(50, 0xf0); /* less urgent than all handlers */
    cr_assert_neq(vm_of(GUEST)->pending[1], 0);
    vm_sleep();
    expect_runs(GUEST);
}

Test(vcpu_sleep, does_not_run_the_budget_down)
{
    vm_boot();
    vm_sleep();
    u64 before = sc_consumed(drive_sc(GUEST));
    drive_elapse(1000);
    cr_expect_eq(sc_consumed(drive_sc(GUEST)), before);
    vmm(THIMBLE_THREAD_STOP, VMM_GUEST);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_STOPPED);
}

Test(vcpu_sleep, is_not_ended_by_a_stale_injection)
{
    vm_boot();
    vm_sleep();
    vm_inject(40, 0);
    expect_runs(NATIVE);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_SLEEPING);
}

/* ---- the virtual timer --------------------------------------------------------------*/

static bool physical_active(void)
{
    return sim_gic_active(&sim.gic, 0, machine_line_virtual_timer());
}

Test(vcpu_timer, interrupts_a_running_guest)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80);
    vm_timer(100);
    drive_elapse(99);
    vm_expect_none();
    drive_elapse(1);
    vm_expect(TIMER);
    cr_expect(physical_active());
    vm_timer(300);
    vm_end(TIMER);
    cr_expect_not(physical_active());
    drive_elapse(200);
    vm_expect(TIMER);
}

Test(vcpu_timer, is_a_level)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80);
    vm_timer(100);
    drive_elapse(100);
    vm_expect(TIMER);
    vm_end(TIMER);
    vm_expect(TIMER); /* not set anew */
    vm_timer_off();
    vm_end(TIMER);
    vm_expect_none();
}

Test(vcpu_timer, not_enabled_does_nothing)
{
    vm_boot();
    vm_timer(100);
    drive_elapse(200);
    vm_expect_none();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80);
    vm_expect(TIMER);
    vm_bind(0, TIMER, THIMBLE_VCPU_UNBIND);
    cr_expect_not(physical_active());
    vm_end(TIMER);
    vm_expect_none();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80);
    vm_expect(TIMER);
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x40); /* again: active still */
    cr_expect(physical_active());
}

Test(vcpu_timer, wakes_a_sleeper_that_is_loaded)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80 | URGENT);
    vm_timer(100);
    vm_sleep();
    expect_runs(NATIVE);
    cr_expect_eq(drive_sc(GUEST)->armed, 0);
    drive_elapse(100);
    expect_runs(GUEST);
    vm_expect(TIMER);
}

/* GUEST sleeps, OTHER is loaded and runs. */
static void switched(u64 timer, u32 how)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, how);
    vm_timer(timer);
    vm_sleep();
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    expect_runs(OTHER);
    cr_expect_eq(kernel.cpu[0].vcpu, 1);
}

/* The deadline must ring though who runs had been chosen before it was known. */
Test(vcpu_timer, wakes_a_sleeper_that_is_not_loaded)
{
    switched(100, 0x80 | URGENT);
    cr_expect_neq(drive_sc(GUEST)->armed, 0);
    cr_expect_eq(kernel.cpu[0].timer, 100);
    cr_expect_eq(kernel.cpu[0].resched, 0);
    drive_elapse(100);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_READY);
    cr_expect_eq(drive_priority_of(GUEST), 10);
    drive_stop(OTHER);
    vm_settle();
    expect_runs(GUEST);
    vm_expect(TIMER);
}

Test(vcpu_timer, wakes_at_the_low_priority_unless_urgent)
{
    switched(100, 0x80);
    drive_elapse(100);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_SLEEPING, "less urgent than who runs");
    drive_stop(OTHER);
    expect_runs(NATIVE);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_SLEEPING);
    drive_stop(NATIVE);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_READY);
    cr_expect_eq(drive_priority_of(GUEST), 4);
    vm_settle();
    vm_expect(TIMER);
}

Test(vcpu_timer, a_line_wakes_before_the_deadline)
{
    switched(100, 0x80);
    vm_edge(40, 0x80 | URGENT);
    cr_expect_eq(drive_sc(GUEST)->armed, 0);
    drive_stop(OTHER);
    vm_settle();
    vm_expect(40);
    drive_elapse(100);
    vm_end(40);
    vm_expect(TIMER);
}

Test(vcpu_timer, one_that_has_passed_wakes_at_once)
{
    vm_boot();
    vm_sleep();
    drive_elapse(500);
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    expect_runs(OTHER);
    vm_of(GUEST)->timer = 400;
    vm_of(GUEST)->timer_control = 1;
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80 | URGENT); /* while it sleeps */
    drive_interrupts();
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_READY);
}

Test(vcpu_timer, of_a_stopped_sleeper_is_forgotten)
{
    switched(100, 0x80);
    drive_stop(GUEST);
    cr_expect_eq(drive_sc(GUEST)->armed, 0);
    drive_elapse(200);
    expect_runs(OTHER);
}

Test(vcpu_timer, that_is_off_wakes_nobody)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80);
    vm_timer(100);
    vm_timer_off();
    vm_sleep();
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    expect_runs(OTHER);
    cr_expect_eq(drive_sc(GUEST)->armed, 0);
    drive_elapse(1000);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_SLEEPING);
}

/* Whoever runs has the CPU's timer until then. */
Test(vcpu_timer, wakes_a_sleeper_after_another_deadline)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80 | URGENT);
    vm_timer(500);
    vm_sleep();
    vm_vmm_wake();
    drive_hypercall(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    drive_wait(VMM_SLEEP, 200);
    vm_settle();
    expect_runs(OTHER);
    cr_expect_eq(kernel.cpu[0].timer, 200);
    drive_elapse(200);
    expect_runs(VMM);
    expect_regs(THIMBLE_ERR_TIMEOUT);
    vm_vmm_wait();
    expect_runs(OTHER);
    drive_elapse(299);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_SLEEPING);
    drive_elapse(1);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_READY);
    drive_stop(OTHER);
    vm_settle();
    vm_expect(TIMER);
}

/* GUEST has lowered itself, and waits for its turn: NATIVE runs, and OTHER is loaded, asleep. */
static void lowered(u64 timer, u32 how)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, how);
    vm_timer(timer);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    vm_settle();
    expect_runs(OTHER);
    vm_sleep();
    expect_runs(NATIVE);
    cr_expect_eq(kernel.cpu[0].vcpu, 1);
}

Test(vcpu_timer, raises_one_that_has_lowered_itself_and_is_not_loaded)
{
    lowered(100, 0x80 | URGENT);
    drive_elapse(99);
    expect_runs(NATIVE);
    drive_elapse(1);
    vm_settle();
    expect_runs(GUEST);
    cr_expect_eq(drive_priority_of(GUEST), 10);
    vm_expect(TIMER);
}

Test(vcpu_timer, that_is_not_urgent_raises_nobody)
{
    lowered(100, 0x80);
    cr_expect_eq(kernel.due[PLACES][0], MACHINE_TIME_NEVER);
    drive_elapse(200);
    expect_runs(NATIVE);
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80 | URGENT); /* it is now, and due */
    vm_settle();
    expect_runs(GUEST);
    vm_expect(TIMER);
}

Test(vcpu_timer, of_one_that_was_lowered_goes_on_in_hardware)
{
    lowered(100, 0x80 | URGENT);
    drive_stop(NATIVE);
    vm_settle();
    expect_runs(GUEST);
    cr_expect_eq(kernel.due[PLACES][0], MACHINE_TIME_NEVER);
    vm_expect_none();
    drive_elapse(100);
    vm_expect(TIMER);
    cr_expect_eq(drive_priority_of(GUEST), 10);
}

/* Woken by a line that leaves it low, it waits for its turn. */
Test(vcpu_timer, raises_one_that_was_woken_and_stays_low)
{
    switched(100, 0x80 | URGENT);
    vm_edge(40, 0x90);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_READY);
    cr_expect_eq(drive_priority_of(GUEST), 4);
    vm_sleep(); /* OTHER */
    expect_runs(NATIVE);
    drive_elapse(100);
    vm_settle();
    expect_runs(GUEST);
    vm_expect(TIMER);
}

/* GUEST has lowered itself and exited, OTHER is loaded, and the service works on GUEST's time
 * until that is out: then the context waits for more, and for its timer after that. */
Test(vcpu_timer, of_one_that_is_out_of_budget_comes_after_that)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80 | URGENT);
    vm_timer(4000);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    drive_stop(NATIVE);
    vm_settle();
    exit_make(THIMBLE_EXIT_MMIO);
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    vm_settle();
    expect_runs(OTHER);
    vm_sleep();
    expect_runs(SERVICE);
    struct sc *sc = drive_sc(GUEST);
    cr_expect_eq(drive_deadline(GUEST), 4000);
    sc->budget = 1000;
    sc->refill = 1000;
    sc->period = 2000;
    sc->deadline = 2000;
    sc->remaining = 500;
    drive_schedule();
    drive_elapse(500);
    cr_expect_not(sc->queued);
    cr_expect_eq(drive_deadline(GUEST), 2000);
    drive_elapse(2000 - machine_time());
    cr_expect(sc->queued);
    cr_expect_eq(sc_urgency(sc)->priority, 4);
    cr_expect_eq(drive_deadline(GUEST), 4000);
    drive_elapse(4000 - machine_time());
    cr_expect_eq(sc_urgency(sc)->priority, 10);
}

/* Both at one tick: the next budget comes when it is due, and not for the timer. */
Test(vcpu_timer, that_comes_as_the_budget_ends_gives_no_other_budget)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80 | URGENT);
    vm_timer(500);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    drive_stop(NATIVE);
    vm_settle();
    exit_make(THIMBLE_EXIT_MMIO);
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    vm_settle();
    expect_runs(OTHER);
    vm_sleep();
    expect_runs(SERVICE);
    struct sc *sc = drive_sc(GUEST);
    sc->budget = 1000;
    sc->refill = 1000;
    sc->period = 2000;
    sc->deadline = 2000;
    sc->remaining = (u32)(500U - machine_time());
    drive_schedule();
    drive_elapse(500U - machine_time());
    cr_expect_not(sc->queued);
    cr_expect_eq(sc->remaining, 0U);
    cr_expect_eq(drive_deadline(GUEST), 2000);
    drive_elapse(2000 - machine_time());
    cr_expect(sc->queued);
    cr_expect_eq(sc->remaining, 1000U);
}

Test(vcpu_timer, bound_anew_while_it_sleeps_keeps_the_deadline)
{
    switched(100, 0x80);
    vm_bind(0, TIMER, THIMBLE_VCPU_UNBIND);
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80 | URGENT);
    cr_expect_neq(drive_sc(GUEST)->armed, 0);
    drive_elapse(99);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_SLEEPING);
    drive_elapse(1);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_READY);
    drive_stop(OTHER);
    vm_settle();
    vm_expect(TIMER);
}

/* Both have taken theirs, and neither has ended it. */
Test(vcpu_timer, is_active_in_two_guests_at_once)
{
    switched(100, 0x80 | URGENT);
    vmm(THIMBLE_VCPU_BIND, VMM_OTHER, THIMBLE_NO_SLOT, TIMER, 0x80);
    vm_timer(150);
    drive_elapse(150);
    vm_expect(TIMER);
    cr_expect(physical_active());
    sc_rotate(&kernel.cpu[0], drive_thread(OTHER)->sc);
    drive_schedule();
    vm_settle();
    expect_runs(GUEST);
    cr_expect(vm_of(OTHER)->timer_active);
    vm_expect(TIMER); /* its own */
    cr_expect(physical_active());
    vm_timer(400);
    vm_end(TIMER);
    cr_expect_not(physical_active());
    vm_sleep();
    expect_runs(OTHER);
    cr_expect(physical_active());
    vm_expect_none();
    vm_timer_off();
    vm_end(TIMER);
    cr_expect_not(physical_active());
    vm_expect_none();
    drive_elapse(250);
    expect_runs(OTHER);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_READY);
}

Test(vcpu_timer, unbound_while_not_loaded_is_not_active_later)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80);
    vm_timer(100);
    drive_elapse(100);
    vm_expect(TIMER);
    vm_sleep();
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    cr_expect(vm_of(GUEST)->timer_active);
    vm_bind(0, TIMER, THIMBLE_VCPU_UNBIND);
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80 | URGENT);
    drive_interrupts();
    drive_stop(OTHER);
    vm_settle();
    expect_runs(GUEST);
    vm_end(TIMER);
    vm_expect(TIMER);
}

Test(vcpu_timer, is_nobodys_while_no_vcpu_is_loaded)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80);
    drive_stop(GUEST);
    machine_virtual_timer_start(1, 0);
    drive_interrupts(); /* masked */
    drive_line_activate(machine_line_virtual_timer());
    cr_expect(vcpu_interrupt(&kernel.cpu[0], machine_line_virtual_timer())); /* taken before */
    cr_expect_not(physical_active());
    cr_expect(vcpu_interrupt(&kernel.cpu[0], machine_line_maintenance()));
    cr_expect_not(vcpu_interrupt(&kernel.cpu[0], VM_LINE));
    drive_check();
}

Test(vcpu_timer, taken_before_it_was_unbound_is_nothing)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, TIMER, 0x80);
    vm_bind(0, TIMER, THIMBLE_VCPU_UNBIND);
    cr_expect_eq(kernel.cpu[0].vcpu, 0);
    drive_line_activate(machine_line_virtual_timer());
    cr_expect(vcpu_interrupt(&kernel.cpu[0], machine_line_virtual_timer())); /* taken before */
    cr_expect_not(physical_active());
    vm_expect_none();
}

/* ---- priorities -----------------------------------------------------------------------*/

Test(vcpu_priority, lowers_itself_below_others)
{
    vm_boot();
    drive_hypercall(THIMBLE_VCPU_LOWER);
    vm_settle();
    expect_runs(NATIVE);
    cr_expect_eq(drive_reg(GUEST, 0), THIMBLE_OK);
    vm_edge(40, 0x80);
    expect_runs(NATIVE); /* not urgent */
    vm_edge(41, 0x80 | URGENT);
    expect_runs(GUEST);
    cr_expect_eq(drive_priority_of(GUEST), 10);
    vm_end(vm_take());
    vm_end(vm_take());
    drive_hypercall(THIMBLE_VCPU_LOWER);
    vm_bind(VMM_IRQ, 50, URGENT);
    expect_runs(NATIVE);
    drive_line(VM_LINE, true);
    vm_settle();
    expect_runs(GUEST);
}

Test(vcpu_priority, stays_if_an_urgent_line_is_pending)
{
    vm_boot();
    vm_edge(40, 0x80 | URGENT);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    expect_runs(GUEST);
    expect_regs(THIMBLE_OK);
    cr_expect_eq(drive_priority_of(GUEST), 10);
    vm_expect(40);
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(50 + i, 0x10);
    }
    vm_edge(45, 0xf0 | URGENT); /* waits */
    drive_hypercall(THIMBLE_VCPU_LOWER);
    expect_runs(GUEST);
    vm_inject(45, 0);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    vm_settle();
    expect_runs(NATIVE);
}

/* The same of lines that have ended and are high still. */
Test(vcpu_priority, stays_if_an_urgent_level_is_still_high)
{
    vm_boot();
    vm_level(40, 0x80 | URGENT);
    vm_expect(40);
    sim.gic.cpu[0].lr[0] &= ~MACHINE_LIST_STATE;
    sim.gic.cpu[0].apr = 0;
    drive_hypercall(THIMBLE_VCPU_LOWER);
    expect_runs(GUEST);
    cr_expect_eq(drive_priority_of(GUEST), 10);
    vm_expect(40);
}

Test(vcpu_priority, lowered_twice_is_lowered)
{
    vm_boot();
    drive_hypercall(THIMBLE_VCPU_LOWER);
    drive_stop(NATIVE);
    vm_settle();
    expect_runs(GUEST);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    expect_runs(GUEST);
    cr_expect_eq(drive_priority_of(GUEST), 4);
}

Test(vcpu_priority, urgency_reaches_whom_it_has_called)
{
    vm_boot();
    drive_hypercall(THIMBLE_VCPU_LOWER);
    drive_stop(NATIVE);
    vm_settle();
    exit_make(THIMBLE_EXIT_MMIO);
    expect_runs(SERVICE);
    vm_vmm_wake();
    drive_hypercall(THIMBLE_VCPU_INJECT, VMM_GUEST, 40, THIMBLE_LINE_HIGH | URGENT);
    vm_vmm_wait();
    expect_runs(SERVICE);
    cr_expect_eq(sc_urgency(&kernel.scs[kernel.cpu[0].sc])->priority, 10);
    answer(THIMBLE_FAULT_RETRY);
    vm_expect(40);
}

/* ---- budget ---------------------------------------------------------------------------*/

Test(vcpu_budget, runs_out_in_a_guest)
{
    vm_boot();
    struct sc *sc = drive_sc(GUEST);
    vm_sleep();
    sc->budget = 100;
    sc->refill = 100;
    sc->remaining = 0;
    sc->period = 1000;
    sc->deadline = 0;
    vm_edge(40, 0x80 | URGENT);
    expect_runs(GUEST);
    drive_elapse(100);
    vm_settle();
    expect_runs(NATIVE);
    cr_expect_neq(sc->armed, 0);
    vm_edge(41, 0x80 | URGENT); /* depleted: pending, and no more */
    expect_runs(NATIVE);
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY); /* loaded in its place */
    drive_stop(OTHER);
    drive_elapse(900);
    vm_settle();
    expect_runs(GUEST);
    vm_end(vm_take());
    vm_end(vm_take());
    vm_expect_none();
}

/* Its deadline is that of the refill, not its timer's. */
Test(vcpu_budget, comes_although_its_timer_is_bound_meanwhile)
{
    vm_boot();
    struct sc *sc = drive_sc(GUEST);
    vm_sleep();
    sc->budget = 100;
    sc->remaining = 0;
    sc->refill = 100;
    sc->period = 1000;
    sc->deadline = 0;
    vm_edge(40, 0x80);
    drive_stop(NATIVE);
    vm_settle();
    expect_runs(GUEST);
    drive_elapse(100);
    expect_idle();
    u32 armed = sc->armed;
    cr_assert_neq(armed, 0);
    vm_bind(THIMBLE_NO_SLOT, VCPU_LINE_TIMER, 0x80 | URGENT);
    cr_expect_eq(sc->armed, armed);
    drive_elapse(900);
    vm_settle();
    expect_runs(GUEST);
}

Test(vcpu_budget, urgent_while_depleted_is_served_at_its_refill)
{
    vm_boot();
    struct sc *sc = drive_sc(GUEST);
    vm_sleep();
    sc->budget = 100;
    sc->refill = 100;
    sc->remaining = 0;
    sc->period = 1000;
    sc->deadline = 0;
    vm_edge(40, 0x80);
    drive_stop(NATIVE);
    vm_settle();
    expect_runs(GUEST);
    drive_elapse(100);
    expect_idle();
    cr_expect_eq(sc_urgency(sc)->priority, 4);
    vm_edge(41, 0x80 | URGENT);
    cr_expect_eq(sc_urgency(sc)->priority, 10);
    expect_idle();
    drive_elapse(900);
    vm_settle();
    expect_runs(GUEST);
}
