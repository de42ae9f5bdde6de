/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deadlines, in order of urgency. Each scheduling context has a place: 0 is the most urgent; a
 * vCPU that can be lowered has a second one. Over all places stands a tournament, whose root is
 * node PLACES. Node n, other than the root, is where two halves of a block meet, n places from
 * the most urgent one: it has the earliest deadline of each half, as many places as its lowest
 * bit says; MACHINE_TIME_NEVER where there is none. So "the earliest of the k most urgent" takes
 * a step for each bit of k, and a change one for each level, whatever the deadlines are. What is
 * less urgent than who runs is not looked at.
 */
#ifndef CORE_DEADLINE_H
#define CORE_DEADLINE_H

#include "kernel.h"

/* The earliest of the deadlines of so many places, the most urgent ones, one at least; and of
 * `at`. */
static inline u64 deadline_first(u32 places, u64 at)
{
    do {
        u64 last = kernel.due[places][0];
        at = last < at ? last : at;
        places &= places - 1U;
    } while (places != 0);
    return at;
}

/* The place's deadline is this; MACHINE_TIME_NEVER: it has none. */
void deadline_set(u32 place, u64 at);
/* The most urgent place whose deadline has come by now; the last one, if there is none. */
u32 deadline_due(u64 now);

#endif
