/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways into the core. The machine calls one of them with interrupts
 * masked, the thread's r0 to r7 in cpu->regs; on return it resumes
 * cpu->current, whose r0 to r7 are in cpu->regs then, in the address space
 * kernel.threads[cpu->current].space.
 */
#ifndef CORE_HYPERCALL_H
#define CORE_HYPERCALL_H

#include "fault.h"
#include "types.h"

struct cpu;

/* By a native thread. */
void hypercall(struct cpu *cpu, u32 number);
/* The same for all but call and reply_recv: a machine may tell these apart first. */
void hypercall_other(struct cpu *cpu, u32 number);
/* By a guest, to whom few are offered; and not its health notification. */
void hypercall_guest(struct cpu *cpu, u32 number);
/* Begins or continues a hypercall that manages objects, for the running thread, until
 * it is done or an interrupt wants in. cpu->resched says whether to choose anew who runs. */
void hypercall_run(struct cpu *cpu, u32 number);
/* An interrupt is pending: takes one. */
void interrupt(struct cpu *cpu);
/* Takes one interrupt; who runs is to be chosen anew: preemption points. */
void interrupt_take(struct cpu *cpu);
/* and fault() of fault.h */

#endif
