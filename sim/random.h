/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random streams: one for each subsystem, so that a draw more in one does not
 * move the others. xoshiro256** (Blackman, Vigna 2018), its state filled by
 * splitmix64 from (seed, stream number).
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include "types.h"

struct sim_random {
    u64 s[4];
};

/* Stream numbers of the models here; other subsystems take numbers below 256. */
enum {
    SIM_STREAM_MMU = 256,
    SIM_STREAM_TIMER = 257,
    SIM_STREAM_CACHE = 258
};

void sim_random_seed(struct sim_random *r, u64 seed, u32 stream);
u64 sim_random_next(struct sim_random *r);
/* Uniform in [0, n), without bias; n > 0. */
u32 sim_random_below(struct sim_random *r, u32 n);

#endif
