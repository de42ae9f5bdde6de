/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run queues: one circular list of scheduling contexts per priority and CPU,
 * with sentinels, and a two-level bitmap; and charging. Inline: wake-ups and
 * preemptions, which are on the way of every interrupt, spend a good part of their
 * instructions here.
 */
#ifndef CORE_QUEUE_H
#define CORE_QUEUE_H

#include "kernel.h"

static inline u32 queue_sentinel(const struct cpu *cpu, u32 priority)
{
    return SC_MAX + (CPU_MAX == 1U ? 0 : cpu->id) * PRIORITIES + priority;
}

static inline void queue_mark(struct cpu *cpu, u32 priority)
{
    cpu->ready[priority / 32U] |= 1U << priority % 32U;
    cpu->ready_words |= 1U << priority / 32U;
}

/* `sc` has this priority. */
static inline void queue_insert_tail(struct cpu *cpu, u32 sc, u32 priority)
{
    u32 head = queue_sentinel(cpu, priority);
    struct link *s = &kernel.links[head];

    machine_keep(s);
    u32 last = s->prev;
    kernel.links[sc] = (struct link){.next = (u16)head, .prev = (u16)last};
    kernel.links[last].next = (u16)sc;
    s->prev = (u16)sc;
    queue_mark(cpu, priority);
}

/* Next and previous are the same: one word. */
static inline void link_both(struct link *link, u32 index)
{
    u32 word = index << 16 | index;

    _Static_assert(sizeof(*link) == sizeof(word), "two halves");
    __builtin_memcpy(link, &word, sizeof(word));
}

/* The same where none of this priority is queued. */
static inline void queue_insert_only(struct cpu *cpu, u32 sc, u32 priority)
{
    u32 head = queue_sentinel(cpu, priority);

    link_both(&kernel.links[sc], head);
    link_both(&kernel.links[head], sc);
    queue_mark(cpu, priority);
}

static inline void queue_remove(struct cpu *cpu, u32 sc)
{
    u32 priority = sc_at(sc)->priority;
    u32 s = queue_sentinel(cpu, priority);
    struct link *n = &kernel.links[sc];

    kernel.links[n->prev].next = n->next;
    kernel.links[n->next].prev = n->prev;
    *n = (struct link){.next = 0, .prev = 0};
    if (kernel.links[s].next == s) {
        cpu->ready[priority / 32U] &= ~(1U << priority % 32U);
        if (cpu->ready[priority / 32U] == 0) {
            cpu->ready_words &= ~(1U << priority / 32U);
        }
    }
}

/* The first context of the highest non-empty priority; NONE if all are empty. */
static inline u32 queue_highest(const struct cpu *cpu)
{
    if (cpu->ready_words == 0) {
        return NONE;
    }
    u32 word = 31U - (u32)__builtin_clz(cpu->ready_words);
    u32 bit = 31U - (u32)__builtin_clz(cpu->ready[word]);

    return kernel.links[queue_sentinel(cpu, word * 32U + bit)].next;
}

/* True if it preempts what runs. */
static inline bool sc_more_urgent(const struct cpu *cpu, const struct sc *sc)
{
    return cpu->sc == NONE || sc->priority > sc_at(cpu->sc)->priority;
}

static inline void sc_refill(struct sc *sc, u32 ticks, u64 deadline)
{
    sc->remaining = ticks;
    sc->deadline = deadline;
}

/* The rule of sc.h for a wake-up. A deadline is at most a period away. */
static inline bool sc_refills(const struct sc *sc, u64 now)
{
    return now >= sc->deadline ||
           (u64)sc->remaining * sc->period > (u64)(u32)(sc->deadline - now) * sc->budget;
}

/* The timer rings at the first deadline, or when the budget of `sc`, which runs
 * from now on, ends. */
static inline void timer_program_for(struct cpu *cpu, const struct sc *sc, u64 now)
{
    u64 at = now + sc->remaining;

    if (cpu->heap_count != 0 && sc_at(cpu->heap[0])->wake < at) {
        at = sc_at(cpu->heap[0])->wake;
    }
    cpu->timer = at;
    machine_timer_arm(at);
}

/* Context `index`, the running one, has run for `ran` ticks, until cpu->started. */
static inline void sc_charge_to(struct cpu *cpu, u32 index, struct sc *sc, u64 ran)
{
    sc->consumed += ran;
    if (ran < sc->remaining) {
        sc->remaining -= (u32)ran;
    } else {
        sc_exhausted(cpu, index, ran);
    }
}

/* Charges the running context for the time since cpu->started; one that has run
 * out leaves the queue until its deadline, or goes to its end. */
static inline void sc_charge(struct cpu *cpu, u64 now)
{
    u64 ran = now - cpu->started;

    cpu->started = now;
    if (cpu->sc != NONE) {
        sc_charge_to(cpu, cpu->sc, sc_at(cpu->sc), ran);
    }
}

#endif
