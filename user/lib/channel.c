/* SPDX-License-Identifier: BSD-2-Clause */
/* A stream of words between cells: see channel.h. */
#include "channel.h"

#include "memory.h"
#include "thimble.h"

#define SENDER_AT 0U
#define RECEIVER_AT 64U /* another cache line */
#define RING_AT 128U
#define INDEX 0U
#define WAITS 4U

/* Between CPUs, an index must not overtake the words it announces; and "I wait"
 * must be visible before one last look, or both sides sleep. */
static inline void fence(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void channel_open(struct channel *c, uint32_t base, uint32_t size, uint32_t signal,
                         uint32_t wait)
{
    uint32_t capacity = 1;

    while (capacity * 2U <= (size - RING_AT) / 4U) {
        capacity *= 2U;
    }
    *c = (struct channel){
        .ring = base + RING_AT, .capacity = capacity, .signal = signal, .wait = wait};
}

void channel_open_sender(struct channel *c, uint32_t base, uint32_t size, uint32_t signal,
                         uint32_t wait)
{
    channel_open(c, base, size, signal, wait);
    c->own = base + SENDER_AT;
    c->other = base + RECEIVER_AT;
}

void channel_open_receiver(struct channel *c, uint32_t base, uint32_t size, uint32_t signal,
                           uint32_t wait)
{
    channel_open(c, base, size, signal, wait);
    c->own = base + RECEIVER_AT;
    c->other = base + SENDER_AT;
}

/* Reads the other's index, once. It may have moved by `most` words since it was
 * last seen. */
static uint32_t look(struct channel *c, uint32_t most)
{
    uint32_t index = thimble_read32(c->other + INDEX);

    fence();
    if (index - c->seen > most) {
        return CHANNEL_BROKEN;
    }
    c->seen = index;
    return THIMBLE_OK;
}

static void waits(const struct channel *c, uint32_t waiting)
{
    thimble_write32(c->own + WAITS, waiting);
    fence();
}

/* The words are done: tells the other side, if it waits for that. */
static uint32_t publish(struct channel *c, uint32_t count)
{
    c->done += count;
    fence();
    thimble_write32(c->own + INDEX, c->done);
    fence();
    uint32_t waiting = thimble_read32(c->other + WAITS);
    return waiting != 0 ? thimble_signal(c->signal) : THIMBLE_OK;
}

static uint32_t slot_of(const struct channel *c, uint32_t index)
{
    return c->ring + 4U * (index & (c->capacity - 1U));
}

/* What the other side can have moved by: the sender's words that it has not
 * received, or the room that the receiver has made. */
static uint32_t other_most(const struct channel *c, int sends)
{
    return sends ? c->done - c->seen : c->capacity - (c->seen - c->done);
}

/* Words that this side can send or receive now, by what has been seen. */
static uint32_t possible(const struct channel *c, int sends)
{
    return sends ? c->capacity - (c->done - c->seen) : c->seen - c->done;
}

/* Waits until `count` words can be sent or received. */
static uint32_t await(struct channel *c, int sends, uint32_t count, uint64_t deadline)
{
    uint32_t status = look(c, other_most(c, sends));
    uint32_t bits;

    while (status == THIMBLE_OK && possible(c, sends) < count) {
        waits(c, 1);
        status = look(c, other_most(c, sends));
        if (status == THIMBLE_OK && possible(c, sends) < count) {
            status = thimble_wait(c->wait, deadline, &bits);
        }
        waits(c, 0);
        /* The words may have come together with the deadline. */
        if (status == THIMBLE_OK || status == THIMBLE_ERR_TIMEOUT) {
            uint32_t now = look(c, other_most(c, sends));
            int enough = now == THIMBLE_OK && possible(c, sends) >= count;
            status = enough || now != THIMBLE_OK ? now : status;
        }
    }
    return status;
}

uint32_t channel_send(struct channel *c, const uint32_t *words, uint32_t count, uint64_t deadline)
{
    if (count > c->capacity) {
        return CHANNEL_SIZE;
    }
    uint32_t status = await(c, 1, count, deadline);
    if (status != THIMBLE_OK) {
        return status;
    }
    for (uint32_t i = 0; i < count; i++) {
        thimble_write32(slot_of(c, c->done + i), words[i]);
    }
    return publish(c, count);
}

uint32_t channel_receive(struct channel *c, uint32_t *words, uint32_t most, uint64_t deadline,
                         uint32_t *count)
{
    *count = 0;
    uint32_t status = await(c, 0, 1, deadline);
    if (status != THIMBLE_OK) {
        return status;
    }
    uint32_t there = possible(c, 0);
    *count = there < most ? there : most;
    for (uint32_t i = 0; i < *count; i++) {
        words[i] = thimble_read32(slot_of(c, c->done + i));
    }
    return publish(c, *count);
}
