/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * By when a context has its budget, whatever others do: from the moment that a line, a
 * deadline or a signal makes its thread ready, until its budget is used up. All times are
 * in nanoseconds.
 *
 * What it is made of is in struct bound. docs/assurance.md has the reasons.
 */
#ifndef USER_DESCRIBE_TIMING_H
#define USER_DESCRIBE_TIMING_H

#include "model.h"

#define TIMING_NEVER (~(u64)0)

/* What the core takes, at most, in a system of this size on this board. */
struct costs {
    u64 stretch; /* with interrupts masked */
    u64 release; /* from what makes it ready to its first instruction */
    u64 fire;    /* an interrupt after which the same thread runs on */
    u64 event;   /* somebody becomes ready, and blocks or runs out */
    u64 hop;     /* a step along the calls of who runs on */
    u64 tick;    /* of the counter */
};

struct bound {
    u64 stretch; /* the core has begun something else, */
    u64 own;     /* takes a deadline of somebody else first, and comes to this thread */
    u64 budget;
    u64 more;    /* contexts more urgent: what they may run, */
    u64 paths;   /* and how often they begin */
    u64 equal;   /* contexts as urgent, with their paths */
    u64 lines;   /* each line that is let in meanwhile, once */
    u64 total;   /* TIMING_NEVER: an unlimited thread is above it */
    /* Of the budget: */
    u64 charged; /* of the core, for others */
    u64 help;    /* requests of others, that its servers finish first */
    u64 late;    /* held back if it has not quite a new budget when it becomes ready */
};

struct costs timing_costs(const struct model *m, u32 thread);
/* model_thread.delay of all threads, and levels: before anything else is asked. */
void timing_prepare(struct model *m);
/* Looks no further than `most`, if there are more: then the total is beyond that. */
struct bound timing_bound(const struct model *m, u32 thread, u64 most);
/* What is left of the budget for the thread's program, its hypercalls, and its requests. */
u64 timing_left(const struct bound *b);
/* Of a vCPU, that which it may lower itself to. */
u32 timing_priority(const struct system_thread *t);

/* For "%llu.%llu": microseconds and tenths, rounded up. */
#define TIMING_TENTHS(ns)                                     \
    (unsigned long long)(((ns) + 99U) / 1000U),               \
        (unsigned long long)(((ns) + 99U) / 100U % 10U)

/* Active, and with a budget that is less than all time. */
bool timing_limited(const struct system_thread *t);
/* The active threads by falling priority; of one priority, in description
 * order. NOWHERE before the first and behind the last. */
u32 timing_next(const struct model *m, u32 thread);

/* servers.c. Which passive threads a thread may call, it or those that it calls, by the
 * capabilities of their cells and as fault handlers: marks[] of all threads. */
void servers_mark(const struct model *m, u32 thread, bool *marks);
/* How deep its calls may be nested. */
u32 servers_depth(const struct model *m, u32 thread);
/* Passive thread `server` may be called for another active thread than this. */
bool servers_shared(const struct model *m, u32 server, u32 thread);
/* Lines of its cell, and of those of threads that it may call. */
u32 servers_lines(const struct model *m, u32 thread);

/* levels.c. How urgent lines are for the interrupt controller: model.lines, model.levels. */
void levels_make(struct model *m);
/* While a thread of this priority runs, this line may interrupt it. */
bool level_lets_in(const struct model *m, u32 priority, u32 irq);

#endif
