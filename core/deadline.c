/* SPDX-License-Identifier: BSD-2-Clause */
/* Deadlines in order of urgency: see deadline.h. */
#include "deadline.h"

void __attribute__((noinline)) deadline_set(u32 place, u64 at)
{
    u64 *both = kernel.due[place | 1U];

    for (u32 size = 1;; size *= 2U) {
        machine_keep(both);
        both[(place & size) != 0] = at;
        if (size == PLACES) {
            return;
        }
        at = both[0] < both[1] ? both[0] : both[1];
        both = (place & 2U * size) != 0 ? both - 2U * size : both + 2U * size;
    }
}

u32 deadline_due(u64 now)
{
    u32 place = 0;

    for (u32 size = PLACES / 2U; size != 0; size /= 2U) {
        place += kernel.due[place + size][0] > now ? size : 0;
    }
    return place;
}
