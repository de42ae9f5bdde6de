/* SPDX-License-Identifier: BSD-2-Clause */
/* Background work of a real-time cell: a burst in each period, below Linux's real-time task
 * and above all else in Linux. */
#include "memory.h"
#include "prio.h"
#include "thimble.h"
#include "time.h"

#define PERIOD (THIMBLE_TICKS_PER_MS * PRIO_PERIOD_US / 1000U)

static void burst(uint32_t number, uint32_t *steps)
{
    uint32_t at = PRIO_AT + PRIO_BURST(number);
    uint32_t load = thimble_read32(PRIO_AT + PRIO_LOAD);

    thimble_write32(at + PRIO_BURST_FIRST, *steps);
    thimble_write32(at + PRIO_BURST_BEGUN, number);
    for (uint32_t i = 0; i < PRIO_BURST_STEPS; i++) {
        thimble_compute(PRIO_STEP);
        *steps += 1U;
        thimble_write32(PRIO_AT + PRIO_STEPS, *steps);
    }
    uint32_t load_after = thimble_read32(PRIO_AT + PRIO_LOAD);
    thimble_write32(at + PRIO_BURST_LOAD, load_after - load);
    thimble_write32(at + PRIO_BURST_ENDED, number);
}

PROGRAM(work)
{
    uint32_t steps = 0;
    uint32_t bits;

    (void)argument;
    for (;;) {
        uint64_t now = thimble_time();
        uint64_t number = now / PERIOD + 1U;
        (void)thimble_wait(PRIO_SLOT_TICK, number * PERIOD, &bits);
        burst((uint32_t)number, &steps);
    }
}
