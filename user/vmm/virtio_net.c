/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network device (virtio 1.1, 5.1): a cable from one VM to another. A frame goes from
 * the sender's ring through the VMM's own memory, where nobody changes it any more, to the
 * receiver's. Is there no buffer for it, then it waits in the sender's ring until the
 * receiver gives one; is there no receiver, it is lost, as it is on a cable.
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

/* The chain's frame, header included, into the VMM's memory. Its bytes; 0: it is none. */
static uint32_t gather(struct virtio *d, struct virtio_chain *chain, uint8_t *frame)
{
    struct virtio_buffer b;
    uint32_t bytes = 0;

    while (virtio_next(d, TRANSMIT, chain, &b)) {
        if (b.writable || b.bytes > VIRTIO_NET_FRAME - bytes) {
            return 0;
        }
        vmm_copy(frame + bytes, b.at, b.bytes);
        bytes += b.bytes;
    }
    return bytes >= VIRTIO_NET_HEADER + FRAME_LEAST ? bytes : 0;
}

/* False: the chain has too little room, or is broken. */
static uint32_t scatter(struct virtio *d, struct virtio_chain *chain, const uint8_t *frame,
                        uint32_t bytes)
{
    struct virtio_buffer b;

    while (bytes != 0 && virtio_next(d, RECEIVE, chain, &b)) {
        uint32_t count = b.bytes < bytes ? b.bytes : bytes;
        if (!b.writable) {
            return 0;
        }
        vmm_copy(b.at, frame, count);
        frame += count;
        bytes -= count;
    }
    return bytes == 0;
}

/* The Internet check sum (RFC 1071) from `start` to the end, in network byte order. */
static void check_sum(uint8_t *frame, uint32_t bytes, uint32_t start, uint32_t at)
{
    uint32_t sum = 0;

    for (uint32_t i = start; i < bytes; i++) {
        sum += (i - start) % 2U != 0 ? frame[i] : (uint32_t)frame[i] << 8;
    }
    sum = (sum & 0xffffU) + (sum >> 16);
    sum = (sum & 0xffffU) + (sum >> 16);
    /* 0 would say that there is none (RFC 768); both are zero in ones' complement. */
    sum = sum == 0xffffU ? sum : ~sum;
    frame[at] = (uint8_t)(sum >> 8);
    frame[at + 1U] = (uint8_t)sum;
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

/* One frame of the sender. 0: it waits; else it is done, and 2: the receiver got it. */
static uint32_t frame_move(struct virtio *from, struct virtio *to, struct virtio_chain *chain)
{
    uint8_t *frame = from->vm->vmm->frame;
    struct virtio_chain target;

    if (to == 0 || !virtio_is_live(to, RECEIVE)) {
        return 1;
    }
    if (!virtio_peek(to, RECEIVE, &target)) {
        return !virtio_is_live(to, RECEIVE);
    }
    uint32_t bytes = gather(from, chain, frame);
    if (bytes == 0) {
        return 1;
    }
    struct virtio_chain rest = target;
    header(from, to, frame, bytes);
    if (!scatter(to, &rest, frame, bytes)) {
        return 1;
    }
    virtio_done(to, RECEIVE, &target, bytes);
    return 2;
}

/* One frame. True: there may be more. */
static uint32_t transmit(struct virtio *from)
{
    struct virtio *to = peer_of(from);
    struct virtio_chain chain;

    if (!virtio_peek(from, TRANSMIT, &chain)) {
        return 0;
    }
    struct virtio_chain walked = chain;
    uint32_t moved = frame_move(from, to, &walked);
    if (moved == 0 || !virtio_is_live(from, TRANSMIT)) {
        return 0;
    }
    virtio_done(from, TRANSMIT, &chain, 0);
    virtio_notify(from, TRANSMIT);
    if (moved == 2U) {
        virtio_notify(to, RECEIVE);
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

uint32_t virtio_net_drop(struct virtio *d)
{
    const struct virtio *to = peer_of(d);

    return to == 0 || virtio_is_live(to, RECEIVE) ? 0 : transmit(d);
}
