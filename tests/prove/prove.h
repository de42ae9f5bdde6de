/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that Frama-C knows nothing of. */
#ifndef PROVE_H
#define PROVE_H

#include "types.h"

#include <__fc_builtin.h>

static inline u32 any32(void)
{
    return Frama_C_unsigned_int_interval(0, 0xffffffffU);
}

static inline u64 any64(void)
{
    return (u64)any32() << 32 | any32();
}

/* Anything up to, but not, `end`. */
static inline u32 any_below(u32 end)
{
    return Frama_C_unsigned_int_interval(0, end - 1U);
}

static inline bool chance(void)
{
    return Frama_C_nondet(0, 1) != 0;
}

/* One or the other, as one value. */
static inline u32 either(u32 one, u32 other)
{
    return (u32)Frama_C_nondet((int)one, (int)other);
}

/* Any index of a pool, or none. */
static inline u16 any_or_none(u32 end)
{
    return (u16)either(any_below(end), 0xffffU);
}

#endif
