/* SPDX-License-Identifier: BSD-2-Clause */
/* Best effort: takes all the time that the control loop leaves. */
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

PROGRAM(motor_worker)
{
    uint32_t random = thimble_seed() | 1U;

    for (;;) {
        thimble_compute(1000U + random_next(&random) % 20000U);
        (void)thimble_yield();
    }
}
