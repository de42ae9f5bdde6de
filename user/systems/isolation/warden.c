/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the hostile cell going: restarts it when it has been stopped, and every
 * 10 ms anyway. Records how long that takes; a restart that fails counts as a
 * missed deadline. */
#include "isolation.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

PROGRAM(warden)
{
    uint32_t stats = thimble_stats();
    uint32_t bits;

    (void)argument;
    stats_start(stats);
    for (;;) {
        uint64_t latest = thimble_time() + 10U * THIMBLE_TICKS_PER_MS;
        (void)thimble_wait(WARDEN_SLOT_HEALTH, latest, &bits);
        uint64_t start = thimble_time();
        if (thimble_cell_restart(WARDEN_SLOT_HOSTILE) != THIMBLE_OK) {
            stats_miss(stats);
        }
        uint64_t end = thimble_time();
        stats_record(stats, (uint32_t)(end - start));
    }
}
