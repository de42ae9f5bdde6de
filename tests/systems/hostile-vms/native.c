/* SPDX-License-Identifier: BSD-2-Clause */
/* A native thread, released each millisecond: how late is it? */
#include "hostile.h"
#include "memory.h"
#include "thimble.h"
#include "time.h"

#define WORK 5000U /* instructions */

static uint32_t nanoseconds(uint64_t ticks)
{
    return (uint32_t)(ticks * 1000000U / THIMBLE_TICKS_PER_MS);
}

static void anew(void)
{
    thimble_write32(HOSTILE_AT + HOSTILE_IN_TIME, 0);
    thimble_write32(HOSTILE_AT + HOSTILE_MISSED, 0);
    thimble_write32(HOSTILE_AT + HOSTILE_LATEST, 0);
    thimble_write32(HOSTILE_AT + HOSTILE_ANEW, 0);
}

PROGRAM(native)
{
    uint64_t due = thimble_time();

    (void)argument;
    for (;;) {
        uint32_t bits;
        due += THIMBLE_TICKS_PER_MS;
        (void)thimble_wait(HOSTILE_SLOT_TICK, due, &bits);
        uint32_t late = nanoseconds(thimble_time() - due);
        if (thimble_read32(HOSTILE_AT + HOSTILE_ANEW) != 0) {
            anew();
        } else if (late > thimble_read32(HOSTILE_AT + HOSTILE_LATEST)) {
            thimble_write32(HOSTILE_AT + HOSTILE_LATEST, late);
        }
        thimble_compute(WORK);
        uint32_t count = HOSTILE_AT + HOSTILE_IN_TIME;
        for (; thimble_time() >= due + THIMBLE_TICKS_PER_MS; due += THIMBLE_TICKS_PER_MS) {
            count = HOSTILE_AT + HOSTILE_MISSED;
        }
        thimble_write32(count, thimble_read32(count) + 1U);
    }
}
