/* SPDX-License-Identifier: BSD-2-Clause */
/* Progress, on the graph of all states: see explore.h. */
#include <stdlib.h>

#include "explore.h"

_Static_assert(2U * THREAD_MAX < 16U, "what is owed fits into 16 bits: owed.c");

/* From the last state to the first, so that a pass sees most of what it finds itself. */
static bool pass(const struct graph *g, u16 *given)
{
    bool changed = false;

    for (u32 i = g->states; i-- > 0;) {
        u32 mask = given[i];
        for (u64 e = g->first[i]; e < g->first[i + 1U] && mask != 0xffffU; e++) {
            if ((g->edges[e] & GRAPH_FORCED) == 0) {
                mask |= given[g->edges[e]];
            }
        }
        changed |= mask != given[i];
        given[i] = (u16)mask;
    }
    return changed;
}

bool progress_check(const struct graph *g, u32 *state, u32 *bit)
{
    u16 *given = malloc(g->states * sizeof(*given));
    bool found = false;

    if (given == NULL) {
        abort();
    }
    for (u32 i = 0; i < g->states; i++) {
        given[i] = (u16)~g->owed[i];
    }
    while (pass(g, given)) {
    }
    for (u32 i = 0; i < g->states && !found; i++) {
        if (given[i] != 0xffffU) {
            *state = i;
            *bit = (u32)__builtin_ctz(~(u32)given[i]);
            found = true;
        }
    }
    free(given);
    return found;
}
