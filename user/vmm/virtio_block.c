/* SPDX-License-Identifier: BSD-2-Clause */
/* The block device (virtio 1.1, 5.2): a disk in the VMM's memory. */
#include "virtio.h"

#include "port.h"
#include "vmm.h"

#define SECTOR 512U
#define REQUEST_BYTES 0x20000U  /* longest; the driver knows from segment size and number */
#define SEGMENT_BYTES 0x1000U
#define SEGMENTS (REQUEST_BYTES / SEGMENT_BYTES)

#define FEATURE_SIZE_MAX (1U << 1)
#define FEATURE_SEG_MAX (1U << 2)
#define FEATURE_READ_ONLY (1U << 5)
#define FEATURE_FLUSH (1U << 9)

#define TYPE_IN 0U
#define TYPE_OUT 1U
#define TYPE_FLUSH 4U
#define TYPE_GET_ID 8U

#define STATUS_OK 0U
#define STATUS_ERROR 1U
#define STATUS_UNSUPPORTED 2U

#define HEADER_BYTES 16U
#define ID_BYTES 20U

struct request {
    uint32_t type;
    uint32_t at; /* byte of the disk */
    uint32_t left; /* bytes of the disk behind that, no more than a request may have */
    uint32_t status;
    uint32_t written; /* to the driver */
};

uint32_t virtio_block_features(const struct virtio *d)
{
    return FEATURE_SIZE_MAX | FEATURE_SEG_MAX | FEATURE_FLUSH |
           (d->config->read_only ? FEATURE_READ_ONLY : 0);
}

/* Capacity in sectors (two words), longest segment, most of them. */
uint32_t virtio_block_config(const struct virtio *d, uint32_t offset)
{
    switch (offset) {
    case 0:
        return d->config->image_bytes / SECTOR;
    case 8:
        return SEGMENT_BYTES;
    case 12:
        return SEGMENTS;
    default:
        return 0;
    }
}

static uint32_t word(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The header, copied before it is looked at. */
static void request_begin(const struct virtio *d, const struct virtio_buffer *b, struct request *r)
{
    uint8_t header[HEADER_BYTES];
    uint32_t sectors = d->config->image_bytes / SECTOR;

    *r = (struct request){.status = STATUS_OK};
    vmm_copy(header, b->at, HEADER_BYTES);
    r->type = word(header);
    uint32_t sector = word(header + 8);
    if (word(header + 12) == 0 && sector <= sectors) {
        r->at = sector * SECTOR;
        r->left = (sectors - sector) * SECTOR;
        r->left = r->left < REQUEST_BYTES ? r->left : REQUEST_BYTES;
    }
    if (r->type == TYPE_OUT && d->config->read_only) {
        r->status = STATUS_ERROR;
    } else if (r->type == TYPE_GET_ID) {
        r->left = ID_BYTES;
    } else if (r->type > TYPE_OUT && r->type != TYPE_FLUSH) {
        r->status = STATUS_UNSUPPORTED;
    }
}

static void id_read(const struct virtio *d, const struct virtio_buffer *b)
{
    for (uint32_t i = 0; i < b->bytes; i++) {
        b->at[i] = i < VMM_NAME ? (uint8_t)d->vm->config->name[i] : 0;
    }
}

static void transfer(const struct virtio *d, const struct virtio_buffer *b, struct request *r)
{
    if (r->status != STATUS_OK || r->type == TYPE_FLUSH) {
        return;
    }
    if (b->bytes > r->left || (b->writable != 0) == (r->type == TYPE_OUT)) {
        r->status = STATUS_ERROR;
        return;
    }
    uint8_t *disk = port_memory(d->config->image_at + r->at);
    if (r->type == TYPE_GET_ID) {
        id_read(d, b);
    } else if (r->type == TYPE_IN) {
        vmm_copy(b->at, disk, b->bytes);
    } else {
        vmm_copy(disk, b->at, b->bytes);
    }
    r->at += b->bytes;
    r->left -= b->bytes;
    r->written += b->writable ? b->bytes : 0;
}

/* Header, data, and a byte for the status, which is known to be the last buffer only when
 * none follows. False: not a request at all. */
static uint32_t request_run(struct virtio *d, struct virtio_chain *chain, uint32_t *written)
{
    struct virtio_buffer b;
    struct virtio_buffer following;
    struct request r;

    if (!virtio_next(d, 0, chain, &b) || b.bytes != HEADER_BYTES || b.writable) {
        return 0;
    }
    request_begin(d, &b, &r);
    if (!virtio_next(d, 0, chain, &b)) {
        return 0;
    }
    while (virtio_next(d, 0, chain, &following)) {
        transfer(d, &b, &r);
        b = following;
    }
    if (!virtio_is_live(d, 0) || b.bytes != 1U || !b.writable) {
        return 0;
    }
    *b.at = (uint8_t)r.status;
    *written = r.written + 1U;
    return 1;
}

uint32_t virtio_block_run(struct virtio *d, uint32_t queue)
{
    struct virtio_chain chain;
    uint32_t written = 0;

    if (queue != 0 || !virtio_peek(d, 0, &chain)) {
        return 0;
    }
    struct virtio_chain walked = chain;
    if (!request_run(d, &walked, &written)) {
        virtio_broken(d);
        return 0;
    }
    virtio_done(d, 0, &chain, written);
    virtio_notify(d, 0);
    return virtio_waits(d, 0);
}
