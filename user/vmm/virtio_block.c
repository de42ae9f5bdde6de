/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The block device (virtio 1.1, 5.2): a disk in the VMM's memory. A request is two streams:
 * header and data from the driver; data and, in the last byte, the status to the driver.
 * Which buffers these bytes are in is the driver's choice (2.6.4), and how many there are.
 */
#include "virtio.h"

#include "port.h"
#include "vmm.h"

#define SECTOR 512U
/* What suits the device best; it holds for drivers that accept these features. */
#define SEGMENT_BYTES 0x1000U
#define SEGMENTS 32U

#define FEATURE_SIZE_MAX (1U << 1)
#define FEATURE_SEG_MAX (1U << 2)
#define FEATURE_READ_ONLY (1U << 5)
#define FEATURE_BLOCK_SIZE (1U << 6)
#define FEATURE_FLUSH (1U << 9)

#define TYPE_IN 0U
#define TYPE_OUT 1U
#define TYPE_FLUSH 4U
#define TYPE_GET_ID 8U

#define STATUS_OK 0U
#define STATUS_ERROR 1U
#define STATUS_UNSUPPORTED 2U

#define ID_BYTES 20U

uint32_t virtio_block_features(const struct virtio *d)
{
    return FEATURE_SIZE_MAX | FEATURE_SEG_MAX | FEATURE_BLOCK_SIZE | FEATURE_FLUSH |
           (d->config->read_only ? FEATURE_READ_ONLY : 0);
}

/* Capacity in sectors (two words), longest segment, most of them, size of a block. */
uint32_t virtio_block_config(const struct virtio *d, uint32_t offset)
{
    switch (offset) {
    case 0:
        return d->config->image_bytes / SECTOR;
    case 8:
        return SEGMENT_BYTES;
    case 12:
        return SEGMENTS;
    case 20:
        return SECTOR;
    default:
        return 0;
    }
}

static uint32_t word(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The header is whole, and a copy. */
static void request_begin(const struct virtio *d, struct virtio_request *r)
{
    uint32_t sectors = d->config->image_bytes / SECTOR;
    uint32_t sector = word(r->header + 8);

    r->type = word(r->header);
    if (r->type == TYPE_GET_ID) {
        r->left = ID_BYTES;
    } else if (r->type > TYPE_OUT) {
        r->status = r->type == TYPE_FLUSH ? STATUS_OK : STATUS_UNSUPPORTED;
    } else if (word(r->header + 12) != 0 || sector > sectors ||
               (r->type == TYPE_OUT && d->config->read_only)) {
        r->status = STATUS_ERROR;
    } else {
        r->at = sector * SECTOR;
        r->left = (sectors - sector) * SECTOR;
    }
}

/* Are there data to move in this direction, as many? If not, that is the request's status. */
static uint32_t moves(struct virtio_request *r, uint32_t bytes, uint32_t to_disk)
{
    if (r->status != STATUS_OK || r->type == TYPE_FLUSH) {
        return 0;
    }
    if (bytes > r->left || to_disk != (r->type == TYPE_OUT)) {
        r->status = STATUS_ERROR;
        return 0;
    }
    return 1;
}

static void id_read(const struct virtio *d, uint8_t *to, uint32_t from, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = from + i < VMM_NAME ? (uint8_t)d->vm->config->name[from + i] : 0;
    }
}

/* Data for the driver. */
static void data_give(const struct virtio *d, struct virtio_request *r, uint8_t *to,
                      uint32_t bytes)
{
    if (bytes == 0) {
        return;
    }
    if (!moves(r, bytes, 0)) {
        r->gap = 1;
        return;
    }
    if (r->type == TYPE_GET_ID) {
        id_read(d, to, r->at, bytes);
    } else {
        vmm_copy(to, port_memory(d->config->image_at + r->at), bytes);
    }
    r->at += bytes;
    r->left -= bytes;
    r->given += bytes;
}

/* From the driver: header, then data. How many bytes it took; 0: that is no request. */
static uint32_t stream_in(struct virtio *d, struct virtio_request *r,
                          const struct virtio_chain *chain)
{
    uint32_t bytes = virtio_most(d, chain);
    uint32_t missing = VIRTIO_REQUEST_HEADER - r->header_bytes;

    if (r->last != 0) {
        return 0; /* behind what is to the driver (2.6.4.2) */
    }
    if (missing != 0) {
        bytes = bytes < missing ? bytes : missing;
        vmm_copy(r->header + r->header_bytes, chain->at, bytes);
        r->header_bytes += bytes;
        if (bytes == missing) {
            request_begin(d, r);
        }
    } else if (moves(r, chain->bytes, 1)) {
        vmm_copy(port_memory(d->config->image_at + r->at), chain->at, bytes);
        r->at += bytes;
        r->left -= bytes;
    } else {
        bytes = chain->bytes;
    }
    return bytes;
}

/* To the driver: data, and the status in the last byte, which is known to be that when no
 * other follows. */
static uint32_t stream_out(struct virtio *d, struct virtio_request *r,
                           const struct virtio_chain *chain)
{
    uint32_t bytes = virtio_most(d, chain);

    if (r->header_bytes != VIRTIO_REQUEST_HEADER) {
        return 0;
    }
    if (r->last != 0) {
        data_give(d, r, r->last, 1);
    }
    data_give(d, r, chain->at, bytes - 1U);
    r->last = chain->at + bytes - 1U;
    return bytes;
}

static uint32_t request_end(struct virtio *d, const struct virtio_request *r)
{
    if (!virtio_is_live(d, 0) || r->last == 0) {
        return 0;
    }
    *r->last = (uint8_t)r->status;
    /* So much is written without a gap (2.6.8.2). */
    virtio_done(d, 0, r->gap ? r->given : r->given + 1U);
    return 1;
}

/* One request, or a step of it. What becomes of it: as of virtio_next(). */
static uint32_t request_run(struct virtio *d, struct virtio_chain *chain)
{
    struct virtio_request *r = &d->request;
    uint32_t what;

    if (!chain->is_begun) {
        chain->is_begun = 1;
        *r = (struct virtio_request){.status = STATUS_OK};
    }
    while ((what = virtio_next(d, 0)) == VIRTIO_SOME) {
        uint32_t bytes = chain->writable ? stream_out(d, r, chain) : stream_in(d, r, chain);
        if (bytes == 0) {
            virtio_broken(d);
            return VIRTIO_END;
        }
        virtio_taken(d, chain, bytes);
    }
    if (what == VIRTIO_END && !request_end(d, r)) {
        virtio_broken(d);
    }
    return what;
}

uint32_t virtio_block_run(struct virtio *d, uint32_t queue)
{
    uint32_t done = d->queue[0].next;
    uint32_t what = VIRTIO_END;
    struct virtio_chain *chain;

    while (queue == 0 && what == VIRTIO_END && (chain = virtio_begin(d, 0)) != 0) {
        what = request_run(d, chain);
    }
    if (d->queue[0].next != done && virtio_is_live(d, 0)) {
        virtio_notify(d, 0);
    }
    return what == VIRTIO_LATER;
}
