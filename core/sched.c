/* SPDX-License-Identifier: BSD-2-Clause */
/* Run queues, and the choice of who runs: see sched.h. */
#include "sched.h"

#include "deadline.h"
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

void queue_insert_tail(struct cpu *cpu, u32 sc)
{
    u32 priority = sc_urgency(sc_at(sc))->priority;
    u32 head = queue_sentinel(cpu, priority);
    struct link *s = &kernel.links[head];

    machine_keep(s);
    u32 last = s->prev;
    kernel.links[sc] = (struct link){.next = (u16)head, .prev = (u16)last};
    kernel.links[last].next = (u16)sc;
    s->prev = (u16)sc;
    queue_mark(cpu, priority);
}

void queue_remove(struct cpu *cpu, u32 sc)
{
    u32 priority = sc_urgency(sc_at(sc))->priority;
    u32 s = queue_sentinel(cpu, priority);
    struct link *n = &kernel.links[sc];

    kernel.links[n->prev].next = n->next;
    kernel.links[n->next].prev = n->prev;
    *n = (struct link){.next = 0, .prev = 0};
    if (kernel.links[s].next == s) {
        cpu->ready[queue_word(priority)] &= ~queue_bit(priority);
        if (QUEUE_WORDS > 1U && cpu->ready[priority / 32U] == 0) {
            cpu->ready_words &= ~(1U << priority / 32U);
        }
    }
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
        next = NONE;
        machine_path(PATH_SCHEDULE);
        sc_charge(cpu, machine_time());
        cpu->sc = (u16)queue_highest(cpu);
        const struct sc *sc = cpu->sc != NONE ? sc_at(cpu->sc) : NULL;
        cpu->reach = sc != NULL ? sc_urgency(sc)->reach : PLACES;
        cpu->timer = sc != NULL ? cpu->started + sc->remaining : MACHINE_TIME_NEVER;
        cpu->timer = deadline_first(cpu->reach, cpu->timer);
        u32 mask = sc != NULL ? sc->urgency[1].mask : MACHINE_MASK_ALL;
        if (mask != cpu->mask) {
            cpu->mask = (u8)mask;
            machine_mask_set(mask);
        }
        /* What has come meanwhile, and is no less urgent, takes part in the choice, which
         * waits for each. */
        if (machine_interrupt_pending()) {
            machine_sometimes(MARK_CHOICE_INTERRUPTED);
            interrupt_take(cpu);
            continue;
        }
        if (cpu->timer <= cpu->started) {
            /* Nobody less urgent runs before whoever is due by now. */
            machine_sometimes(MARK_DUE_FIRST);
            cpu->resched = 0; /* straight, if it may */
            next = sc_expire(cpu) ? cpu->current : NONE;
            continue;
        }
        cpu->not_fast = cpu->tracing ? NOT_FAST_TRACING : 0;
        next = sc != NULL ? chain_end(cpu, sc->thread) : THREAD_IDLE(cpu->id);
    } while (next == NONE);
    cpu->resched = 0;
    machine_timer_set(cpu->timer);
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
            hypercall_run(cpu, t->restart);
            again = cpu->resched;
        }
    } while (again);
}
