/* SPDX-License-Identifier: BSD-2-Clause */
/* For whoever looks into the tournament of deadlines: see core/deadline.h. */
#ifndef SIM_DEADLINES_H
#define SIM_DEADLINES_H

#include "kernel.h"

/* The deadline that a context has; `never` if it has none. */
static inline u64 sc_deadline(const struct sc *sc, u64 never)
{
    u32 place = sc->armed - 1U;

    return sc->armed != 0 ? kernel.due[place | 1U][place & 1U] : never;
}

#endif
