/* SPDX-License-Identifier: BSD-2-Clause */
/* Deadlines in order of urgency: see deadline.h. */
#include "deadline.h"

void __attribute__((noinline)) deadline_set(u32 place, u64 at)
{
    u64 *both = kernel.due[place | 1U];
    u64 *to = both + (place & 1U);

    for (u32 size = 2;; size *= 2U) {
        machine_keep(both);
        *to = at;
        if (size == 2U * PLACES) {
            return;
        }
        at = both[0] < both[1] ? both[0] : both[1];
        both = (place & size) != 0 ? both - size : both + size;
        to = (place & size) != 0 ? both + 1 : both;
    }
}

u32 deadline_due(u64 now)
{
    u64(*from)[2] = kernel.due;

    for (u32 size = PLACES / 2U; size != 0; size /= 2U) {
        u64(*half)[2] = from + size;
        machine_keep(half);
        from = half[0][0] > now ? half : from;
    }
    return (u32)(from - kernel.due);
}
