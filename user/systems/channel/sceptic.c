/* SPDX-License-Identifier: BSD-2-Clause */
/* Has a liar on the other side of two channels, and must not be harmed: every
 * call comes back in time, with a sensible answer. Records how long calls take;
 * what must not happen counts as a missed deadline. */
#include "channel.h"
#include "ring.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

#define BATCH 600U
#define PATIENCE (THIMBLE_TICKS_PER_MS / 20U)

static int sensible(uint32_t status)
{
    return status == THIMBLE_OK || status == THIMBLE_ERR_TIMEOUT || status == CHANNEL_BROKEN ||
           status == CHANNEL_SIZE;
}

/* One transfer, in or out; its status. */
static uint32_t transfer(struct channel *in, struct channel *out, uint32_t *random)
{
    uint32_t words[BATCH] = {0};
    uint32_t count;
    uint32_t most = 1U + random_next(random) % BATCH;
    uint64_t start = thimble_time();
    uint32_t status;

    if (random_next(random) % 2U == 0) {
        status = channel_receive(in, words, most, start + PATIENCE, &count);
        if (count > most || count > in->capacity || (status == THIMBLE_OK) != (count != 0)) {
            stats_miss(thimble_stats());
        }
    } else {
        status = channel_send(out, words, most, start + PATIENCE);
        if ((status == CHANNEL_SIZE) != (most > out->capacity)) {
            stats_miss(thimble_stats());
        }
    }
    uint64_t end = thimble_time();
    stats_record(thimble_stats(), (uint32_t)(end - start));
    return status;
}

PROGRAM(sceptic)
{
    struct channel in;
    struct channel out;
    uint32_t random = thimble_seed() | 1U;

    (void)argument;
    stats_start(thimble_stats());
    channel_open_receiver(&in, RING_AT, MUD_HALF, RING_SLOT_SIGNAL, RING_SLOT_WAIT);
    channel_open_sender(&out, RING_AT + MUD_HALF, MUD_HALF, RING_SLOT_SIGNAL, RING_SLOT_WAIT);
    for (;;) {
        uint32_t status = transfer(&in, &out, &random);
        if (!sensible(status)) {
            stats_miss(thimble_stats());
        }
        if (status == CHANNEL_BROKEN) {
            /* A real program would give up on such a partner. */
            channel_open_receiver(&in, RING_AT, MUD_HALF, RING_SLOT_SIGNAL, RING_SLOT_WAIT);
            channel_open_sender(&out, RING_AT + MUD_HALF, MUD_HALF, RING_SLOT_SIGNAL,
                                RING_SLOT_WAIT);
        }
        thimble_compute(5000);
    }
}
