/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls pong with random words, 0 to 64 of them, and records the time of each
 * round trip; an answer that is wrong counts as a missed deadline. */
#include "memory.h"
#include "pingpong.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

/* Word i of a message: registers first, then the buffer. */
static uint32_t word_get(const struct message *m, uint32_t i)
{
    return i < THIMBLE_REGISTER_WORDS ? m->word[i] : thimble_read32(thimble_buffer() + 4U * i);
}

static void word_put(struct message *m, uint32_t i, uint32_t value)
{
    if (i < THIMBLE_REGISTER_WORDS) {
        m->word[i] = value;
    } else {
        thimble_write32(thimble_buffer() + 4U * i, value);
    }
}

static int round_trip(uint32_t length, uint32_t first)
{
    struct message m = {.tag = THIMBLE_TAG(length, length)};
    int good;

    for (uint32_t i = 0; i < length; i++) {
        word_put(&m, i, first + i);
    }
    uint64_t start = thimble_time();
    good = thimble_call(PING_SLOT_PONG, &m) == THIMBLE_OK;
    uint64_t end = thimble_time();
    stats_record(thimble_stats(), (uint32_t)(end - start));
    good = good && m.tag == THIMBLE_TAG(length + 1U, length);
    for (uint32_t i = 0; i < length; i++) {
        good = good && word_get(&m, i) == ~(first + i);
    }
    return good;
}

PROGRAM(ping)
{
    uint32_t random = thimble_seed() | 1U;

    (void)argument;
    stats_start(thimble_stats());
    for (uint32_t i = 0; i < PING_ROUNDS; i++) {
        /* Mostly short messages, as in real systems. */
        uint32_t length = random_next(&random) % (i % 8U == 0 ? 65U : 7U);
        if (!round_trip(length, random)) {
            stats_miss(thimble_stats());
        }
    }
}
