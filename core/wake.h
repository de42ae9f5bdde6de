/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from a signal or an interrupt to the thread that waits for it, when
 * nothing stands between: it is more urgent than what runs, so that it runs next
 * whatever else is ready. Does what notification_signal() and schedule() would
 * do, in one go; if that is not certain, nothing.
 */
#ifndef CORE_WAKE_H
#define CORE_WAKE_H

#include "kernel.h"
#include "queue.h"

/* Its waiter may run: out of the way of the conditions, all of which are known. */
static inline void wake_commit(struct cpu *cpu, struct thread *t, struct sc *sc, u64 now)
{
    machine_path(PATH_SCHEDULE);
    t->waits_on = NONE;
    t->state = THREAD_READY;
    queue_insert_tail(cpu, t->sc);
    sc->queued = 1;
    sc_charge(cpu, now);
    cpu->sc = t->sc;
    cpu->not_fast = 0;
    cpu->resched = 0; /* the one that was charged may have run out */
    timer_program_for(cpu, sc);
}

/* Only where the core has done nothing else since it was entered. True: the
 * waiter runs, and has the notification's bits. */
static inline bool wake_switch(struct cpu *cpu, u32 index, u32 bits)
{
    struct notification *n = &kernel.notifications[index];

    machine_keep(n);
    u32 waiter = n->waiter;
    bits |= n->bits;
    if (waiter == NONE || bits == 0 || cpu->tracing) {
        return false;
    }
    struct thread *t = thread_at(waiter);
    struct sc *sc = sc_at(t->sc);
    if (sc->heap != NONE || !sc_more_urgent(cpu, sc)) {
        return false;
    }
    u64 now = machine_time();
    if (sc_refills(sc, now)) {
        sc_refill(sc, sc->budget, now + sc->period);
    } else if (sc->remaining == 0) {
        return false;
    }
    n->bits = 0;
    n->waiter = NONE;
    wake_commit(cpu, t, sc, now);
    thread_switch(cpu, waiter);
    cpu->regs[0] = THIMBLE_OK;
    cpu->regs[1] = bits;
    return true;
}

#endif
