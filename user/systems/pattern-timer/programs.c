/* SPDX-License-Identifier: BSD-2-Clause */
/* A periodic loop. Releases are absolute, so that a late one does not move those
 * after it; time is waited for on a notification that nobody signals. */
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

#define SLOT_TICK 1U
#define PERIOD (THIMBLE_TICKS_PER_MS / 2U)

PROGRAM(ticker)
{
    uint32_t bits;
    uint64_t release = thimble_time() + PERIOD;

    (void)argument;
    stats_start(thimble_stats());
    for (;;) {
        uint32_t status = thimble_wait(SLOT_TICK, release, &bits);
        uint64_t now = thimble_time();
        stats_record(thimble_stats(), (uint32_t)(now - release)); /* how late it is */
        thimble_compute(50000);                                   /* the work */
        release += PERIOD;
        uint64_t end = thimble_time();
        if (status != THIMBLE_ERR_TIMEOUT || end > release) {
            stats_miss(thimble_stats());
        }
    }
}
