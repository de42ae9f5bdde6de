/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Channel pair: a channel each way between two cells, in one page, and how they begin. One
 * side serves: it is there for good. The other joins, and joins anew after it was restarted,
 * in whatever state the memory is by then: a Linux in a VM, for example.
 *
 * The page must be zero when the server opens it. Layout, in bytes from the start: channels
 * to the server and from it, CHANNEL_PAIR_HALF each; 3840 which meeting the joiner asks for;
 * 3904 which one the server has begun. The rest is free for the cells' use.
 *
 * Neither side trusts the other: see channel.h. The server forgets what was in the channels
 * when a meeting begins, so whoever can write there can make it do so at any time.
 */
#ifndef USER_CHANNEL_PAIR_H
#define USER_CHANNEL_PAIR_H

#include "channel.h"

#define CHANNEL_PAIR_BYTES 4096U
#define CHANNEL_PAIR_HALF 1536U /* a ring of 256 words */
#define CHANNEL_PAIR_FREE 3072U /* from here to 3840 */

struct channel_pair {
    uint32_t base;    /* of the page, as this cell sees it */
    uint32_t signal;  /* slots, as for a channel; one each for both directions */
    uint32_t wait;
    uint32_t meeting; /* which one has begun */
    struct channel in;
    struct channel out;
};

void channel_pair_serve(struct channel_pair *p, uint32_t base, uint32_t signal, uint32_t wait);
/* Server: begins anew if the other side has asked for that; whether it has. To be looked at
 * now and then: give channel_receive() a deadline. */
uint32_t channel_pair_begin(struct channel_pair *p);
/* The other side: asks, and waits until the server has begun. THIMBLE_ERR_TIMEOUT. */
uint32_t channel_pair_join(struct channel_pair *p, uint32_t base, uint32_t signal, uint32_t wait,
                           uint64_t deadline);

#endif
