/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: [c.m] slept 5 times a ms, not once too short */
#include "newcomer.h"
#include "print.h"
#include "sleep.h"

PROGRAM(work)
{
    uint64_t deadline = thimble_time() + argument;
    uint32_t early = 0;

    for (uint32_t i = 0; i < 5; i++) {
        deadline += THIMBLE_TICKS_PER_MS;
        uint32_t status = thimble_sleep_until(deadline);
        early += status != THIMBLE_OK;
        early += thimble_time() < deadline;
    }
    thimble_print("slept 5 times a ms, %s once too short\n", early == 0 ? "not" : "more than");
}

ONE_CELL(true);
