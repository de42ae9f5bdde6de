/* SPDX-License-Identifier: BSD-2-Clause */
/* For whoever makes tables of a system: places in the order of urgency (core/deadline.h). */
#ifndef SIM_PLACES_H
#define SIM_PLACES_H

#include "boot.h"

/* So many places are of this priority, or a higher one. */
static inline u32 places_from(const struct boot_sc *scs, u32 count, u32 priority)
{
    u32 places = 0;

    for (u32 i = 0; i < count; i++) {
        const struct urgency *urgency = scs[i].urgency;
        places += urgency[0].priority >= priority;
        places += urgency[1].priority < urgency[0].priority && urgency[1].priority >= priority;
    }
    return places;
}

/* By priority, then in the order of the table; those that are never lowered have one alone. */
static inline void places_set(struct boot_sc *scs, u32 count)
{
    for (u32 i = 0; i < count; i++) {
        for (u32 low = 0; low < 2U; low++) {
            u32 priority = scs[i].urgency[low].priority;
            u32 place = places_from(scs, count, priority + 1U);
            for (u32 before = 0; before < i; before++) {
                const struct urgency *urgency = scs[before].urgency;
                place += urgency[0].priority == priority || urgency[1].priority == priority;
            }
            scs[i].urgency[low].place = (u16)place;
            scs[i].urgency[low].reach = (u16)places_from(scs, count, priority);
        }
    }
}

/* The level of each priority: how many of those from it upwards are of handlers of lines, which
 * are these (irqs[i]; LINE_FOR_ALL: it interrupts everybody), and vCPUs with their timers. */
#define LINE_FOR_ALL 256U
static inline void levels_set(struct boot_sc *scs, const struct boot_thread *threads, u32 count,
                              struct boot_irq *irqs, const u16 *handlers, u32 irq_count)
{
    bool has[LINE_FOR_ALL] = {false};
    u32 level[LINE_FOR_ALL + 1U] = {0};

    for (u32 i = 0; i < irq_count; i++) {
        if (handlers[i] != LINE_FOR_ALL) {
            has[handlers[i]] = true;
        }
    }
    for (u32 i = 0; i < count; i++) {
        if (threads[scs[i].thread].vcpu != 0) {
            has[scs[i].urgency[0].priority] = true;
            has[scs[i].urgency[1].priority] = true;
        }
    }
    for (u32 p = LINE_FOR_ALL; p-- > 0;) {
        level[p] = level[p + 1U] + has[p];
    }
    for (u32 i = 0; i < irq_count; i++) {
        irqs[i].level = (u8)level[handlers[i]];
    }
    for (u32 i = 0; i < count; i++) {
        scs[i].urgency[0].mask = (u8)level[scs[i].urgency[0].priority];
        scs[i].urgency[1].mask = (u8)level[scs[i].urgency[1].priority];
    }
}

#endif
