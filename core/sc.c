/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheduling contexts: the hard constant-bandwidth server. See sc.h. */
#include "sc.h"

#include "deadline.h"
#include "kernel.h"
#include "queue.h"
#include "wake.h"

static void __attribute__((noinline)) sc_refill(struct sc *sc, u64 deadline)
{
    sc_refill_here(sc, sc->refill, deadline);
    sc->refill = sc->budget;
}

void sc_charge(struct cpu *cpu, u64 now)
{
    u64 ran = now - cpu->started;

    cpu->started = now;
    if (cpu->sc < SC_MAX) {
        sc_charge_to(cpu, cpu->sc, sc_at(cpu->sc), ran);
    }
}

static void sc_ready(struct cpu *cpu, u32 index)
{
    struct sc *sc = sc_at(index);
    u32 vcpu = thread_at(sc->thread)->vcpu; /* one more than its number */

    queue_insert_tail(cpu, index);
    sc->queued = 1;
    cpu->resched |= sc_urgency(sc)->reach < cpu->reach;
    if (VCPU_MAX != 0 && vcpu != 0) {
        vcpu_timer_arm(cpu, vcpu - 1U);
    }
}

void sc_arm(struct sc *sc, u32 lowered, u64 at)
{
    u32 place = sc->urgency[lowered].place;

    machine_path(PATH_DEADLINE);
    sc->armed = (u16)(place + 1U);
    deadline_set(place, at);
}

void sc_disarm_it(struct sc *sc)
{
    machine_path(PATH_DEADLINE);
    deadline_set(sc->armed - 1U, MACHINE_TIME_NEVER);
    sc->armed = 0;
}

void sc_wake(struct cpu *cpu, u32 index)
{
    struct sc *sc = sc_at(index);
    u64 now = machine_time();

    machine_path(PATH_READY);
    sc_disarm(sc);
    if (sc_refills(sc, now)) {
        sc_refill(sc, now + sc->period);
    }
    if (sc->remaining == 0) {
        sc_arm(sc, sc->lowered, sc->deadline);
        cpu->resched = 1; /* the timer may have to ring earlier */
    } else {
        sc_ready(cpu, index);
    }
}

void sc_block(struct cpu *cpu, u32 index)
{
    struct sc *sc = sc_at(index);

    machine_path(PATH_BLOCK);
    if (cpu->sc == index) {
        sc_charge(cpu, machine_time());
        cpu->sc = NONE;
    }
    if (sc->queued) {
        queue_remove(cpu, index);
        sc->queued = 0;
    }
    sc_disarm(sc);
    cpu->resched = 1;
}

void sc_rotate(struct cpu *cpu, u32 index)
{
    queue_remove(cpu, index);
    queue_insert_tail(cpu, index);
    cpu->resched = 1;
}

void sc_exhausted(struct cpu *cpu, u32 index, u64 ran)
{
    struct sc *sc = sc_at(index);
    u64 now = cpu->started;
    u64 over = ran - sc->remaining;

    machine_path(PATH_DEPLETED);
    machine_sometimes_if(over >= sc->refill, MARK_BUDGET_OVERRUN);
    /* The next budget pays for what is run beyond this one, until another runs. A
     * tick is left: whatever delayed the interrupt must not keep it off for ever. */
    sc->refill = over < sc->refill ? sc->refill - (u32)over : 1;
    sc->depleted += sc->remaining != 0 && now < sc->deadline;
    sc->given += over;
    sc->remaining = 0;
    if (!sc->queued) {
        machine_sometimes(MARK_BUDGET_OUT_BLOCKING);
        return;
    }
    machine_sometimes_if(cpu->current != sc->thread, MARK_BUDGET_OUT_DONATED);
    if (now >= sc->deadline) {
        sc_refill(sc, now + sc->period);
        sc_rotate(cpu, index);
    } else {
        trace(cpu, TRACE_DEPLETED, sc->thread, index, 0);
        queue_remove(cpu, index);
        sc->queued = 0;
        sc_disarm(sc); /* a vCPU's timer: only its context has a deadline while queued */
        sc_arm(sc, sc->lowered, sc->deadline);
    }
}

bool sc_expire(struct cpu *cpu)
{
    u32 place = deadline_due(cpu->started);
    u32 index = kernel.place_sc[place];

    if (place >= cpu->reach || index >= SC_MAX) {
        return false;
    }
    struct sc *sc = sc_at(index);
    struct thread *t = thread_at(sc->thread);
    cpu->sc = (u16)index;
    sc_disarm_it(sc);
    if (t->waits_on != NONE && !cpu->resched && sc->thread != cpu->current &&
        wake_is_plain(cpu, sc)) {
        machine_path(PATH_EXPIRE);
        machine_trace_woken(cpu, t->waits_on, 0);
        notification_at(t->waits_on)->waiter = NONE;
        t->waits_on = NONE;
        t->regs[0] = THIMBLE_ERR_TIMEOUT;
        t->regs[1] = 0;
        (void)wake_run(cpu, t, sc);
        return sc->queued; /* unless this has cost it all that it had */
    }
    if (t->waits_on != NONE) {
        notification_wait_end(cpu, t->waits_on, sc->thread, THIMBLE_ERR_TIMEOUT);
    } else if (VCPU_MAX != 0 && t->vcpu != 0 && (sc->queued || t->state == THREAD_SLEEPING)) {
        if (vcpu_expire(cpu, t->vcpu - 1U)) {
            sc_wake(cpu, index);
        }
    } else {
        trace(cpu, TRACE_REFILLED, sc->thread, index, 0);
        u64 next = sc->deadline + sc->period;
        machine_sometimes_if(next <= cpu->started, MARK_REFILL_LATE);
        sc_refill(sc, next > cpu->started ? next : cpu->started + sc->period);
        sc_ready(cpu, index);
    }
    return false;
}
