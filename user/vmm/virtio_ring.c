/* SPDX-License-Identifier: BSD-2-Clause */
/* Split rings (virtio 1.1, 2.6): see virtio.h. */
#include "virtio.h"

#include "vmm.h"

#define DESCRIPTOR_BYTES 16U
#define DESCRIPTOR_NEXT 1U
#define DESCRIPTOR_WRITE 2U
#define DESCRIPTOR_INDIRECT 4U
#define NOBODY 0xffffU

/* Both rings: flags, index, then the entries. */
#define RING_FLAGS 0U
#define RING_INDEX 2U
#define RING_ENTRIES 4U
#define DRIVER_ENTRY 2U
#define DEVICE_ENTRY 8U
#define NO_INTERRUPT 1U

#define STATUS_DRIVER_OK 4U
#define INTERRUPT_USED 1U
#define INTERRUPT_CONFIG 2U

static uint32_t get16(const volatile uint8_t *at)
{
    return *(const volatile uint16_t *)at;
}

static uint32_t get32(const volatile uint8_t *at)
{
    return *(const volatile uint32_t *)at;
}

static void put16(volatile uint8_t *at, uint32_t value)
{
    *(volatile uint16_t *)at = (uint16_t)value;
}

static void put32(volatile uint8_t *at, uint32_t value)
{
    *(volatile uint32_t *)at = value;
}

/* Between a ring's index and what it stands for (2.6.13). */
static void barrier(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* One of the three parts; NULL if it is not all there, or not aligned. */
static uint8_t *part(const struct virtio *d, const uint32_t *address, uint32_t align,
                     uint32_t bytes)
{
    if (address[1] != 0 || address[0] % align != 0) {
        return (uint8_t *)0;
    }
    return vm_memory(d->vm, address[0], bytes);
}

uint32_t virtio_ring_open(struct virtio *d, struct virtio_queue *q)
{
    if (q->size == 0 || q->size > VIRTIO_QUEUE_MOST || (q->size & (q->size - 1U)) != 0) {
        return 0;
    }
    q->descriptors = part(d, q->address[0], 16, DESCRIPTOR_BYTES * q->size);
    q->driver = part(d, q->address[1], 2, RING_ENTRIES + DRIVER_ENTRY * q->size);
    q->device = part(d, q->address[2], 4, RING_ENTRIES + DEVICE_ENTRY * q->size);
    q->next = 0;
    return q->descriptors != 0 && q->driver != 0 && q->device != 0;
}

uint32_t virtio_is_live(const struct virtio *d, uint32_t queue)
{
    return d->queue[queue].ready &&
           (d->status & (STATUS_DRIVER_OK | VIRTIO_NEEDS_RESET)) == STATUS_DRIVER_OK;
}

static void interrupt(struct virtio *d, uint32_t why)
{
    d->interrupt |= why;
    gicd_line(d->vm, d->config->line, 1);
}

void virtio_broken(struct virtio *d)
{
    d->status |= VIRTIO_NEEDS_RESET;
    interrupt(d, INTERRUPT_CONFIG);
    if (d->config->kind == VMM_VIRTIO_NET) {
        virtio_net_gone(d);
    }
}

uint32_t virtio_waits(const struct virtio *d, uint32_t queue)
{
    const struct virtio_queue *q = &d->queue[queue];

    return virtio_is_live(d, queue) && get16(q->driver + RING_INDEX) != q->next;
}

static void open(struct virtio_queue *q, uint32_t head)
{
    q->chain = (struct virtio_chain){.is_open = 1, .head = (uint16_t)head,
                                     .next = (uint16_t)head, .left = (uint16_t)q->size};
}

struct virtio_chain *virtio_begin(struct virtio *d, uint32_t queue)
{
    struct virtio_queue *q = &d->queue[queue];

    if (!virtio_is_live(d, queue)) {
        return (struct virtio_chain *)0;
    }
    if (q->chain.is_open) {
        return &q->chain;
    }
    uint32_t count = (get16(q->driver + RING_INDEX) - q->next) & 0xffffU;
    if (count == 0) {
        return (struct virtio_chain *)0;
    }
    barrier();
    uint32_t entry = q->next & (q->size - 1U);
    uint32_t head = get16(q->driver + RING_ENTRIES + DRIVER_ENTRY * entry);
    if (count > q->size || head >= q->size) {
        virtio_broken(d);
        return (struct virtio_chain *)0;
    }
    vmm_spend(d->vm->vmm, VIRTIO_COST_CHAIN);
    open(q, head);
    return &q->chain;
}

void virtio_rewind(struct virtio *d, uint32_t queue)
{
    struct virtio_queue *q = &d->queue[queue];

    if (q->chain.is_open) {
        open(q, q->chain.head);
    }
}

/* The chain's next descriptor. False: it has broken the rules. */
static uint32_t descriptor_read(const struct virtio *d, const struct virtio_queue *q,
                                struct virtio_chain *chain)
{
    if (chain->next >= q->size || chain->left == 0) {
        return 0;
    }
    const volatile uint8_t *from = q->descriptors + DESCRIPTOR_BYTES * chain->next;
    uint32_t address = get32(from);
    uint32_t high = get32(from + 4);
    uint32_t flags = get16(from + 12);
    chain->bytes = get32(from + 8);
    chain->writable = (flags & DESCRIPTOR_WRITE) != 0;
    chain->at = vm_memory(d->vm, address, chain->bytes);
    chain->left--;
    chain->next = (flags & DESCRIPTOR_NEXT) != 0 ? (uint16_t)get16(from + 14) : NOBODY;
    return high == 0 && (flags & DESCRIPTOR_INDIRECT) == 0 && chain->at != 0;
}

uint32_t virtio_next(struct virtio *d, uint32_t queue)
{
    struct virtio_queue *q = &d->queue[queue];
    struct virtio_chain *chain = &q->chain;

    while (chain->bytes == 0 && chain->next != NOBODY) {
        if (d->vm->vmm->step == 0) {
            return VIRTIO_LATER;
        }
        vmm_spend(d->vm->vmm, VIRTIO_COST_DESCRIPTOR);
        if (!descriptor_read(d, q, chain)) {
            virtio_broken(d);
            return VIRTIO_END;
        }
    }
    if (chain->bytes == 0) {
        return VIRTIO_END;
    }
    return d->vm->vmm->step != 0 ? VIRTIO_SOME : VIRTIO_LATER;
}

uint32_t virtio_most(const struct virtio *d, const struct virtio_chain *chain)
{
    uint32_t step = d->vm->vmm->step;

    return chain->bytes < step ? chain->bytes : step;
}

void virtio_taken(struct virtio *d, struct virtio_chain *chain, uint32_t bytes)
{
    chain->at += bytes;
    chain->bytes -= bytes;
    vmm_spend(d->vm->vmm, bytes);
}

void virtio_done(struct virtio *d, uint32_t queue, uint32_t written)
{
    struct virtio_queue *q = &d->queue[queue];
    uint32_t entry = q->next & (q->size - 1U);
    volatile uint8_t *at = q->device + RING_ENTRIES + DEVICE_ENTRY * entry;

    put32(at, q->chain.head);
    put32(at + 4, written);
    barrier();
    q->next++;
    put16(q->device + RING_INDEX, q->next);
    q->chain.is_open = 0;
}

void virtio_notify(struct virtio *d, uint32_t queue)
{
    barrier();
    if ((get16(d->queue[queue].driver + RING_FLAGS) & NO_INTERRUPT) == 0) {
        interrupt(d, INTERRUPT_USED);
    }
}
