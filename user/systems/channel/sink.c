/* SPDX-License-Identifier: BSD-2-Clause */
/* Receives the messages, however they are cut up, and records how old each is.
 * One that is wrong, or not the next, counts as a missed deadline. */
#include "channel.h"
#include "ring.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

#define BATCH 64U

static void message_check(const uint32_t *words, uint32_t number)
{
    uint32_t stats = thimble_stats();
    uint64_t now = thimble_time();
    uint32_t age = (uint32_t)now - words[0];

    stats_record(stats, age);
    /* That old only if somebody slept until the end of its patience. */
    if (age > RING_PATIENCE / 2U || words[1] != number || words[2] != ~number ||
        words[3] != (words[0] ^ number)) {
        stats_miss(stats);
    }
}

PROGRAM(sink)
{
    struct channel channel;
    uint32_t random = thimble_seed() | 1U;
    uint32_t words[RING_MESSAGE + BATCH];
    uint32_t kept = 0;
    uint32_t number = 0;

    (void)argument;
    stats_start(thimble_stats());
    channel_open_receiver(&channel, RING_AT, RING_SIZE, RING_SLOT_SIGNAL, RING_SLOT_WAIT);
    for (;;) {
        uint32_t count;
        uint32_t most = 1U + random_next(&random) % BATCH;
        uint64_t latest = thimble_time() + RING_PATIENCE;
        if (channel_receive(&channel, words + kept, most, latest, &count) != THIMBLE_OK) {
            stats_miss(thimble_stats());
        }
        count += kept;
        uint32_t used = 0;
        for (; used + RING_MESSAGE <= count; used += RING_MESSAGE) {
            message_check(words + used, number++);
        }
        kept = count - used;
        for (uint32_t i = 0; i < kept; i++) {
            words[i] = words[used + i];
        }
        /* Now and then slower than the source, so that the ring fills up. */
        thimble_compute(random_next(&random) % 64U == 0 ? 4000000U : 2000U);
    }
}
