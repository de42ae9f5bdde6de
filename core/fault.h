/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults: a call to the thread's fault handler, made on its behalf. The
 * thread's registers stay as they are until the handler's reply says whether
 * the instruction is repeated or skipped, or the thread stopped.
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include "types.h"

struct cpu;

/* The running thread has faulted: THIMBLE_FAULT_*, guest address, ACCESS_*,
 * guest program counter. A kernel entry, like hypercall(). */
void fault(struct cpu *cpu, u32 kind, u32 address, u32 access, u32 pc);
/* Sends (or sends again) the fault of `thread` to its handler. Without a
 * handler that can take it, the thread is THREAD_FAILED, and ends when its turn
 * comes again; a passive one ends at once. NONE if that happened; else the
 * handler, which may be busy: then the thread is THREAD_PENDING_FAULT. */
u32 fault_send(struct cpu *cpu, u32 thread);
/* Stops a thread whose fault nobody takes, and signals its health notification.
 * Returns NONE. */
u32 fault_end(struct cpu *cpu, u32 thread);
/* The handler's reply, taken from its registers. */
void fault_answer(struct cpu *cpu, u32 thread, const u32 *regs);

#endif
