/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run queues: one circular list of scheduling contexts per priority and CPU,
 * with sentinels, and a bitmap, of two levels if need be; and charging. Inline: wake-ups and
 * preemptions, which are on the way of every interrupt, spend a good part of their
 * instructions here.
 */
#ifndef CORE_QUEUE_H
#define CORE_QUEUE_H

#include "kernel.h"

void queue_insert_tail(struct cpu *cpu, u32 sc);
void queue_remove(struct cpu *cpu, u32 sc);
/* Charges the running context for the time since cpu->started; one that has run
 * out leaves the queue until its deadline, or goes to its end. */
void sc_charge(struct cpu *cpu, u64 now);

static inline u32 queue_sentinel(const struct cpu *cpu, u32 priority)
{
    return SC_MAX + (CPU_MAX == 1U ? 0 : cpu->id) * PRIORITIES + priority;
}

static inline u32 queue_word(u32 priority)
{
    return QUEUE_WORDS > 1U ? priority / 32U : 0;
}

static inline u32 queue_bit(u32 priority)
{
    return 1U << (QUEUE_WORDS > 1U ? priority % 32U : priority);
}

static inline void queue_mark(struct cpu *cpu, u32 priority)
{
    cpu->ready[queue_word(priority)] |= queue_bit(priority);
    if (QUEUE_WORDS > 1U) {
        cpu->ready_words |= 1U << priority / 32U;
    }
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

/* The first context of the highest non-empty priority; NONE if all are empty. */
static inline u32 queue_highest(const struct cpu *cpu)
{
    u32 words = QUEUE_WORDS > 1U ? cpu->ready_words : cpu->ready[0];

    if (words == 0) {
        return NONE;
    }
    u32 word = QUEUE_WORDS > 1U ? 31U - (u32)__builtin_clz(words) : 0;
    u32 bit = 31U - (u32)__builtin_clz(cpu->ready[word]);

    return kernel.links[queue_sentinel(cpu, word * 32U + bit)].next;
}

static inline void sc_refill_here(struct sc *sc, u32 ticks, u64 deadline)
{
    sc->given += ticks - sc->remaining; /* it has that many at least */
    sc->remaining = ticks;
    sc->deadline = deadline;
}

/* The rule of sc.h for a wake-up. A deadline is at most a period away. */
static inline bool sc_refills(const struct sc *sc, u64 now)
{
    return now >= sc->deadline ||
           (u64)sc->remaining * sc->period > (u64)(u32)(sc->deadline - now) * sc->budget;
}

/* Context `index`, the running one, has run for `ran` ticks, until cpu->started. */
static inline void sc_charge_to(struct cpu *cpu, u32 index, struct sc *sc, u64 ran)
{
    if (ran < sc->remaining) {
        sc->remaining -= (u32)ran;
    } else {
        sc_exhausted(cpu, index, ran);
    }
}

#endif
