/* SPDX-License-Identifier: BSD-2-Clause */
/* The MMIO transport (virtio 1.1, 4.2.2): see virtio.h. */
#include <stddef.h>

#include "virtio.h"

#include "vmm.h"

#define MMIO_MAGIC 0x000U
#define MMIO_VERSION 0x004U
#define MMIO_DEVICE 0x008U
#define MMIO_VENDOR 0x00cU
#define MMIO_DEVICE_FEATURES 0x010U
#define MMIO_DEVICE_FEATURES_SEL 0x014U
#define MMIO_DRIVER_FEATURES 0x020U
#define MMIO_DRIVER_FEATURES_SEL 0x024U
#define MMIO_QUEUE_SEL 0x030U
#define MMIO_QUEUE_MOST 0x034U
#define MMIO_QUEUE_SIZE 0x038U
#define MMIO_QUEUE_READY 0x044U
#define MMIO_QUEUE_NOTIFY 0x050U
#define MMIO_INTERRUPT 0x060U
#define MMIO_INTERRUPT_ACK 0x064U
#define MMIO_STATUS 0x070U
#define MMIO_QUEUE_ADDRESS 0x080U /* three pairs of words, 16 bytes apart */
#define MMIO_QUEUE_ADDRESS_END 0x0b0U
#define MMIO_SHARED 0x0b0U /* length and base of shared memory: all ones, there is none */
#define MMIO_SHARED_END 0x0c0U
#define MMIO_CONFIG 0x100U

#define MAGIC 0x74726976U  /* "virt" */
#define VENDOR 0x626d6854U /* "Thmb" */

#define FEATURE_VERSION_1 1U /* bit 32 */
#define STATUS_FEATURES_OK 8U
#define STATUS_DRIVER_OK 4U
#define STATUS_DRIVER 0xbfU /* what the driver writes */

static uint32_t offered(const struct virtio *d, uint32_t word)
{
    if (word == 1U) {
        return FEATURE_VERSION_1;
    }
    if (word == 0 && d->config->kind == VMM_VIRTIO_NET) {
        return virtio_net_features();
    }
    return word == 0 && d->config->kind == VMM_VIRTIO_BLOCK ? virtio_block_features(d) : 0;
}

static uint32_t config_read(const struct virtio *d, uint32_t offset, uint32_t bytes)
{
    uint32_t value = 0;

    if (d->config->kind == VMM_VIRTIO_NET) {
        value = virtio_net_config(d, offset & ~3U);
    } else if (d->config->kind == VMM_VIRTIO_BLOCK) {
        value = virtio_block_config(d, offset & ~3U);
    }
    return offset % bytes == 0 ? value >> 8U * (offset % 4U) : 0;
}

static uint32_t left(struct virtio *d)
{
    if (d->config->kind == VMM_VIRTIO_NET) {
        return virtio_net_left(d);
    }
    return d->config->kind == VMM_VIRTIO_CONSOLE ? virtio_console_left(d) : 0;
}

static uint32_t register_read(struct virtio *d, uint32_t offset)
{
    switch (offset) {
    case MMIO_MAGIC:
        return MAGIC;
    case MMIO_VERSION:
        return 2;
    case MMIO_DEVICE:
        return d->config->kind;
    case MMIO_VENDOR:
        return VENDOR;
    case MMIO_DEVICE_FEATURES:
        return offered(d, d->device_sel);
    case MMIO_QUEUE_MOST:
        return d->queue_sel < VIRTIO_QUEUES ? VIRTIO_QUEUE_MOST : 0;
    case MMIO_QUEUE_READY:
        return d->queue_sel < VIRTIO_QUEUES ? d->queue[d->queue_sel].ready : 0;
    case MMIO_INTERRUPT:
        d->vm->again |= left(d);
        return d->interrupt;
    case MMIO_STATUS:
        return d->status;
    default: /* the generation, too: what is in the configuration never changes */
        return offset - MMIO_SHARED < MMIO_SHARED_END - MMIO_SHARED ? 0xffffffffU : 0;
    }
}

uint32_t virtio_read(struct virtio *d, uint32_t offset, uint32_t bytes)
{
    if (offset >= MMIO_CONFIG) {
        return config_read(d, offset - MMIO_CONFIG, bytes);
    }
    return bytes == 4U ? register_read(d, offset) : 0;
}

static void run(struct virtio *d, uint32_t queue)
{
    if (!virtio_is_live(d, queue)) {
        return;
    }
    switch (d->config->kind) {
    case VMM_VIRTIO_NET:
        d->vm->again |= virtio_net_run(d, queue);
        break;
    case VMM_VIRTIO_BLOCK:
        d->vm->again |= virtio_block_run(d, queue);
        break;
    default:
        d->vm->again |= virtio_console_run(d, queue);
        break;
    }
}

void virtio_reset(struct virtio *d)
{
    struct vm *vm = d->vm;
    const struct vmm_virtio *config = d->config;

    gicd_line(vm, config->line, 0);
    __builtin_memset(d, 0, offsetof(struct virtio, put));
    d->vm = vm;
    d->config = config;
    if (config->kind == VMM_VIRTIO_NET) {
        virtio_net_gone(d);
    }
}

void virtio_off(struct virtio *d)
{
    virtio_reset(d);
    d->taken = d->put;
}

static void status_write(struct virtio *d, uint32_t value)
{
    uint32_t kept = d->status & VIRTIO_NEEDS_RESET;

    if (value == 0) {
        virtio_reset(d);
        return;
    }
    /* A driver accepts what is offered, and this much of it (3.1.1, 6.1). */
    if ((d->features[0] & ~offered(d, 0)) != 0 || d->features[1] != FEATURE_VERSION_1) {
        value &= ~STATUS_FEATURES_OK;
    }
    if ((value & STATUS_FEATURES_OK) == 0) {
        value &= ~STATUS_DRIVER_OK;
    }
    d->status = kept | (value & STATUS_DRIVER);
    /* Again, too, while there is more to do. */
    if ((d->status & STATUS_DRIVER_OK) != 0) {
        for (uint32_t i = 0; i < VIRTIO_QUEUES && !d->vm->again; i++) {
            run(d, i);
        }
    }
}

static void ready_write(struct virtio *d, struct virtio_queue *q, uint32_t value)
{
    if ((value & 1U) == 0) {
        *q = (struct virtio_queue){.ready = 0};
        if (d->config->kind == VMM_VIRTIO_NET) {
            virtio_net_gone(d);
        }
    } else if (!q->ready) {
        q->ready = virtio_ring_open(d, q);
        if (!q->ready) {
            virtio_broken(d);
        }
    }
}

static void queue_write(struct virtio *d, uint32_t offset, uint32_t value)
{
    if (d->queue_sel >= VIRTIO_QUEUES) {
        return;
    }
    struct virtio_queue *q = &d->queue[d->queue_sel];
    if (offset == MMIO_QUEUE_READY) {
        ready_write(d, q, value);
    } else if (q->ready) {
        return; /* its places are fixed now (4.2.2.2) */
    } else if (offset == MMIO_QUEUE_SIZE) {
        q->size = value;
    } else if (offset % 16U < 8U) {
        q->address[(offset - MMIO_QUEUE_ADDRESS) / 16U][offset / 4U % 2U] = value;
    }
}

static void features_write(struct virtio *d, uint32_t value)
{
    if (d->driver_sel < 2U && (d->status & STATUS_FEATURES_OK) == 0) {
        d->features[d->driver_sel] = value;
    }
}

static void acknowledge(struct virtio *d, uint32_t value)
{
    d->interrupt &= ~value;
    gicd_line(d->vm, d->config->line, 0);
    /* What came since the driver looked is an edge of its own. */
    if (d->interrupt != 0) {
        gicd_line(d->vm, d->config->line, 1);
    }
}

void virtio_write(struct virtio *d, uint32_t offset, uint32_t bytes, uint32_t value)
{
    if (bytes != 4U) {
        return; /* no field of a configuration can be written, and registers are words */
    }
    switch (offset) {
    case MMIO_QUEUE_NOTIFY:
        if (value < VIRTIO_QUEUES) {
            run(d, value);
        }
        break;
    case MMIO_INTERRUPT_ACK:
        acknowledge(d, value);
        break;
    case MMIO_DEVICE_FEATURES_SEL:
        d->device_sel = value;
        break;
    case MMIO_DRIVER_FEATURES_SEL:
        d->driver_sel = value;
        break;
    case MMIO_DRIVER_FEATURES:
        features_write(d, value);
        break;
    case MMIO_QUEUE_SEL:
        d->queue_sel = value;
        break;
    case MMIO_STATUS:
        status_write(d, value);
        break;
    default:
        if (offset == MMIO_QUEUE_SIZE || offset == MMIO_QUEUE_READY ||
            offset - MMIO_QUEUE_ADDRESS < MMIO_QUEUE_ADDRESS_END - MMIO_QUEUE_ADDRESS) {
            queue_write(d, offset, value);
        }
        break;
    }
}
