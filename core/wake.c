/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The straight way from a signal or an interrupt to a waiter: see wake.h. Written
 * for few live variables at a time: interrupt latency is counted here.
 */
#include "wake.h"

#include "kernel.h"
#include "queue.h"

/* Time: `sc`, which is queued and has been made the running context, begins; the
 * one before it, if any, is charged. */
static inline void time_switch(struct cpu *cpu, u32 before, struct sc *charged, struct sc *sc)
{
    u64 now = machine_now();
    u64 ran = now - cpu->started;

    cpu->started = now;
    if (charged != NULL) {
        sc_charge_to(cpu, before, charged, ran);
    }
    if (sc_refills(sc, now)) {
        sc_refill(sc, sc->budget, now + sc->period);
    }
    cpu->not_fast = 0;
    cpu->resched = 0; /* the one that was charged may have run out */
    timer_program_for(cpu, sc, now);
}

bool wake_switch(struct cpu *cpu, u32 index, u32 bits)
{
    struct notification *n = notification_at(index);

    machine_keep(n);
    u32 waiter = n->waiter;
    if (waiter == NONE) {
        return false;
    }
    bits |= n->bits;
    if (bits == 0) {
        return false;
    }
    struct thread *t = thread_at(waiter);
    u32 woken = t->sc;
    struct sc *sc = sc_at(woken);
    /* Nothing left: whether it is refilled depends on the time. */
    if (sc->heap != NONE || sc->remaining == 0 || cpu->tracing) {
        return false;
    }
    u32 before = cpu->sc;
    struct sc *charged = NULL;
    if (before != NONE) {
        charged = sc_at(before);
        if (sc->priority <= charged->priority) {
            return false;
        }
    }
    t->regs[0] = THIMBLE_OK;
    t->regs[1] = bits;
    n->bits = 0;
    n->waiter = NONE;
    t->waits_on = NONE;
    t->state = THREAD_READY;
    machine_path(PATH_WAKE);
    queue_insert_only(cpu, woken, sc->priority); /* above all that are queued */
    sc->queued = 1;
    cpu->sc = (u16)woken;
    time_switch(cpu, before, charged, sc);
    thread_registers_switch(cpu, waiter, t);
    return true;
}
