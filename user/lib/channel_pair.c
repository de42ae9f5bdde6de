/* SPDX-License-Identifier: BSD-2-Clause */
/* Two channels and their beginning: see channel_pair.h. */
#include "channel_pair.h"

#include "memory.h"
#include "thimble.h"

#define TO_SERVER 0U
#define TO_JOINER CHANNEL_PAIR_HALF
#define ASKED 3840U
#define BEGUN 3904U
#define CONTROL_BYTES 128U /* of a channel: before its ring */

void channel_pair_serve(struct channel_pair *p, uint32_t base, uint32_t signal, uint32_t wait)
{
    *p = (struct channel_pair){.base = base, .signal = signal, .wait = wait};
    channel_open_receiver(&p->in, base + TO_SERVER, CHANNEL_PAIR_HALF, signal, wait);
    channel_open_sender(&p->out, base + TO_JOINER, CHANNEL_PAIR_HALF, signal, wait);
}

uint32_t channel_pair_begin(struct channel_pair *p)
{
    uint32_t asked = thimble_read32(p->base + ASKED);

    if (asked == p->meeting) {
        return 0;
    }
    for (uint32_t at = 0; at < CONTROL_BYTES; at += 4U) {
        thimble_write32(p->base + TO_SERVER + at, 0);
        thimble_write32(p->base + TO_JOINER + at, 0);
    }
    channel_pair_serve(p, p->base, p->signal, p->wait);
    p->meeting = asked;
    /* The other side must see the channels empty when it sees this. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    thimble_write32(p->base + BEGUN, asked);
    (void)thimble_signal(p->signal);
    return 1;
}

uint32_t channel_pair_join(struct channel_pair *p, uint32_t base, uint32_t signal, uint32_t wait,
                           uint64_t deadline)
{
    uint32_t status = THIMBLE_OK;
    uint32_t bits;

    *p = (struct channel_pair){.base = base, .signal = signal, .wait = wait};
    p->meeting = thimble_read32(base + BEGUN) + 1U;
    thimble_write32(base + ASKED, p->meeting);
    (void)thimble_signal(signal);
    while (status == THIMBLE_OK && thimble_read32(base + BEGUN) != p->meeting) {
        status = thimble_wait(wait, deadline, &bits);
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    channel_open_receiver(&p->in, base + TO_JOINER, CHANNEL_PAIR_HALF, signal, wait);
    channel_open_sender(&p->out, base + TO_SERVER, CHANNEL_PAIR_HALF, signal, wait);
    return status;
}
