/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio 1.1 devices on the MMIO transport (4.2, version 2), split rings (2.6), and the
 * three devices. A ring is checked once, when the driver makes it ready: it lies within
 * the VM's RAM. What is in it can change at any time, between the steps of a request, too:
 * each word is read once, checked, then used. A driver that breaks the rules gets
 * DEVICE_NEEDS_RESET, and silence.
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

/* A chain of descriptors, and how far the device has come in it. */
struct virtio_chain {
    uint8_t *at;       /* what is left of the buffer in which it is: may be nothing */
    uint32_t bytes;
    uint16_t writable;
    uint16_t is_open;  /* it is one */
    uint16_t is_begun; /* the device's own, 0 at first */
    uint16_t head;
    uint16_t next;
    uint16_t left; /* descriptors: a chain has no more than the ring */
};

struct virtio_queue {
    uint32_t size;
    uint32_t ready;
    uint32_t address[3][2]; /* descriptors, driver's, device's: as written */
    /* Valid while ready. */
    volatile uint8_t *descriptors;
    volatile uint8_t *driver;
    volatile uint8_t *device;
    uint16_t next; /* of the driver's ring; all before it are done */
    struct virtio_chain chain; /* the one at `next`, once it is open */
};

/* A request of the block device, as far as it has come. */
#define VIRTIO_REQUEST_HEADER 16U
struct virtio_request {
    uint8_t header[VIRTIO_REQUEST_HEADER];
    uint32_t header_bytes; /* of it, that are there */
    uint32_t type;
    uint32_t at;     /* next byte of the disk, */
    uint32_t left;   /* and bytes from there to its end */
    uint32_t status;
    uint32_t given;  /* bytes to the driver, */
    uint32_t gap;    /* and then some without data */
    uint8_t *last;   /* of the driver's bytes up to here: the status, if no other follows */
};

#define VIRTIO_CONSOLE_INPUT 512U /* power of two */

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
    struct virtio_request request; /* block */
    /* Net: the frame that it sends, in its VM's memory; how much of it the receiver has. */
    uint32_t frame_bytes;
    uint32_t frame_moved;
    uint32_t frame_is_whole;
    /* Console: input that the driver has no buffer for yet. It outlives the driver's reset. */
    uint32_t put;
    uint32_t taken;
    uint8_t input[VIRTIO_CONSOLE_INPUT];
};

/* ---- transport: virtio_mmio.c ---- */
uint32_t virtio_read(struct virtio *d, uint32_t offset, uint32_t bytes);
void virtio_write(struct virtio *d, uint32_t offset, uint32_t bytes, uint32_t value);
/* By its driver; with its VM. */
void virtio_reset(struct virtio *d);
void virtio_off(struct virtio *d);

/* ---- rings, for the devices: virtio_ring.c ---- */
/* Ready, and the driver is, too. */
uint32_t virtio_is_live(const struct virtio *d, uint32_t queue);
/* Where the rings are. False: not in the VM's RAM, or not as the standard says. */
uint32_t virtio_ring_open(struct virtio *d, struct virtio_queue *q);
/* There are chains that the driver has made available. */
uint32_t virtio_waits(const struct virtio *d, uint32_t queue);
/* The chain at which it works: the one that is open, or else the next one that the driver has
 * made available. NULL: there is none. It stays open until virtio_done(). */
struct virtio_chain *virtio_begin(struct virtio *d, uint32_t queue);
/* The open chain from its first byte, again. */
void virtio_rewind(struct virtio *d, uint32_t queue);
/* The open chain has bytes; has no more, or is broken: see the status; or may have more, but
 * the step is used up. Each descriptor is read once. */
uint32_t virtio_next(struct virtio *d, uint32_t queue);
#define VIRTIO_END 0U
#define VIRTIO_SOME 1U
#define VIRTIO_LATER 2U
/* How many of the buffer's bytes this step may take; so many are taken. */
uint32_t virtio_most(const struct virtio *d, const struct virtio_chain *chain);
void virtio_taken(struct virtio *d, struct virtio_chain *chain, uint32_t bytes);
/* The open chain goes back to the driver, with so many bytes written. */
void virtio_done(struct virtio *d, uint32_t queue, uint32_t written);
/* Tells the driver, if it wants to be told. */
void virtio_notify(struct virtio *d, uint32_t queue);
void virtio_broken(struct virtio *d);
/* What they take of a step (VMM_STEP), besides bytes. */
#define VIRTIO_COST_CHAIN 128U
#define VIRTIO_COST_DESCRIPTOR 64U
#define VIRTIO_NEEDS_RESET 0x40U

/* ---- devices ---- */
/* One step of a queue's work. True: there may be more. */
uint32_t virtio_console_run(struct virtio *d, uint32_t queue);
uint32_t virtio_net_run(struct virtio *d, uint32_t queue);
uint32_t virtio_block_run(struct virtio *d, uint32_t queue);
/* The driver comes to see why it was interrupted: what an event has left to do. */
uint32_t virtio_console_left(struct virtio *d);
uint32_t virtio_net_left(struct virtio *d);
/* It does not receive any more: who sends to it is told. */
void virtio_net_gone(struct virtio *d);
uint32_t virtio_net_config(const struct virtio *d, uint32_t offset);
uint32_t virtio_block_config(const struct virtio *d, uint32_t offset);
/* Feature bits 31:0 that they offer. */
uint32_t virtio_net_features(void);
uint32_t virtio_block_features(const struct virtio *d);

uint32_t virtio_console_room(const struct virtio *d);
void virtio_console_input(struct virtio *d, uint32_t c);

#endif
