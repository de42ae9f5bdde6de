/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's entries: one table of hypercalls, and interrupts. IPC keeps its
 * own results; every other hypercall returns its status.
 */
#include "hypercall.h"

#include "ipc.h"
#include "kernel.h"

struct kernel kernel;

static u32 hypercall_yield(struct cpu *cpu)
{
    machine_path(PATH_YIELD);
    sc_rotate(cpu, cpu->sc);
    return THIMBLE_OK;
}

static u32 hypercall_version(struct cpu *cpu)
{
    machine_path(PATH_VERSION);
    cpu->regs[1] = THIMBLE_ABI_VERSION;
    return THIMBLE_OK;
}

static u32 hypercall_simple(struct cpu *cpu, u32 number)
{
    switch (number) {
    case THIMBLE_SIGNAL:
        return notification_hypercall_signal(cpu);
    case THIMBLE_WAIT:
        return notification_hypercall_wait(cpu);
    case THIMBLE_POLL:
        return notification_hypercall_poll(cpu);
    case THIMBLE_IRQ_BIND:
        return irq_hypercall_bind(cpu);
    case THIMBLE_IRQ_ACK:
        return irq_hypercall_ack(cpu);
    case THIMBLE_YIELD:
        return hypercall_yield(cpu);
    case THIMBLE_VERSION:
        return hypercall_version(cpu);
    default:
        return machine_refuse(THIMBLE_ERR_HYPERCALL);
    }
}

void hypercall(struct cpu *cpu, u32 number)
{
    if (number == THIMBLE_CALL) {
        ipc_call(cpu);
        return;
    }
    if (number == THIMBLE_REPLY_RECV) {
        ipc_reply_recv(cpu);
        return;
    }
    machine_path(PATH_TRAP);
    if (number == THIMBLE_RECV) {
        ipc_recv(cpu);
        return;
    }
    u32 status = hypercall_simple(cpu, number);
    if (status != THIMBLE_OK) {
        machine_path(PATH_REFUSED);
    }
    cpu->regs[0] = status;
    if (cpu->resched) {
        schedule(cpu);
    }
}

static void timer_fire(struct cpu *cpu, u32 line)
{
    u64 now = machine_time();

    machine_path(PATH_TIMER);
    sc_charge(cpu, now);
    (void)sc_expire(cpu, now);
    /* Off, so that the line is quiet when it is deactivated. */
    cpu->timer = MACHINE_TIME_NEVER;
    machine_timer_set(MACHINE_TIME_NEVER);
    machine_line_deactivate(line);
    cpu->resched = 1;
}

void interrupt_take(struct cpu *cpu)
{
    u32 line = machine_line_take();

    machine_path(PATH_INTERRUPT);
    if (line == machine_line_timer()) {
        timer_fire(cpu, line);
    } else if (line != MACHINE_LINE_NONE) {
        irq_fire(cpu, line);
    }
}

void interrupt(struct cpu *cpu)
{
    interrupt_take(cpu);
    if (cpu->resched) {
        schedule(cpu);
    }
}
