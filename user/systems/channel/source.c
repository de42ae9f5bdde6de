/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends numbered messages as fast as there is room for them. Records how long a
 * send takes; one that fails counts as a missed deadline. */
#include "channel.h"
#include "ring.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

PROGRAM(source)
{
    struct channel channel;
    uint32_t random = thimble_seed() | 1U;
    uint32_t stats = thimble_stats();

    (void)argument;
    stats_start(stats);
    channel_open_sender(&channel, RING_AT, RING_SIZE, RING_SLOT_SIGNAL, RING_SLOT_WAIT);
    for (uint32_t number = 0;; number++) {
        thimble_compute(random_next(&random) % 8000U);
        uint64_t start = thimble_time();
        uint32_t now = (uint32_t)start;
        uint32_t words[RING_MESSAGE] = {now, number, ~number, now ^ number};
        if (channel_send(&channel, words, RING_MESSAGE, start + RING_PATIENCE) != THIMBLE_OK) {
            stats_miss(stats);
        }
        uint64_t end = thimble_time();
        stats_record(stats, (uint32_t)(end - start));
    }
}
