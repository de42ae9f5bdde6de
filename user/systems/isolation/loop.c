/* SPDX-License-Identifier: BSD-2-Clause */
/* The victim's control loop: each millisecond it calls, looks at its memory and
 * computes. Records how late it was released. A deadline missed, a word changed
 * or an answer wrong counts as a missed deadline: there must be none. */
#include "isolation.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "victim.h"

#define PERIOD (THIMBLE_TICKS_PER_MS * LOOP_PERIOD_US / 1000U)

PROGRAM(loop)
{
    uint32_t stats = thimble_stats();
    uint32_t place = 0;
    uint32_t calls = 0;
    uint32_t bits;

    (void)argument;
    stats_start(stats);
    victim_memory_fill();
    uint64_t release = thimble_time() + PERIOD;
    for (;;) {
        /* Time is waited for where nobody else can signal; the bell, which
         * others ring as often as they like, is looked at once a period. */
        uint32_t status = thimble_wait(VICTIM_SLOT_TICK, release, &bits);
        uint64_t start = thimble_time();
        stats_record(stats, (uint32_t)(start - release));
        uint32_t polled = thimble_poll(VICTIM_SLOT_BELL, &bits);
        int good = victim_call_good(calls, SERVER_LOOP, &calls);
        good = victim_memory_good(&place, 256) && good;
        thimble_compute(30000);
        release += PERIOD;
        uint64_t end = thimble_time();
        if (status != THIMBLE_ERR_TIMEOUT || polled != THIMBLE_OK || !good || end > release) {
            stats_miss(stats);
        }
    }
}
