/* SPDX-License-Identifier: BSD-2-Clause */
/* Restarts the storm cells and their keeper, which they can stop: when a thread has been
 * stopped, and every few milliseconds. */
#include "soak.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

PROGRAM(warden)
{
    uint32_t random = thimble_seed() | 1U;
    uint32_t bits;

    (void)argument;
    for (;;) {
        uint32_t slice = random_next(&random) % (32U * THIMBLE_TICKS_PER_MS);
        uint64_t now = thimble_time();
        (void)thimble_wait(WARDEN_SLOT_HEALTH, now + slice, &bits);
        uint32_t cell = random_next(&random) % WARDEN_CELLS;
        (void)thimble_cell_restart(WARDEN_SLOT_CELLS + cell);
    }
}
