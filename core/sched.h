/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run queues and the choice of who runs. Fixed priority,
 * preemptive, one queue of scheduling contexts per priority and CPU; a bitmap
 * finds the highest in two steps. Donation keeps all of it out of IPC: a call
 * and its reply touch none of this.
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include "config.h"
#include "types.h"

struct cpu;

/* Node of a circular list; links are indices into kernel.links. A context's node
 * has its index; behind them are the sentinels of the run queues. */
struct link {
    u16 next;
    u16 prev;
};

void queue_init(struct cpu *cpu);

/* Chooses who runs, and switches to it: the highest scheduling context, at the
 * end of the chain of calls that starts at its owner. */
void schedule(struct cpu *cpu);

#endif
