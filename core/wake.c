/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The straight way from a signal or an interrupt to a waiter: see wake.h. Written
 * for few live variables at a time: interrupt latency is counted here.
 */
#include "wake.h"

#include "deadline.h"
#include "kernel.h"

/* Time: `sc`, which is queued and has been made the running context, begins; the
 * one before it, if any, is charged. */
static inline void time_switch(struct cpu *cpu, u32 before, struct sc *sc)
{
    u64 now = machine_now();
    u64 ran = now - cpu->started;

    cpu->started = now;
    if (before < SC_MAX) {
        sc_charge_to(cpu, before, sc_at(before), ran);
    }
    if (sc_refills(sc, now)) {
        sc_refill_here(sc, sc->budget, now + sc->period);
    }
    cpu->not_fast = 0;
    cpu->resched = 0; /* the one that was charged may have run out */
    cpu->timer = deadline_first(sc->urgency[0].reach, now + sc->remaining);
    machine_timer_arm(cpu->timer);
}

bool __attribute__((noinline)) wake_run(struct cpu *self, struct thread *t, struct sc *sc)
{
    struct cpu *cpu = cpu_self(self);
    u32 woken = t->sc;
    u32 before = cpu->sc;

    machine_path(PATH_WAKE);
    t->state = THREAD_READY;
    queue_insert_only(cpu, woken, sc->urgency[0].priority); /* above all that are queued */
    sc->queued = 1;
    cpu->sc = (u16)woken;
    cpu->reach = sc->urgency[0].reach;
    cpu->mask = sc->urgency[1].mask;
    machine_mask_set(cpu->mask);
    time_switch(cpu, before, sc);
    thread_registers_switch(cpu, sc->thread, t);
    return true;
}

bool wake_switch(struct cpu *cpu, u32 index, u32 bits)
{
    struct notification *n = notification_at(index);
    u32 waiter = n->waiter;

    if (waiter == NONE) {
        return VCPU_MAX != 0 && n->vcpu != 0 && vcpu_signal_switch(cpu, index, bits);
    }
    /* Nothing else has been signalled: who waits has found no bits. */
    struct thread *t = thread_at(waiter);
    struct sc *sc = sc_at(t->sc);
    if (bits == 0 || !wake_is_plain(cpu, sc)) {
        return false;
    }
    machine_trace_woken(cpu, index, bits);
    t->regs[0] = THIMBLE_OK;
    t->regs[1] = bits;
    n->waiter = NONE;
    t->waits_on = NONE;
    return wake_run(cpu, t, sc);
}
