/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sensor of speed: takes a sample every TACHO_SAMPLE_US and keeps it in a FIFO. Its line is
 * high while at least LEVEL samples are there. `base` is the guest address of its device
 * region. All registers are words.
 */
#ifndef TACHOMETER_H
#define TACHOMETER_H

#include <stdint.h>

#include "memory.h"

#define TACHO_CONTROL 0x00U
#define TACHO_LEVEL 0x04U  /* samples that raise the line, 1 to TACHO_FIFO */
#define TACHO_STATUS 0x08U /* how many are there; TACHO_OVERRUN is cleared by writing it */
#define TACHO_DATA 0x0cU   /* rpm, the oldest first: reading takes it out. 0 if there is none */
#define TACHO_AGE 0x10U    /* ns since the line rose last */

#define TACHO_ON 1U
#define TACHO_COUNT 0xffU
#define TACHO_OVERRUN 0x100U /* samples were lost: the FIFO was full */

#define TACHO_FIFO 16U
#define TACHO_SAMPLE_US 250U

static inline void tacho_start(uint32_t base, uint32_t level)
{
    thimble_write32(base + TACHO_LEVEL, level);
    thimble_write32(base + TACHO_STATUS, TACHO_OVERRUN);
    thimble_write32(base + TACHO_CONTROL, TACHO_ON);
}

/* Takes out what there is: how many samples, and their sum. Whether any were lost, too. */
static inline uint32_t tacho_take(uint32_t base, uint32_t *sum, int *lost)
{
    uint32_t status = thimble_read32(base + TACHO_STATUS);
    uint32_t count = status & TACHO_COUNT;

    *sum = 0;
    *lost = (status & TACHO_OVERRUN) != 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rpm = thimble_read32(base + TACHO_DATA);
        *sum += rpm;
    }
    if (*lost) {
        thimble_write32(base + TACHO_STATUS, TACHO_OVERRUN);
    }
    return count;
}

static inline uint32_t tacho_age(uint32_t base)
{
    return thimble_read32(base + TACHO_AGE);
}

#endif
