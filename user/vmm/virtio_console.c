/* SPDX-License-Identifier: BSD-2-Clause */
/* The console device (virtio 1.1, 5.3), one port: it shares the VM's console. */
#include "virtio.h"

#include "vmm.h"

#define RECEIVE 0U
#define TRANSMIT 1U

uint32_t virtio_console_room(const struct virtio *d)
{
    return VIRTIO_CONSOLE_INPUT - (d->put - d->taken);
}

/* What has been typed, into the chain. How many characters; what is left of the chain stays
 * empty. */
static uint32_t chain_fill(struct virtio *d, struct virtio_chain *chain)
{
    uint32_t written = 0;

    while (d->put != d->taken && virtio_next(d, RECEIVE) == VIRTIO_SOME && chain->writable) {
        uint32_t most = virtio_most(d, chain);
        uint32_t i = 0;
        for (; i < most && d->put != d->taken; i++) {
            chain->at[i] = d->input[d->taken++ % VIRTIO_CONSOLE_INPUT];
        }
        virtio_taken(d, chain, i);
        written += i;
    }
    return written;
}

/* What has been typed, into one chain after the other. */
static uint32_t receive(struct virtio *d)
{
    struct virtio_chain *chain;
    uint32_t received = 0;

    while (d->put != d->taken && (chain = virtio_begin(d, RECEIVE)) != 0) {
        uint32_t written = chain_fill(d, chain);
        if (written != 0 && virtio_is_live(d, RECEIVE)) {
            virtio_done(d, RECEIVE, written);
            received = 1;
        } else if (d->vm->vmm->step == 0) {
            break;
        } else {
            virtio_broken(d); /* a chain without room */
        }
    }
    if (received && virtio_is_live(d, RECEIVE)) {
        virtio_notify(d, RECEIVE);
    }
    return d->put != d->taken && virtio_waits(d, RECEIVE);
}

uint32_t virtio_console_left(struct virtio *d)
{
    return receive(d);
}

/* Is there more to do than one event may, then the driver comes to see. */
void virtio_console_input(struct virtio *d, uint32_t c)
{
    if (virtio_console_room(d) != 0) {
        d->input[d->put++ % VIRTIO_CONSOLE_INPUT] = (uint8_t)c;
    }
    if (receive(d)) {
        virtio_notify(d, RECEIVE);
    }
}

/* A chain's characters, as many as there is room for. As virtio_next(). */
static uint32_t chain_write(struct virtio *d, struct virtio_chain *chain)
{
    uint32_t what;

    while ((what = virtio_next(d, TRANSMIT)) == VIRTIO_SOME) {
        if (chain->writable) {
            virtio_broken(d);
            return VIRTIO_END;
        }
        if (!vm_console_ready(d->vm)) {
            return VIRTIO_LATER;
        }
        vm_console_put(d->vm, *chain->at);
        virtio_taken(d, chain, 1);
    }
    return what;
}

/* What the console has no room for stays the driver's work, too: no other thread writes it
 * later. */
static uint32_t transmit(struct virtio *d)
{
    uint32_t what = VIRTIO_END;
    uint32_t sent = 0;
    struct virtio_chain *chain;

    while (what == VIRTIO_END && (chain = virtio_begin(d, TRANSMIT)) != 0) {
        what = chain_write(d, chain);
        if (what == VIRTIO_END && virtio_is_live(d, TRANSMIT)) {
            virtio_done(d, TRANSMIT, 0);
            sent = 1;
        }
    }
    if (sent && virtio_is_live(d, TRANSMIT)) {
        virtio_notify(d, TRANSMIT);
    }
    return what == VIRTIO_LATER;
}

uint32_t virtio_console_run(struct virtio *d, uint32_t queue)
{
    return queue == TRANSMIT ? transmit(d) : receive(d);
}
