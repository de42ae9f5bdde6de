/* SPDX-License-Identifier: BSD-2-Clause */
/* Small random numbers for programs (xorshift32; Marsaglia 2003). */
#ifndef USER_XORSHIFT_H
#define USER_XORSHIFT_H

#include <stdint.h>

/* State must not be 0: start with thimble_seed() | 1. */
static inline uint32_t random_next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#endif
