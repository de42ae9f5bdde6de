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
 * until the timer's interrupt was taken, is taken off the next refill. In any window of one period
 * it gets at most two budgets if it never blocks, and less than three if it
 * does: one that others delayed, its share, and one that a wake renewed. A
 * context whose budget is its period is limited only by round robin within its
 * priority.
 *
 * Queued means: in its CPU's run queue. Queued contexts have budget left. A
 * context has a deadline (deadline.h) while it is depleted (until the refill) or
 * while its thread waits until a time, never both; and while a vCPU's timer does not
 * run in hardware, but is to wake it or raise it (vcpu.h).
 */
#ifndef CORE_SC_H
#define CORE_SC_H

#include "config.h"
#include "types.h"

struct cpu;

/* How urgent it is. */
struct urgency {
    u16 place; /* in the order of urgency (deadline.h) */
    u16 reach; /* so many places are as urgent, or more */
    u8 priority;
    u8 mask; /* machine_mask() of lines that its owner handles; in boot's tables, their level */
    u8 pad[2];
};

struct sc {
    struct urgency urgency[2]; /* of a vCPU the second one while it is lowered; else alike */
    u64 deadline;  /* ticks: end of the current period */
    u64 given;     /* ticks it had in all: those that it ran, and those that remain */
    u32 budget;    /* ticks per period */
    u32 period;    /* ticks */
    u32 remaining; /* ticks left before the deadline; as of cpu->started if running */
    u32 depleted;  /* how often the budget ran out before the deadline */
    u32 refill;    /* ticks that the next one gives: the budget, but for what was run beyond it */
    u16 armed;     /* its deadline's place, and one; 0: it has none */
    u16 lowered;   /* which urgency it has: 0, or `low` */
    u16 thread;    /* its owner, an active thread */
    u8 queued;
    u8 low; /* 1: a vCPU that can be lowered */
};

_Static_assert(sizeof(struct sc) == 64, "an index becomes an address by a shift");

static inline const struct urgency *sc_urgency(const struct sc *sc)
{
    return &sc->urgency[VCPU_MAX != 0 ? sc->lowered : 0];
}

/* Ticks run in all, until cpu->started. */
static inline u64 sc_consumed(const struct sc *sc)
{
    return sc->given - sc->remaining;
}

/* The owner has become ready: refill by the rule above, and queue. */
void sc_wake(struct cpu *cpu, u32 index);
/* The owner blocks or stops: out of the run queue, and without a deadline. */
void sc_block(struct cpu *cpu, u32 index);
/* Its deadline, by its urgency while it is lowered, or not; it has had none. Who does this sees
 * to the timer. */
void sc_arm(struct sc *sc, u32 lowered, u64 at);
/* It has one, and has none from now on. */
void sc_disarm_it(struct sc *sc);
static inline __attribute__((always_inline)) void sc_disarm(struct sc *sc)
{
    if (sc->armed != 0) {
        sc_disarm_it(sc);
    }
}
/* For sc_charge() (queue.h): the running context has run out, after `ran` ticks. */
void sc_exhausted(struct cpu *cpu, u32 index, u64 ran);
/* The most urgent context whose deadline has come by cpu->started, if it is as urgent as the
 * running one: it is refilled and queued, or its owner's wait ends; it pays for that. True: its
 * owner runs already, straight. */
bool sc_expire(struct cpu *cpu);
/* Moves the running context behind the others of its priority. */
void sc_rotate(struct cpu *cpu, u32 index);

#endif
