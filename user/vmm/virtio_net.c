/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network device (virtio 1.1, 5.1): a cable from one VM to another. A frame goes from
 * the sender's ring through the VMM's own memory, where nobody changes it any more, to the
 * receiver's; in several steps, if it comes in many pieces. Is there no buffer for it, then
 * it waits in the sender's ring until the receiver gives one; is there no receiver, it is
 * lost, as it is on a cable.
 */
#include "virtio.h"

#include "vmm.h"

#define RECEIVE 0U
#define TRANSMIT 1U
#define FRAME_LEAST 14U /* an Ethernet header */

#define FEATURE_CSUM (1U << 0)       /* frames may come without their check sum */
#define FEATURE_GUEST_CSUM (1U << 1) /* and go so */
#define FEATURE_MAC (1U << 5)
#define FEATURE_STATUS (1U << 16)

/* The header's bytes (5.1.6). */
#define HEADER_FLAGS 0U
#define HEADER_CSUM_START 6U
#define HEADER_CSUM_OFFSET 8U
#define HEADER_BUFFERS 10U
#define FLAG_NEEDS_CSUM 1U

#define STATUS_LINK_UP 1U

uint32_t virtio_net_features(void)
{
    return FEATURE_CSUM | FEATURE_GUEST_CSUM | FEATURE_MAC | FEATURE_STATUS;
}

/* Six bytes of address, then the status. */
uint32_t virtio_net_config(const struct virtio *d, uint32_t offset)
{
    if (offset == 0) {
        return d->config->mac[0];
    }
    return offset == 4U ? (d->config->mac[1] & 0xffffU) | STATUS_LINK_UP << 16 : 0;
}

static struct virtio *peer_of(const struct virtio *d)
{
    struct vmm *vmm = d->vm->vmm;

    return d->config->peer_vm < vmm->config->vms
               ? &vmm->vm[d->config->peer_vm].virtios[d->config->peer_virtio]
               : (struct virtio *)0;
}

/* ---- one frame, in steps ------------------------------------------------------------------ */

/* What becomes of it. */
#define FRAME_LATER 0U /* the step is used up */
#define FRAME_MOVED 1U
#define FRAME_LOST 2U

/* The rest of the sender's chain into the VMM's memory. MOVED: all of it. */
static uint32_t gather(struct virtio *d)
{
    struct virtio_chain *chain = &d->queue[TRANSMIT].chain;
    uint32_t what;

    while ((what = virtio_next(d, TRANSMIT)) == VIRTIO_SOME) {
        uint32_t bytes = virtio_most(d, chain);
        if (chain->writable || chain->bytes > VIRTIO_NET_FRAME - d->frame_bytes) {
            return FRAME_LOST;
        }
        vmm_copy(d->vm->frame + d->frame_bytes, chain->at, bytes);
        d->frame_bytes += bytes;
        virtio_taken(d, chain, bytes);
    }
    if (what == VIRTIO_LATER) {
        return FRAME_LATER;
    }
    return d->frame_bytes >= VIRTIO_NET_HEADER + FRAME_LEAST ? FRAME_MOVED : FRAME_LOST;
}

/* The rest of the frame into the receiver's chain. LOST: that has too little room, or is
 * broken. */
static uint32_t scatter(struct virtio *from, struct virtio *to)
{
    struct virtio_chain *chain = &to->queue[RECEIVE].chain;

    while (from->frame_moved != from->frame_bytes) {
        uint32_t what = virtio_next(to, RECEIVE);
        if (what == VIRTIO_LATER) {
            return FRAME_LATER;
        }
        if (what == VIRTIO_END || !chain->writable) {
            return FRAME_LOST;
        }
        uint32_t bytes = from->frame_bytes - from->frame_moved;
        bytes = bytes < virtio_most(to, chain) ? bytes : virtio_most(to, chain);
        vmm_copy(chain->at, from->vm->frame + from->frame_moved, bytes);
        from->frame_moved += bytes;
        virtio_taken(to, chain, bytes);
    }
    return FRAME_MOVED;
}

/* The sum of 16-bit words (RFC 1071), not yet folded to 16 bits. In which order their bytes are
 * does not matter, as long as the sum is stored in the same. */
static uint32_t words_sum(const uint8_t *at, uint32_t bytes)
{
    uint32_t sum = 0;
    uint32_t i = 0;

    for (; bytes - i >= 2U; i += 2U) {
        uint16_t word;
        __builtin_memcpy(&word, at + i, 2);
        sum += word;
    }
    return i < bytes ? sum + at[i] : sum;
}

/* The Internet check sum from `start` to the end. */
static void check_sum(uint8_t *frame, uint32_t bytes, uint32_t start, uint32_t at)
{
    uint32_t sum = words_sum(frame + start, bytes - start);

    sum = (sum & 0xffffU) + (sum >> 16);
    sum = (sum & 0xffffU) + (sum >> 16);
    /* 0 would say that there is none (RFC 768); both are zero in ones' complement. */
    sum = sum == 0xffffU ? sum : ~sum;
    frame[at] = (uint8_t)sum;
    frame[at + 1U] = (uint8_t)(sum >> 8);
}

static uint32_t half(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8;
}

/* The header, as the receiver may have it: nothing of the sender's but where a check sum
 * is missing, if that is inside the frame. */
static void header(const struct virtio *from, const struct virtio *to, uint8_t *frame,
                   uint32_t bytes)
{
    uint32_t start = half(frame + HEADER_CSUM_START);
    uint32_t offset = half(frame + HEADER_CSUM_OFFSET);
    uint32_t needs = frame[HEADER_FLAGS] & FLAG_NEEDS_CSUM & from->features[0] / FEATURE_CSUM;

    if (VIRTIO_NET_HEADER + start + offset + 2U > bytes) {
        needs = 0;
    }
    if (needs && (to->features[0] & FEATURE_GUEST_CSUM) == 0) {
        check_sum(frame, bytes, VIRTIO_NET_HEADER + start, VIRTIO_NET_HEADER + start + offset);
        needs = 0;
    }
    frame[HEADER_FLAGS] = (uint8_t)needs;
    for (uint32_t i = 1; i < VIRTIO_NET_HEADER; i++) {
        if (!needs || i < HEADER_CSUM_START || i >= HEADER_BUFFERS) {
            frame[i] = 0;
        }
    }
    frame[HEADER_BUFFERS] = 1;
}

/* Both chains are there. A frame begins anew if one of them is not the one that it had, or if
 * another device of its VM has used the memory since. */
static void frame_begin(struct virtio *from, struct virtio *to)
{
    struct virtio_chain *source = &from->queue[TRANSMIT].chain;
    struct virtio_chain *target = &to->queue[RECEIVE].chain;

    if (source->is_begun && target->is_begun && from->vm->frame_of == from) {
        return;
    }
    virtio_rewind(from, TRANSMIT);
    virtio_rewind(to, RECEIVE);
    source->is_begun = 1;
    target->is_begun = 1;
    from->vm->frame_of = from;
    from->frame_bytes = 0;
    from->frame_moved = 0;
    from->frame_is_whole = 0;
}

static uint32_t frame_move(struct virtio *from, struct virtio *to)
{
    uint32_t what = FRAME_MOVED;

    frame_begin(from, to);
    if (!from->frame_is_whole) {
        what = gather(from);
        if (what == FRAME_MOVED && virtio_is_live(from, TRANSMIT)) {
            header(from, to, from->vm->frame, from->frame_bytes);
            from->frame_is_whole = 1;
        }
    }
    if (what == FRAME_MOVED && virtio_is_live(from, TRANSMIT)) {
        what = scatter(from, to);
    }
    if (what == FRAME_LOST) {
        virtio_rewind(to, RECEIVE); /* for the next one */
    }
    return what;
}

/* The next frame, or a step of it. False: nothing more to do now. */
static uint32_t transmit_one(struct virtio *from, struct virtio *to)
{
    uint32_t what = FRAME_LOST;

    if (virtio_begin(from, TRANSMIT) == 0) {
        return 0;
    }
    if (to != 0 && virtio_is_live(to, RECEIVE)) {
        if (virtio_begin(to, RECEIVE) != 0) {
            what = frame_move(from, to);
        } else if (virtio_is_live(to, RECEIVE)) {
            return 0; /* it waits for buffers */
        }
    } else {
        vmm_spend(from->vm->vmm, VIRTIO_COST_CHAIN);
    }
    if (what == FRAME_LATER || !virtio_is_live(from, TRANSMIT)) {
        return what == FRAME_LATER;
    }
    if (what == FRAME_MOVED) {
        virtio_done(to, RECEIVE, from->frame_bytes);
        virtio_notify(to, RECEIVE);
    }
    virtio_done(from, TRANSMIT, 0);
    virtio_notify(from, TRANSMIT);
    return 1;
}

static uint32_t transmit(struct virtio *from)
{
    struct virtio *to = peer_of(from);

    while (from->vm->vmm->step != 0) {
        if (!transmit_one(from, to)) {
            return 0;
        }
    }
    return virtio_waits(from, TRANSMIT);
}

/* New buffers to receive into: what waits on the other side may come. */
uint32_t virtio_net_run(struct virtio *d, uint32_t queue)
{
    struct virtio *from = queue == TRANSMIT ? d : peer_of(d);

    return from != 0 ? transmit(from) : 0;
}

/* The sender is told as if some of its frames were sent: it comes to see, and pays for what
 * is left to do. */
void virtio_net_gone(struct virtio *d)
{
    struct virtio *from = peer_of(d);

    if (from != 0 && !virtio_is_live(d, RECEIVE) && virtio_waits(from, TRANSMIT)) {
        virtio_notify(from, TRANSMIT);
    }
}

/* What nobody receives. */
uint32_t virtio_net_left(struct virtio *d)
{
    const struct virtio *to = peer_of(d);

    return to == 0 || virtio_is_live(to, RECEIVE) ? 0 : transmit(d);
}
