/* SPDX-License-Identifier: BSD-2-Clause */
/* The console device (virtio 1.1, 5.3), one port: it shares the VM's console. */
#include "virtio.h"

#include "vmm.h"

#define RECEIVE 0U
#define TRANSMIT 1U
#define CHARACTERS_MOST 128U /* of one exit */
#define CHAINS_MOST 32U
#define CHAIN_BYTES 0x10000U /* no driver has longer ones */

uint32_t virtio_console_room(const struct virtio *d)
{
    return VIRTIO_CONSOLE_INPUT - (d->put - d->taken);
}

/* What has been typed, into one chain after the other. */
static void receive(struct virtio *d)
{
    struct virtio_chain chain;
    uint32_t received = 0;

    while (d->put != d->taken && virtio_peek(d, RECEIVE, &chain)) {
        struct virtio_chain walked = chain;
        struct virtio_buffer b;
        uint32_t written = 0;
        while (d->put != d->taken && virtio_next(d, RECEIVE, &walked, &b) && b.writable) {
            for (uint32_t i = 0; i < b.bytes && d->put != d->taken; i++, written++) {
                b.at[i] = d->input[d->taken++ % VIRTIO_CONSOLE_INPUT];
            }
        }
        if (!virtio_is_live(d, RECEIVE)) {
            return;
        }
        if (written == 0) {
            virtio_broken(d);
            return;
        }
        virtio_done(d, RECEIVE, &chain, written);
        received = 1;
    }
    if (received) {
        virtio_notify(d, RECEIVE);
        vm_console_taken(d->vm);
    }
}

void virtio_console_input(struct virtio *d, uint32_t c)
{
    if (virtio_console_room(d) != 0) {
        d->input[d->put++ % VIRTIO_CONSOLE_INPUT] = (uint8_t)c;
    }
    receive(d);
}

/* The chain's characters behind those that are written already, as many as there is room
 * for and as *most allows. True: all of them. (False, too, when the chain is broken.) */
static uint32_t chain_write(struct virtio *d, struct virtio_chain *chain, uint32_t *most)
{
    struct virtio_buffer b;
    uint32_t skip = d->written;

    while (virtio_next(d, TRANSMIT, chain, &b)) {
        if (b.bytes > CHAIN_BYTES || d->written >= CHAIN_BYTES) {
            virtio_broken(d);
            return 0;
        }
        uint32_t i = skip < b.bytes ? skip : b.bytes;
        skip -= i;
        for (; i < b.bytes; i++) {
            if (*most == 0 || !vm_console_ready(d->vm)) {
                return 0;
            }
            vm_console_put(d->vm, b.at[i]);
            d->written++;
            *most -= 1U;
        }
    }
    return 1;
}

/* What the console has no room for stays the driver's work, too: no other thread writes it
 * later. */
static uint32_t transmit(struct virtio *d)
{
    struct virtio_chain chain;
    uint32_t most = CHARACTERS_MOST;
    uint32_t chains = 0;
    uint32_t is_done = 1;

    while (is_done && chains < CHAINS_MOST && virtio_peek(d, TRANSMIT, &chain)) {
        struct virtio_chain walked = chain;
        is_done = chain_write(d, &walked, &most) && virtio_is_live(d, TRANSMIT);
        if (is_done) {
            d->written = 0;
            virtio_done(d, TRANSMIT, &chain, 0);
            chains++;
        }
    }
    if (chains != 0 && virtio_is_live(d, TRANSMIT)) {
        virtio_notify(d, TRANSMIT);
    }
    return virtio_waits(d, TRANSMIT);
}

uint32_t virtio_console_run(struct virtio *d, uint32_t queue)
{
    if (queue == TRANSMIT) {
        return transmit(d);
    }
    receive(d);
    return 0;
}
