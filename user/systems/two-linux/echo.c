/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers each Linux's messages, one thread for each: what one does cannot hold up what the
 * other hears. A Linux that was started anew begins a new meeting. */
#include "echo.h"

#include "channel_pair.h"
#include "thimble.h"
#include "time.h"

#define PATIENCE (THIMBLE_TICKS_PER_MS * 10U)
/* An answer takes its time, so that a Linux sleeps until it is signalled. */
#define THOUGHT (THIMBLE_TICKS_PER_MS * ECHO_THOUGHT_US / 1000U)

struct echo {
    struct channel_pair pair;
    uint32_t count; /* messages in this meeting */
    uint32_t gaps;
};

static void answer(struct echo *e, uint32_t *words, uint32_t count)
{
    if (count != ECHO_WORDS || words[ECHO_NUMBER] != e->count ||
        words[ECHO_CHECK] != ~words[ECHO_NUMBER]) {
        e->gaps++;
    }
    e->count++;
    uint64_t due = thimble_time() + THOUGHT;
    uint32_t bits;
    uint32_t status = THIMBLE_OK;
    while (status == THIMBLE_OK) {
        status = thimble_wait(e->pair.wait, due, &bits);
    }
    words[ECHO_COUNT] = e->count;
    words[ECHO_GAPS] = e->gaps;
    uint64_t deadline = thimble_time() + PATIENCE;
    (void)channel_send(&e->pair.out, words, ECHO_WORDS, deadline);
}

PROGRAM(echo)
{
    struct echo e = {.count = 0};
    uint32_t words[ECHO_WORDS];
    uint32_t count;
    uint32_t bits;

    channel_pair_serve(&e.pair, ECHO_AT(argument), ECHO_SLOT_SIGNAL(argument),
                       ECHO_SLOT_WAIT(argument));
    for (;;) {
        if (channel_pair_begin(&e.pair)) {
            e.count = 0;
            e.gaps = 0;
        }
        uint64_t deadline = thimble_time() + PATIENCE;
        uint32_t status = channel_receive(&e.pair.in, words, ECHO_WORDS, deadline, &count);
        if (status == THIMBLE_OK) {
            answer(&e, words, count);
        } else if (status != THIMBLE_ERR_TIMEOUT) {
            /* The other side is broken, until it begins anew. */
            (void)thimble_wait(e.pair.wait, deadline, &bits);
        }
    }
}
