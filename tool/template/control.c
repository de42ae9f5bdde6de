/* Once in a period: asks the sensor, and does what follows from it. */
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

#include "parts.h"

#define TICKS(us) ((us) * THIMBLE_TICKS_PER_MS / 1000U)

static uint32_t measure_and_act(void)
{
    struct message m = {.tag = THIMBLE_TAG(SENSOR_READ, 0)};

    if (thimble_call(SLOT_SENSOR, &m) != THIMBLE_OK || m.tag != THIMBLE_TAG(SENSOR_VALUE, 1)) {
        return 0;
    }
    thimble_compute(5000);
    return 1;
}

PROGRAM(control)
{
    uint64_t release = thimble_time();

    stats_start(thimble_stats());
    for (;;) {
        uint32_t bits;
        release += TICKS(PERIOD_US);
        (void)thimble_wait(SLOT_TICK, release, &bits);
        uint32_t good = measure_and_act();
        uint64_t end = thimble_time();
        stats_record(thimble_stats(), (uint32_t)(end - release));
        if (!good || end > release + TICKS(DEADLINE_US)) {
            stats_miss(thimble_stats());
        }
    }
}
