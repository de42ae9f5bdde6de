/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheduling contexts: the hard constant-bandwidth server. See sc.h. */
#include "sc.h"

#include "kernel.h"
#include "queue.h"

static void sc_queue(struct cpu *cpu, u32 index)
{
    struct sc *sc = sc_at(index);

    queue_insert_tail(cpu, index, sc->priority);
    sc->queued = 1;
    if (sc_more_urgent(cpu, sc)) {
        cpu->resched = 1;
    }
}

static void sc_unqueue(struct cpu *cpu, u32 index)
{
    queue_remove(cpu, index);
    sc_at(index)->queued = 0;
}

static void sc_ready(struct cpu *cpu, u32 index)
{
    u32 vcpu = thread_at(sc_at(index)->thread)->vcpu; /* one more than its number */

    sc_queue(cpu, index);
    if (VCPU_MAX != 0 && vcpu != 0) {
        vcpu_timer_arm(cpu, vcpu - 1U);
    }
}

void sc_arm(struct cpu *cpu, u32 index, u64 wake)
{
    machine_path(PATH_HEAP);
    sc_at(index)->wake = wake;
    heap_insert(cpu, index);
    cpu->resched = 1; /* the timer may have to ring earlier */
}

void sc_wake(struct cpu *cpu, u32 index)
{
    struct sc *sc = sc_at(index);
    u64 now = machine_time();

    machine_path(PATH_READY);
    if (sc->heap != NONE) {
        machine_path(PATH_HEAP);
        heap_remove(cpu, index);
    }
    if (sc_refills(sc, now)) {
        sc_refill(sc, sc->budget, now + sc->period);
    }
    if (sc->remaining == 0) {
        sc_arm(cpu, index, sc->deadline);
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
        sc_unqueue(cpu, index);
    }
    if (sc->heap != NONE) {
        machine_path(PATH_HEAP);
        heap_remove(cpu, index);
    }
    cpu->resched = 1;
}

void sc_rotate(struct cpu *cpu, u32 index)
{
    queue_remove(cpu, index);
    queue_insert_tail(cpu, index, sc_at(index)->priority);
    cpu->resched = 1;
}

void sc_exhausted(struct cpu *cpu, u32 index, u64 ran)
{
    struct sc *sc = sc_at(index);
    u64 now = cpu->started;
    /* The next budget pays for what is run beyond this one, until another runs. A
     * tick is left: whatever delayed the interrupt must not keep it off for ever. */
    u32 next = sc->remaining != 0 ? sc->budget : sc->refill;
    u64 over = ran - sc->remaining;

    machine_path(PATH_DEPLETED);
    sc->refill = over < next ? next - (u32)over : 1;
    sc->remaining = 0;
    machine_sometimes_if(over >= next, MARK_BUDGET_OVERRUN);
    if (!sc->queued) {
        machine_sometimes(MARK_BUDGET_OUT_BLOCKING);
        return;
    }
    machine_sometimes_if(cpu->current != sc->thread, MARK_BUDGET_OUT_DONATED);
    if (now >= sc->deadline) {
        sc_refill(sc, sc->refill, now + sc->period);
        sc_rotate(cpu, index);
    } else {
        sc->depleted++;
        trace(cpu, TRACE_DEPLETED, sc->thread, index, 0);
        sc_unqueue(cpu, index);
        if (VCPU_MAX != 0 && sc->heap != NONE) { /* only a vCPU's is in both */
            heap_remove(cpu, index);
        }
        sc_arm(cpu, index, sc->deadline);
    }
}

void sc_expire(struct cpu *cpu, u64 now)
{
    if (cpu->heap_count == 0 || sc_at(cpu->heap[0])->wake > now) {
        return;
    }
    u32 index = cpu->heap[0];
    struct sc *sc = sc_at(index);
    machine_path(PATH_HEAP);
    heap_remove(cpu, index);
    u32 waits_on = thread_at(sc->thread)->waits_on;
    if (waits_on != NONE) {
        notification_wait_end(cpu, waits_on, sc->thread, THIMBLE_ERR_TIMEOUT);
        return;
    }
    u32 vcpu = thread_at(sc->thread)->vcpu; /* one more than its number */
    if (VCPU_MAX != 0 && vcpu != 0 &&
        (sc->queued || thread_at(sc->thread)->state == THREAD_SLEEPING)) {
        vcpu_expire(cpu, vcpu - 1U);
        return;
    }
    trace(cpu, TRACE_REFILLED, sc->thread, index, 0);
    u64 next = sc->deadline + sc->period;
    machine_sometimes_if(next <= now, MARK_REFILL_LATE);
    sc_refill(sc, sc->refill, next > now ? next : now + sc->period);
    sc_ready(cpu, index);
}
