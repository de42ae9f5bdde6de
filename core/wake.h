/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from a signal or an interrupt to the thread that waits for it, when
 * nothing stands between: it is more urgent than what runs, so that it runs next
 * whatever else is ready. Only where the core has done nothing else since it was
 * entered.
 */
#ifndef CORE_WAKE_H
#define CORE_WAKE_H

#include "queue.h"

/* Does what notification_signal() and schedule() would do, in one go: true. The waiter of
 * notification `index` runs then, with the notification's bits and these; or the vCPU to
 * whose line it is bound, if it slept. If it is not certain that this is all there is to
 * do, nothing: false. */
bool wake_switch(struct cpu *cpu, u32 index, u32 bits);

/* Is it certain that the owner of `sc`, which is about to become ready, runs next? */
static inline bool wake_is_plain(const struct cpu *cpu, const struct sc *sc)
{
    /* Nothing left: whether it is refilled depends on the time. Low: its timer may matter. */
    return sc->armed == 0 && sc->lowered == 0 && sc->remaining != 0 && !machine_trace_slow(cpu) &&
           sc->urgency[0].reach < cpu->reach;
}

/* It is: the thread runs, whose context this is. Returns true. Apart from the question,
 * so that its registers are not saved where the answer is no. */
bool wake_run(struct cpu *cpu, struct thread *t, struct sc *sc);

#endif
