/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "random.h"

Test(random, matches_the_published_sequence)
{
    /* First outputs of xoshiro256** from the state 1, 2, 3, 4. */
    struct sim_random r = {{1, 2, 3, 4}};

    cr_assert_eq(sim_random_next(&r), 11520U);
    cr_assert_eq(sim_random_next(&r), 0U);
    cr_assert_eq(sim_random_next(&r), 1509978240U);
    cr_assert_eq(sim_random_next(&r), 1215971899390074240U);
}

Test(random, same_seed_and_stream_repeat)
{
    struct sim_random a;
    struct sim_random b;

    sim_random_seed(&a, 7, 3);
    sim_random_seed(&b, 7, 3);
    for (u32 i = 0; i < 1000U; i++) {
        cr_assert_eq(sim_random_next(&a), sim_random_next(&b));
    }
}

Test(random, neighbouring_seeds_and_streams_differ)
{
    u64 first[8][8];

    for (u32 seed = 0; seed < 8U; seed++) {
        for (u32 stream = 0; stream < 8U; stream++) {
            struct sim_random r;

            sim_random_seed(&r, seed, stream);
            first[seed][stream] = sim_random_next(&r);
        }
    }
    for (u32 i = 0; i < 64U; i++) {
        for (u32 j = i + 1U; j < 64U; j++) {
            cr_assert_neq(first[i / 8U][i % 8U], first[j / 8U][j % 8U], "%u and %u", i, j);
        }
    }
}

Test(random, below_covers_its_range_evenly)
{
    u32 seen[7] = {0};
    struct sim_random r;

    sim_random_seed(&r, 1, 1);
    for (u32 i = 0; i < 70000U; i++) {
        u32 draw = sim_random_below(&r, 7);

        cr_assert_lt(draw, 7U);
        seen[draw]++;
    }
    for (u32 i = 0; i < 7U; i++) {
        cr_assert(seen[i] > 9500U && seen[i] < 10500U, "%u came %u times", i, seen[i]);
    }
}

Test(random, below_one_is_zero)
{
    struct sim_random r;

    sim_random_seed(&r, 1, 1);
    for (u32 i = 0; i < 100U; i++) {
        cr_assert_eq(sim_random_below(&r, 1), 0U);
    }
}
