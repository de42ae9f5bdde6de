/* SPDX-License-Identifier: BSD-2-Clause */
/* What the build tells a program about its cell: CELL.c, made from the description. */
#ifndef USER_ARM_THIMBLE_SELF_H
#define USER_ARM_THIMBLE_SELF_H

#include <stdint.h>

#define THIMBLE_FIRST_WORDS 8U

struct thimble_self {
    uint32_t stack; /* its end; the registers of the start lie just below */
    uint32_t buffer;
    uint32_t seed;
};

extern const struct thimble_self thimble_selves[]; /* up to one without a stack */
extern const uint32_t thimble_stats_at;
/* In the order of thimble_selves; 0: the thread has none. */
extern const uint16_t thimble_sleep_slots[];

#endif
