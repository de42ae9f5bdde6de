/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks for bench/spans and bench/calibrate: what comes next belongs to this case.
 * Hypercalls that no core has: refused at once, and nothing changes. */
#ifndef BENCH_ARM_MARK_H
#define BENCH_ARM_MARK_H

#include "thimble.h"
#include "time.h"

#define MARK_NUMBER 128U
/* What belongs to no case, and the end of the run. */
#define MARK_REST 0U
#define MARK_END 127U
/* The counter at two places, and its digits, so that instructions can be counted
 * in a second way. */
#define MARK_DIGIT 100U
#define MARK_CLOCK_START 116U
#define MARK_CLOCK_END 117U

/* How often a case does its operation. */
#define MARK_TIMES 16U

static inline void mark(uint32_t number)
{
    uint32_t r[THIMBLE_REGISTERS] = {0};

    thimble_trap_any(MARK_NUMBER + number, r);
}

static inline uint64_t clock_start(void)
{
    mark(MARK_CLOCK_START);
    return thimble_time();
}

static inline void clock_end(uint64_t start)
{
    uint32_t ticks = (uint32_t)(thimble_time() - start);

    mark(MARK_CLOCK_END);
    for (uint32_t shift = 32; shift != 0; shift -= 4) {
        mark(MARK_DIGIT + (ticks >> (shift - 4U) & 15U));
    }
}

#endif
