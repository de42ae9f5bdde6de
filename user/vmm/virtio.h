/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio 1.1 devices on the MMIO transport (4.2, version 2), split rings (2.6), and the
 * three devices. A ring is checked once, when the driver makes it ready: it lies within
 * the VM's RAM. What is in it can change at any time: each word is read once, checked,
 * then used. A driver that breaks the rules gets DEVICE_NEEDS_RESET, and silence.
 */
#ifndef USER_VMM_VIRTIO_H
#define USER_VMM_VIRTIO_H

#include <stdint.h>

#include "config.h"

#define VIRTIO_QUEUES 2U
#define VIRTIO_QUEUE_MOST 256U

#define VIRTIO_BYTES 0x200U /* of one device's registers */

/* Virtio header and the longest Ethernet frame: with a VLAN tag, without check sum. */
#define VIRTIO_NET_HEADER 12U
#define VIRTIO_NET_FRAME (VIRTIO_NET_HEADER + 1518U)

struct vm;

struct virtio_queue {
    uint32_t size;
    uint32_t ready;
    uint32_t address[3][2]; /* descriptors, driver's, device's: as written */
    /* Valid while ready. */
    volatile uint8_t *descriptors;
    volatile uint8_t *driver;
    volatile uint8_t *device;
    uint16_t next; /* of the driver's ring; all before it are done */
};

#define VIRTIO_CONSOLE_INPUT 64U /* power of two */

struct virtio {
    struct vm *vm;
    const struct vmm_virtio *config;
    uint32_t status;
    uint32_t interrupt;
    uint32_t device_sel;
    uint32_t driver_sel;
    uint32_t features[2]; /* the driver's */
    uint32_t queue_sel;
    struct virtio_queue queue[VIRTIO_QUEUES];
    /* Console: input that the driver has no buffer for yet; how much of the output
     * chain's characters are written. */
    uint32_t put;
    uint32_t taken;
    uint32_t written;
    uint8_t input[VIRTIO_CONSOLE_INPUT];
};

/* ---- transport: virtio_mmio.c ---- */
uint32_t virtio_read(struct virtio *d, uint32_t offset, uint32_t bytes);
void virtio_write(struct virtio *d, uint32_t offset, uint32_t bytes, uint32_t value);
void virtio_reset(struct virtio *d);

/* ---- rings, for the devices: virtio_ring.c ---- */
/* A chain of descriptors. */
struct virtio_chain {
    uint32_t head;
    uint32_t next;
    uint32_t left; /* descriptors: a chain has no more than the ring */
};
struct virtio_buffer {
    uint8_t *at;
    uint32_t bytes;
    uint32_t writable;
};

/* Ready, and the driver is, too. */
uint32_t virtio_is_live(const struct virtio *d, uint32_t queue);
/* Where the rings are. False: not in the VM's RAM, or not as the standard says. */
uint32_t virtio_ring_open(struct virtio *d, struct virtio_queue *q);
/* There are chains that the driver has made available. */
uint32_t virtio_waits(const struct virtio *d, uint32_t queue);
/* The next chain that the driver has made available. False: there is none. It stays the
 * next one until virtio_done(). */
uint32_t virtio_peek(struct virtio *d, uint32_t queue, struct virtio_chain *chain);
/* The chain's next buffer. False: it has none, or it is broken: see the status. */
uint32_t virtio_next(struct virtio *d, uint32_t queue, struct virtio_chain *chain,
                     struct virtio_buffer *buffer);
/* The chain goes back to the driver, with so many bytes written. */
void virtio_done(struct virtio *d, uint32_t queue, const struct virtio_chain *chain,
                 uint32_t written);
/* Tells the driver, if it wants to be told. */
void virtio_notify(struct virtio *d, uint32_t queue);
void virtio_broken(struct virtio *d);
#define VIRTIO_NEEDS_RESET 0x40U

/* ---- devices ---- */
/* One step of a queue's work. True: there may be more. */
uint32_t virtio_console_run(struct virtio *d, uint32_t queue);
uint32_t virtio_net_run(struct virtio *d, uint32_t queue);
uint32_t virtio_block_run(struct virtio *d, uint32_t queue);
/* The other end of a cable: this one does not receive any more, */
void virtio_net_gone(struct virtio *d);
/* and what waits there for it is lost. True: there may be more. */
uint32_t virtio_net_drop(struct virtio *d);
uint32_t virtio_net_config(const struct virtio *d, uint32_t offset);
uint32_t virtio_block_config(const struct virtio *d, uint32_t offset);
/* Feature bits 31:0 that they offer. */
uint32_t virtio_net_features(void);
uint32_t virtio_block_features(const struct virtio *d);

uint32_t virtio_console_room(const struct virtio *d);
void virtio_console_input(struct virtio *d, uint32_t c);

#endif
