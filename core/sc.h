/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling context: time as a resource. A priority and a budget per period,
 * enforced as a hard constant-bandwidth server with one remaining budget and
 * one deadline:
 *   on wake       refill if the deadline has passed, or if what remains would
 *                 exceed the reserved share up to it; else carry on
 *   on depletion  wait for the deadline, then refill; the deadline moves on by
 *                 one period
 * so on average it never gets more than its share. What it ran beyond its budget,
 * until the timer's interrupt was taken, is taken off that refill. In any window of one period
 * it gets at most two budgets if it never blocks, and less than three if it
 * does: one that others delayed, its share, and one that a wake renewed. A
 * context whose budget is its period is limited only by round robin within its
 * priority.
 *
 * Queued means: in its CPU's run queue. Queued contexts have budget left. A
 * context is in the deadline heap while it is depleted (until the refill) or
 * while its thread waits with a deadline, never both; and while a vCPU's timer does not
 * run in hardware, but is to wake it or raise it (vcpu.h).
 */
#ifndef CORE_SC_H
#define CORE_SC_H

#include "config.h"
#include "types.h"

struct cpu;

struct sc {
    u8 priority; /* bytes first: short instructions reach them there */
    u8 cpu;
    u8 queued;
    u8 base; /* priority; of a vCPU, while it is not lowered, */
    u8 low;  /* and while it is; else the same */
    u8 pad[11];
    u64 deadline;  /* ticks: end of the current period */
    u64 wake;      /* ticks: key in the deadline heap, while there */
    u64 consumed;  /* ticks run in all */
    u32 budget;    /* ticks per period */
    u32 period;    /* ticks */
    u32 remaining; /* ticks left before the deadline; as of cpu->started if running */
    u32 depleted;  /* how often the budget ran out before the deadline */
    u16 thread;    /* its owner, an active thread */
    u16 heap;      /* position in the deadline heap; NONE */
    u32 refill; /* ticks that the refill after the last depletion gives */
};

_Static_assert(sizeof(struct sc) == 64, "an index becomes an address by a shift");

/* The owner has become ready: refill by the rule above, and queue. */
void sc_wake(struct cpu *cpu, u32 index);
/* The owner blocks or stops: out of the run queue and the deadline heap. */
void sc_block(struct cpu *cpu, u32 index);
/* Its owner waits until `wake`; only if blocked. */
void sc_arm(struct cpu *cpu, u32 index, u64 wake);
/* For sc_charge() (queue.h): the running context has run out, after `ran` ticks. */
void sc_exhausted(struct cpu *cpu, u32 index, u64 ran);
/* The earliest entry of the deadline heap, if due: refills and queues its
 * context, or ends its owner's wait. At most one. */
void sc_expire(struct cpu *cpu, u64 now);
/* Moves the running context behind the others of its priority. */
void sc_rotate(struct cpu *cpu, u32 index);

#endif
