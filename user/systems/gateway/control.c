/* SPDX-License-Identifier: BSD-2-Clause */
/* The control loop: each millisecond it reads the plant, thinks, and drives it.
 * It records how late it was released, and misses a deadline if it is not done
 * by the next release. */
#include "gateway.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

#define PERIOD (THIMBLE_TICKS_PER_MS * CONTROL_PERIOD_US / 1000U)

/* One reading and one answer to it; false if the plant did not obey. */
static int control_step(uint32_t *random)
{
    struct message m = {.tag = THIMBLE_TAG(PLANT_READ, 0)};

    if (thimble_call(GATEWAY_SLOT_PLANT, &m) != THIMBLE_OK || m.tag != THIMBLE_TAG(PLANT_DONE, 1)) {
        return 0;
    }
    /* A proportional controller, and filters worth a few thousand instructions. */
    uint32_t force = 0U - m.word[0] / 4U;
    thimble_compute(20000U + random_next(random) % 20000U);
    m = (struct message){.tag = THIMBLE_TAG(PLANT_DRIVE, 1), .word = {force}};
    return thimble_call(GATEWAY_SLOT_PLANT, &m) == THIMBLE_OK &&
           m.tag == THIMBLE_TAG(PLANT_DONE, 0);
}

PROGRAM(control)
{
    uint32_t stats = thimble_stats();
    uint32_t random = thimble_seed() | 1U;
    uint64_t release = thimble_time() + PERIOD;

    (void)argument;
    stats_start(stats);
    for (;;) {
        uint32_t bits;
        (void)thimble_wait(GATEWAY_SLOT_TICK, release, &bits);
        uint64_t start = thimble_time();
        stats_record(stats, (uint32_t)(start - release));
        int obeyed = control_step(&random);
        release += PERIOD;
        if (!obeyed || thimble_time() > release) {
            stats_miss(stats);
        }
    }
}
