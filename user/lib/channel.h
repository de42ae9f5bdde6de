/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Channel: a stream of 32-bit words from one cell to another, through memory
 * that they share and a notification each way. One thread sends, one receives.
 *
 * Neither side trusts the other. Each keeps its own index to itself and only
 * publishes it; of the other's it believes no more than it can prove, a step
 * forward of at most what there is. A side that breaks this rule is found out
 * (CHANNEL_BROKEN), and can make the other neither read nor write anywhere but
 * in the ring. It can of course send nonsense, or nothing: give deadlines.
 *
 * The memory must be zero when the first of them opens it. After a restart of
 * one cell both open anew, over memory that one of them has cleared.
 *
 * Layout, in bytes from the start: 0 words sent so far, 4 the sender waits; 64
 * words received so far, 68 the receiver waits; from 128 on the ring, the
 * largest power of two of words that fits.
 */
#ifndef USER_CHANNEL_H
#define USER_CHANNEL_H

#include <stdint.h>

#include "abi.h"

/* One side of a channel: its own memory, nothing of it shared. */
struct channel {
    uint32_t own;      /* guest address: what this side publishes */
    uint32_t other;    /* guest address: what the other side publishes */
    uint32_t ring;     /* guest address */
    uint32_t capacity; /* words */
    uint32_t done;     /* words sent or received by this side, mod 2^32 */
    uint32_t seen;     /* likewise by the other, as far as it is believed */
    uint32_t signal;   /* slot: the notification for the other side */
    uint32_t wait;     /* slot: the notification for this side */
};

/* Besides THIMBLE_OK and the errors of wait and signal. (One of signal comes when
 * the words have gone already: only the other side was not told.) */
#define CHANNEL_BROKEN 0x100U /* the other side's index cannot be right: open anew */
#define CHANNEL_SIZE 0x101U   /* more words than ever fit */

/* `base`, `size`: the shared memory, at least 256 bytes, as this cell sees it.
 * `signal`, `wait`: slots of notification capabilities, the latter without use
 * for anything else. */
void channel_open_sender(struct channel *c, uint32_t base, uint32_t size, uint32_t signal,
                         uint32_t wait);
void channel_open_receiver(struct channel *c, uint32_t base, uint32_t size, uint32_t signal,
                           uint32_t wait);

/* Sends all of the words or, on an error, none. Waits for room until the
 * deadline (counter ticks; 0: not at all). THIMBLE_ERR_TIMEOUT. */
uint32_t channel_send(struct channel *c, const uint32_t *words, uint32_t count,
                      uint64_t deadline);
/* Receives from 1 to `most` words; waits for the first until the deadline.
 * THIMBLE_ERR_TIMEOUT, with *count 0. */
uint32_t channel_receive(struct channel *c, uint32_t *words, uint32_t most, uint64_t deadline,
                         uint32_t *count);

#endif
