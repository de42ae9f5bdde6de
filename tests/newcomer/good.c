/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: ms simulated, time is up */
#include "newcomer.h"

/* A copy of a struct, a division and a comparison, which compilers make calls of. */
struct big {
    uint64_t words[40];
};

PROGRAM(work)
{
    struct big a = {.words = {argument}};
    struct big b = a;
    const void *volatile left = &a;
    const void *volatile right = &b;

    if (__builtin_memcmp(left, right, sizeof(a)) == 0) {
        __builtin_memmove(&b.words[1], &b.words[0], sizeof(b) / 2U);
    }
    thimble_compute((uint32_t)(thimble_time() / (b.words[1] + 3U)));
    for (;;) {
        thimble_compute(1000);
    }
}

ONE_CELL(false);
