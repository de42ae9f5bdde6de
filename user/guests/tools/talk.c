/* SPDX-License-Identifier: BSD-2-Clause */
/* A conversation with cell "echo" of two-linux: every message is numbered, and so are the
 * answers. Says each half second how it goes. */
#include <stdio.h>
#include <unistd.h>

#include "channel_pair.h"
#include "echo.h"
#include "guest.h"
#include "thimble.h"
#include "time.h"

#define REPORT (THIMBLE_TICKS_PER_MS * 500U)
#define PATIENCE (THIMBLE_TICKS_PER_MS * 5000U)

struct talk {
    struct channel_pair pair;
    uint32_t number;  /* of the next message */
    uint32_t gaps;    /* answers that are not the next one */
    uint32_t gaps_there; /* messages that were not, as the cell says */
    uint64_t longest; /* from a message to its answer */
};

/* False: there was no answer. */
static int exchange(struct talk *t)
{
    uint32_t words[ECHO_WORDS] = {t->number, ~t->number};
    uint32_t count;
    uint64_t start = thimble_time();

    if (channel_send(&t->pair.out, words, ECHO_WORDS, start + PATIENCE) != THIMBLE_OK ||
        channel_receive(&t->pair.in, words, ECHO_WORDS, start + PATIENCE, &count) != THIMBLE_OK) {
        return 0;
    }
    t->number++;
    if (count != ECHO_WORDS || words[ECHO_NUMBER] != t->number - 1U ||
        words[ECHO_CHECK] != ~words[ECHO_NUMBER] || words[ECHO_COUNT] != t->number) {
        t->gaps++;
    }
    t->gaps_there = words[ECHO_GAPS];
    uint64_t took = thimble_time() - start;
    t->longest = took > t->longest ? took : t->longest;
    return 1;
}

static void say(const struct talk *t, const char *what)
{
    printf("talk: %s%u answers, %u gaps, %u gaps there, longest %u us\n", what, t->number, t->gaps,
           t->gaps_there, guest_microseconds(t->longest));
}

int talk(uint32_t count)
{
    struct guest_device device = guest_open(ECHO_LINE);
    struct talk t = {.number = 0};

    if (channel_pair_join(&t.pair, device.base, device.slot, device.slot,
                          thimble_time() + PATIENCE) != THIMBLE_OK) {
        printf("talk: nobody is there\n");
        return 1;
    }
    uint64_t report = thimble_time() + REPORT;
    while (count == 0 || t.number < count) {
        if (!exchange(&t)) {
            say(&t, "no answer after ");
            return 1;
        }
        if (thimble_time() >= report) {
            report += REPORT;
            say(&t, "");
        }
        (void)usleep(1000);
    }
    say(&t, "done, ");
    return t.gaps != 0 || t.gaps_there != 0;
}
