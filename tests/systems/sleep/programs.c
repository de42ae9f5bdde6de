/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that sleep, each with its own period, its argument in microseconds. An end too early,
 * or 50 us too late, counts as a deadline missed. */
#include "self.h"
#include "sleep.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

#define LATE_US 50U

static uint64_t ticks(uint32_t us)
{
    return (uint64_t)us * THIMBLE_TICKS_PER_MS / 1000U;
}

static void sleep_once(uint64_t deadline)
{
    uint32_t status = thimble_sleep_until(deadline);
    uint64_t now = thimble_time();

    if (status != THIMBLE_OK || now < deadline || now > deadline + ticks(LATE_US)) {
        stats_miss(thimble_stats());
    } else {
        stats_record(thimble_stats(), (uint32_t)(now - deadline));
    }
}

PROGRAM(sleeper)
{
    uint64_t deadline = thimble_time();

    stats_start(thimble_stats());
    for (;;) {
        deadline += ticks(argument);
        sleep_once(deadline);
    }
}

/* A passive thread has no time to sleep in. */
PROGRAM(server)
{
    struct message m;

    (void)thimble_first(&m);
    for (;;) {
        uint32_t status = thimble_sleep_until(0);
        m = (struct message){.tag = THIMBLE_TAG(0x80U, 1), .word = {status}};
        (void)thimble_reply_recv(&m);
    }
}

PROGRAM(client)
{
    uint64_t deadline = thimble_time();

    stats_start(thimble_stats());
    for (;;) {
        struct message m = {.tag = THIMBLE_TAG(1, 0)};
        uint32_t status = thimble_call(1, &m);
        if (status != THIMBLE_OK || m.word[0] == THIMBLE_OK) {
            stats_miss(thimble_stats());
        }
        deadline += ticks(argument);
        sleep_once(deadline);
    }
}
