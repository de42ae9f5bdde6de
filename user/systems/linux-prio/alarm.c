/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals Linux in the midst of each burst of background work, and judges by what was counted
 * who ran in which order: the real-time task before the rest of the burst, and that before
 * Linux's ordinary load. It takes no times, so nothing is a matter of tolerance.
 */
#include "channel_pair.h"
#include "memory.h"
#include "prio.h"
#include "thimble.h"
#include "time.h"

#define PERIOD (THIMBLE_TICKS_PER_MS * PRIO_PERIOD_US / 1000U)
#define INTO_PERIOD (THIMBLE_TICKS_PER_MS * PRIO_ALARM_US / 1000U)

struct alarm {
    struct channel_pair pair;
    uint32_t words[PRIO_ALARM_WORDS]; /* the next one */
    uint32_t sent;                    /* the last one is still to be judged */
    uint32_t burst;                   /* and came in this burst, */
    uint32_t steps;                   /* after so much of all background work */
};

/* Both came to their end, and the alarm was neither at it nor before its start. */
static uint32_t in_burst(const struct alarm *a)
{
    uint32_t at = PRIO_AT + PRIO_BURST(a->burst);
    uint32_t begun = thimble_read32(at + PRIO_BURST_BEGUN);
    uint32_t ended = thimble_read32(at + PRIO_BURST_ENDED);
    uint32_t first = thimble_read32(at + PRIO_BURST_FIRST);

    return begun == a->burst && ended == a->burst && a->steps - first < PRIO_BURST_STEPS;
}

static void judge(struct alarm *a)
{
    uint32_t answer[PRIO_ANSWER_WORDS] = {0};
    uint32_t count;
    uint32_t at = PRIO_AT + PRIO_BURST(a->burst);
    uint32_t status = channel_receive(&a->pair.in, answer, PRIO_ANSWER_WORDS, 0, &count);
    uint32_t load = thimble_read32(at + PRIO_BURST_LOAD);

    a->words[PRIO_JUDGED]++;
    if (!in_burst(a)) {
        a->words[PRIO_OUTSIDE]++;
    }
    if (status != THIMBLE_OK || count != PRIO_ANSWER_WORDS ||
        answer[PRIO_NUMBER] != a->words[PRIO_NUMBER]) {
        a->words[PRIO_UNSERVED]++;
    } else if (answer[PRIO_STEPS_BEGIN] != a->steps || answer[PRIO_STEPS_END] != a->steps) {
        a->words[PRIO_EARLY]++;
    }
    if (load != 0) {
        a->words[PRIO_MIXED]++;
    }
}

/* Only somebody who has joined hears it; when the channel is full, nobody listens. */
static void ring(struct alarm *a, uint32_t burst)
{
    if (a->pair.meeting == 0) {
        return;
    }
    uint64_t now = thimble_time();
    a->burst = burst;
    a->steps = thimble_read32(PRIO_AT + PRIO_STEPS);
    a->words[PRIO_NUMBER]++;
    a->words[PRIO_TIME] = (uint32_t)now;
    a->sent = channel_send(&a->pair.out, a->words, PRIO_ALARM_WORDS, 0) == THIMBLE_OK;
}

PROGRAM(alarm)
{
    struct alarm a = {.sent = 0};
    uint32_t bits;

    (void)argument;
    channel_pair_serve(&a.pair, PRIO_AT, PRIO_SLOT_SIGNAL, PRIO_SLOT_WAIT);
    for (;;) {
        uint64_t now = thimble_time();
        uint64_t period = now / PERIOD + 1U;
        (void)thimble_wait(PRIO_SLOT_TICK, period * PERIOD + INTO_PERIOD, &bits);
        if (channel_pair_begin(&a.pair)) {
            a = (struct alarm){.pair = a.pair};
        }
        if (a.sent) {
            judge(&a);
        }
        ring(&a, (uint32_t)period);
    }
}
