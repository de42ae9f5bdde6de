/* SPDX-License-Identifier: BSD-2-Clause */
/* Run queues, deadline heap, and the choice of who runs: see sched.h. */
#include "sched.h"

#include "fault.h"
#include "hypercall.h"
#include "ipc.h"
#include "kernel.h"
#include "klog.h"
#include "queue.h"

/* A chain has at most one thread per level and the active one at its start. */
#define CHAIN_MAX (LEVELS + 1U)

void queue_init(struct cpu *cpu)
{
    for (u32 p = 0; p < PRIORITIES; p++) {
        u32 s = queue_sentinel(cpu, p);
        kernel.links[s] = (struct link){.next = (u16)s, .prev = (u16)s};
    }
}

static void heap_place(struct cpu *cpu, u32 position, u32 sc)
{
    cpu->heap[position] = (u16)sc;
    sc_at(sc)->heap = (u16)position;
}

/* Finds the place of `sc` from `position` upwards, then downwards. */
static void heap_sift(struct cpu *cpu, u32 position, u32 sc)
{
    u64 wake = sc_at(sc)->wake;

    while (position > 0 && sc_at(cpu->heap[(position - 1U) / 2U])->wake > wake) {
        heap_place(cpu, position, cpu->heap[(position - 1U) / 2U]);
        position = (position - 1U) / 2U;
    }
    for (;;) {
        u32 child = 2U * position + 1U;
        if (child + 1U < cpu->heap_count &&
            sc_at(cpu->heap[child + 1U])->wake < sc_at(cpu->heap[child])->wake) {
            child++;
        }
        if (child >= cpu->heap_count || sc_at(cpu->heap[child])->wake >= wake) {
            break;
        }
        heap_place(cpu, position, cpu->heap[child]);
        position = child;
    }
    heap_place(cpu, position, sc);
}

void heap_insert(struct cpu *cpu, u32 sc)
{
    cpu->heap_count++;
    heap_sift(cpu, cpu->heap_count - 1U, sc);
}

void heap_remove(struct cpu *cpu, u32 sc)
{
    u32 position = sc_at(sc)->heap;
    u32 last;

    cpu->heap_count--;
    last = cpu->heap[cpu->heap_count];
    cpu->heap[cpu->heap_count] = 0;
    sc_at(sc)->heap = NONE;
    if (last != sc) {
        heap_sift(cpu, position, last);
    }
}

/* The timer, if no context runs: it rings at the first deadline. */
static void timer_program_idle(struct cpu *cpu)
{
    u64 at = cpu->heap_count != 0 ? sc_at(cpu->heap[0])->wake : MACHINE_TIME_NEVER;

    cpu->timer = at;
    machine_timer_set(at);
}

/* Walks the chain of calls that starts at `owner` to the thread that can run
 * for it. Calls that wait for a busy server are tried again on the way; if the
 * server is still busy, the context helps it. NONE: choose anew. */
static u32 chain_end(struct cpu *cpu, u32 owner)
{
    u32 t = owner;

    for (u32 hops = 0; hops <= CHAIN_MAX; hops++) {
        const struct thread *th = thread_at(t);
        bool called = th->reply_key != NONE;
        if (!called && (th->state == THREAD_READY || th->state == THREAD_RESTART)) {
            return t;
        }
        machine_path(PATH_HOP);
        machine_sometimes_if(hops == 2U, MARK_CHAIN_3);
        if (machine_interrupt_pending()) {
            machine_sometimes(MARK_CHAIN_INTERRUPTED);
            interrupt_take(cpu);
            return NONE;
        }
        if (called) {
            t = th->reply_key & REPLY_KEY_INDEX;
        } else {
            u32 server = th->state == THREAD_PENDING_CALL ? ipc_retry(cpu, t)
                         : th->state == THREAD_FAILED     ? fault_end(cpu, t)
                                                          : fault_send(cpu, t);
            if (server == NONE) {
                return NONE;
            }
            if (th->state != THREAD_READY) {
                cpu->not_fast |= NOT_FAST_HELPING;
            }
            t = server;
        }
    }
    panic("chain of calls too long", 0);
}

/* Chooses and switches. */
static void choose(struct cpu *cpu)
{
    u32 next;

    do {
        machine_path(PATH_SCHEDULE);
        /* What has come meanwhile takes part in the choice, which waits for each. */
        if (machine_interrupt_pending()) {
            machine_sometimes(MARK_CHOICE_INTERRUPTED);
            interrupt_take(cpu);
            next = NONE;
            continue;
        }
        sc_charge(cpu, machine_time());
        cpu->sc = (u16)queue_highest(cpu);
        cpu->not_fast = cpu->tracing ? NOT_FAST_TRACING : 0;
        next = THREAD_IDLE(cpu->id);
        if (cpu->sc != NONE) {
            next = chain_end(cpu, sc_at(cpu->sc)->thread);
        }
    } while (next == NONE);
    cpu->resched = 0;
    if (cpu->sc != NONE) {
        timer_program_for(cpu, sc_at(cpu->sc), cpu->started);
    } else {
        timer_program_idle(cpu);
    }
    if (next != cpu->current) {
        thread_switch(cpu, next);
    }
}

void schedule(struct cpu *cpu)
{
    bool again;

    do {
        choose(cpu);
        struct thread *t = thread_at(cpu->current);
        again = t->state == THREAD_RESTART;
        if (again && machine_interrupt_pending()) {
            interrupt_take(cpu);
        } else if (again) {
            t->state = THREAD_READY;
            again = hypercall_run(cpu, t->restart);
        }
    } while (again);
}
