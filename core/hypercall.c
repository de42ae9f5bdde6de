/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's entries: one table of hypercalls, and interrupts. IPC keeps its
 * own results; every other hypercall returns its status.
 */
#include "hypercall.h"

#include "ipc.h"
#include "kernel.h"
#include "klog.h"
#include "queue.h"
#include "wake.h"

/* On a cache line; and the simulator's guests, which see the first registers as
 * an array, may reach them by vector accesses. */
_Alignas(64) struct kernel kernel;

/* A fixed system does without THIMBLE_REGION_DERIVE and the two that follow it. */
#define FIXED_WITHOUT (THIMBLE_REGION_UNMAP - THIMBLE_REGION_DERIVE)
_Static_assert(FIXED_WITHOUT == 2U && THIMBLE_REGION_MAP < THIMBLE_REGION_UNMAP, "just these");

/* Those that manage objects: the long ones return MORE until they are done. */
static u32 hypercall_management(struct cpu *cpu, u32 number)
{
    if (machine_space_fixed() && number - THIMBLE_REGION_DERIVE <= FIXED_WITHOUT) {
        return machine_refuse(THIMBLE_ERR_HYPERCALL);
    }
    switch (number) {
    case THIMBLE_CAP_COPY:
        return derivation_hypercall_copy(cpu);
    case THIMBLE_CAP_MOVE:
        return derivation_hypercall_move(cpu);
    case THIMBLE_CAP_REVOKE:
        return derivation_hypercall_revoke(cpu);
    case THIMBLE_CAP_DELETE:
        return derivation_hypercall_delete(cpu);
    case THIMBLE_REGION_DERIVE:
        return region_hypercall_derive(cpu);
    case THIMBLE_REGION_MAP:
        return region_hypercall_map(cpu);
    case THIMBLE_REGION_UNMAP:
        return region_hypercall_unmap(cpu);
    case THIMBLE_WINDOW:
        return derivation_hypercall_window(cpu);
    case THIMBLE_THREAD_STOP:
        return thread_hypercall_stop(cpu);
    case THIMBLE_CELL_RESTART:
        return cell_hypercall_restart(cpu);
    case THIMBLE_CACHE_MAINTAIN:
        return region_hypercall_maintain(cpu);
    default:
        return VCPU_MAX != 0 ? vcpu_hypercall(cpu, number)
                             : machine_refuse(THIMBLE_ERR_HYPERCALL);
    }
}

/* All below THIMBLE_CAP_COPY that are not IPC and no signal. */
_Static_assert(THIMBLE_YIELD + 1U == THIMBLE_VERSION && THIMBLE_VERSION + 1U == THIMBLE_CAP_COPY,
               "what is none of the others is THIMBLE_VERSION");

static u32 hypercall_simple(struct cpu *cpu, u32 number)
{
    switch (number) {
    case THIMBLE_WAIT:
        return notification_hypercall_wait(cpu);
    case THIMBLE_POLL:
        return notification_hypercall_poll(cpu);
    case THIMBLE_IRQ_BIND:
        return irq_hypercall_bind(cpu);
    case THIMBLE_IRQ_ACK:
        return irq_hypercall_ack(cpu);
    case THIMBLE_YIELD:
        machine_path(PATH_YIELD);
        sc_rotate(cpu, cpu->sc);
        return THIMBLE_OK;
    default:
        machine_path(PATH_VERSION);
        cpu->regs[1] = THIMBLE_ABI_VERSION;
        return THIMBLE_OK;
    }
}

void hypercall_run(struct cpu *cpu, u32 number)
{
    u32 current = cpu->current;

    do {
        machine_path(PATH_MANAGE);
        u32 status = hypercall_management(cpu, number);
        if (status != MORE) {
            thread_at(current)->restart = 0;
            thread_regs(cpu, current)[0] = status;
            trace(cpu, TRACE_HYPERCALL, current, number, status);
            return;
        }
        thread_at(current)->restart = (u8)number;
    } while (!machine_interrupt_pending());
    machine_sometimes_if(kernel.revocation.cap != NONE && !kernel.revocation.unlinking,
                         MARK_REVOKE_MARKING);
    machine_sometimes_if(kernel.revocation.unlinking, MARK_REVOKE_REMOVING);
    machine_sometimes_if(number == THIMBLE_REGION_MAP, MARK_MAP_PREEMPTED);
    machine_sometimes_if(number == THIMBLE_CELL_RESTART, MARK_RESTART_PREEMPTED);
    thread_at(current)->state = THREAD_RESTART;
    interrupt_take(cpu);
}

/* Apart, so that its registers are not saved on the way to the fast paths. */
static void __attribute__((noinline)) hypercall_slow(struct cpu *cpu, u32 number)
{
    machine_path(PATH_TRAP);
    if (number >= THIMBLE_CAP_COPY) {
        hypercall_run(cpu, number);
    } else if (number == THIMBLE_RECV) {
        ipc_recv(cpu);
        return;
    } else {
        cpu->regs[0] = hypercall_simple(cpu, number);
        trace(cpu, TRACE_HYPERCALL, cpu->current, number, cpu->regs[0]);
    }
    if (cpu->resched) {
        schedule(cpu);
    }
}

void hypercall_other(struct cpu *cpu, u32 number)
{
    if (number == THIMBLE_SIGNAL) {
        notification_hypercall_signal(cpu);
    } else {
        hypercall_slow(cpu, number);
    }
}

void hypercall(struct cpu *cpu, u32 number)
{
    if (number == THIMBLE_CALL) {
        ipc_call(cpu);
    } else if (number == THIMBLE_REPLY_RECV) {
        ipc_reply_recv(cpu);
    } else {
        hypercall_other(cpu, number);
    }
}

static void __attribute__((noinline)) guest_refuse(struct cpu *cpu, u32 number)
{
    u32 err = number == THIMBLE_POLL ? THIMBLE_ERR_SLOT : THIMBLE_ERR_HYPERCALL;

    cpu->regs[0] = machine_refuse(err);
    trace(cpu, TRACE_HYPERCALL, cpu->current, number, err);
}

/* All that a guest may ask for: its cell's table has what serves it and starts it, which is
 * not for it to use or to change. */
void hypercall_guest(struct cpu *cpu, u32 number)
{
    if (__builtin_expect(number == THIMBLE_SIGNAL, 1)) {
        notification_guest_signal(cpu);
    } else if (number - THIMBLE_YIELD <= THIMBLE_VERSION - THIMBLE_YIELD ||
               number == THIMBLE_VCPU_LOWER ||
               (number == THIMBLE_POLL && cpu->regs[0] != thread_at(cpu->current)->health)) {
        hypercall_slow(cpu, number);
    } else {
        guest_refuse(cpu, number);
    }
}

static void interrupt_handle(struct cpu *cpu, u32 line)
{
    trace(cpu, TRACE_INTERRUPT, cpu->current, line, 0);
    machine_sometimes_if(line == MACHINE_LINE_NONE, MARK_IRQ_SPURIOUS);
    if (line == machine_line_timer()) {
        machine_path(PATH_TIMER);
        sc_charge(cpu, machine_time());
        /* Off until the choice, if there is one, so that the line is quiet when deactivated. */
        cpu->timer = MACHINE_TIME_NEVER;
        cpu->resched = !sc_expire(cpu);
        machine_timer_set(cpu->timer);
        machine_line_deactivate(line);
    } else if (line != MACHINE_LINE_NONE && !(VCPU_MAX != 0 && vcpu_interrupt(cpu, line))) {
        irq_fire(cpu, line);
    }
}

void interrupt_take(struct cpu *cpu)
{
    cpu->resched = 1; /* nothing goes straight from here */
    machine_path(PATH_INTERRUPT);
    interrupt_handle(cpu, machine_line_take());
}

/* Whatever an interrupt may mean. Apart, so that its registers are not saved on
 * the straight way. */
static void __attribute__((noinline)) interrupt_other(struct cpu *cpu, u32 line)
{
    u32 before = cpu->current;

    interrupt_handle(cpu, line);
    if (cpu->resched) {
        schedule(cpu);
    }
    /* A step of printing, but never in the way of whom the interrupt has woken, or of the
     * running guest whose own it may be or whose list registers are old, nor of the next one. */
    u32 vcpu = thread_at(before)->vcpu;
    bool guests = VCPU_MAX != 0 && vcpu != 0 &&
                  (line != machine_line_timer() || vcpu_at(vcpu - 1U)->control == 0);
    if (cpu->printing && cpu->current == before && !guests && !machine_interrupt_pending()) {
        (void)klog_step(cpu);
    }
}

/* Straight from a line to its driver, if that runs at once; else nothing. */
static inline bool interrupt_driver(struct cpu *cpu, u32 line)
{
    u32 index = line < LINE_MAX ? kernel.line_irq[line] : NONE;

    if (index == NONE) {
        return false;
    }
    struct irq *irq = irq_at(index);
    if (irq->target == NONE) {
        return false;
    }
    cap_t cap = kernel.caps[irq->target];
    if (!cap_matches(cap, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL)) {
        return false;
    }
    irq->active = 1; /* whatever comes of it */
    return wake_switch(cpu, cap_object(cap), cap_badge(cap));
}

void interrupt(struct cpu *cpu)
{
    u32 line = machine_line_next();

    machine_path(PATH_INTERRUPT);
    if (interrupt_driver(cpu, line)) {
        machine_path(PATH_IRQ_FIRE);
    } else {
        interrupt_other(cpu, line);
    }
}
