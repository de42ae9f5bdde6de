/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: ms simulated, time is up */
#include "newcomer.h"

/* Nearly all of a stack, in two frames. */
static __attribute__((noinline)) uint32_t inner(uint32_t n)
{
    volatile uint8_t bytes[2000];

    for (uint32_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(n + i);
    }
    thimble_write32(SYSTEM_IMAGE_AT + 8U * KIB, bytes[17]);
    return bytes[n];
}

PROGRAM(work)
{
    volatile uint8_t bytes[1900];

    for (uint32_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(argument + i);
    }
    thimble_compute(inner(bytes[3]));
    for (;;) {
        thimble_compute(1000);
    }
}

ONE_CELL(false);
