/* SPDX-License-Identifier: BSD-2-Clause */
/* Best effort: computes, walks through its memory, and logs with the plant. */
#include "gateway.h"
#include "memory.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

#define TABLE_AT 0x10010000U
#define TABLE_WORDS 4096U

PROGRAM(worker)
{
    uint32_t random = thimble_seed() | 1U;

    (void)argument;
    for (;;) {
        uint32_t at = TABLE_AT + 4U * (random_next(&random) % TABLE_WORDS);
        uint32_t sum = thimble_read32(at);
        thimble_write32(at, sum + random);
        thimble_compute(2000U + random_next(&random) % 30000U);
        struct message m = {.tag = THIMBLE_TAG(PLANT_LOG, 1), .word = {sum}};
        (void)thimble_call(GATEWAY_SLOT_PLANT, &m);
    }
}
