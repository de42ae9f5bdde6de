/* SPDX-License-Identifier: BSD-2-Clause */
/* One wait for several sources and for time. Bits say who has signalled, not how
 * often: what is to be counted or handed over goes through shared memory. */
#include "events.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

/* Signals every `argument` microseconds. */
PROGRAM(source)
{
    uint32_t bits;
    uint64_t next = thimble_time();

    for (;;) {
        next += argument * THIMBLE_TICKS_PER_MS / 1000U;
        (void)thimble_wait(EVENTS_TICK, next, &bits);
        (void)thimble_signal(EVENTS_SLOT);
    }
}

PROGRAM(listener)
{
    /* Half-way between two of the sensor's events: at the same time as one of them, a few
     * instructions would decide which comes first. */
    uint64_t housekeeping = thimble_time() + THIMBLE_TICKS_PER_MS + THIMBLE_TICKS_PER_MS / 8U;
    uint32_t pressed = 0;
    uint32_t sensed = 0;
    uint32_t bits;

    (void)argument;
    stats_start(thimble_stats());
    for (;;) {
        uint32_t status = thimble_wait(EVENTS_SLOT, housekeeping, &bits);
        uint64_t now = thimble_time();
        pressed += (bits & EVENT_BUTTON) != 0;
        sensed += (bits & EVENT_SENSOR) != 0;
        /* Time may run out while events keep coming. */
        if (status == THIMBLE_ERR_TIMEOUT || now >= housekeeping) {
            stats_record(thimble_stats(), (uint32_t)(now - housekeeping));
            housekeeping += THIMBLE_TICKS_PER_MS;
            /* The sensor fires four times in a millisecond, the button once. */
            if (sensed < 3U * pressed || (bits & ~(EVENT_BUTTON | EVENT_SENSOR)) != 0) {
                stats_miss(thimble_stats());
            }
        }
    }
}
