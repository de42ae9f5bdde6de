/* SPDX-License-Identifier: BSD-2-Clause */
#include "random.h"

static u64 rotate_left(u64 x, unsigned n)
{
    return (x << n) | (x >> (64 - n));
}

static u64 splitmix64(u64 *state)
{
    u64 z = (*state += 0x9e3779b97f4a7c15U);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

void sim_random_seed(struct sim_random *r, u64 seed, u32 stream)
{
    u64 state = seed;
    /* Mixed twice: neighbouring seeds and neighbouring streams must not meet. */
    u64 mixed = splitmix64(&state) ^ stream;

    for (size_t i = 0; i < ARRAY_SIZE(r->s); i++) {
        r->s[i] = splitmix64(&mixed);
    }
}

u64 sim_random_next(struct sim_random *r)
{
    u64 *s = r->s;
    u64 result = rotate_left(s[1] * 5, 7) * 9;
    u64 t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

u32 sim_random_below(struct sim_random *r, u32 n)
{
    /* Draws below 2^32 mod n would make small results likelier. */
    u32 threshold = (0U - n) % n;
    u32 draw;

    do {
        draw = (u32)(sim_random_next(r) >> 32);
    } while (draw < threshold);
    return draw % n;
}
