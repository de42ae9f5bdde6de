/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Figures that a program keeps in its cell's statistics page, where the report
 * (or a debugger) finds them: how often something was late or missed, and a
 * histogram of latencies. Buckets grow with the value: 16 to each doubling, so
 * that a percentile is at most 6 % above the truth.
 *
 * Layout, in 32-bit words: magic, count, misses, min, max, unused, then
 * STATS_BUCKETS counts. Behind them is what threads print (print.h). All values are in
 * counter ticks.
 */
#ifndef USER_STATS_H
#define USER_STATS_H

#include <stdint.h>

#include "abi.h"

#define STATS_MAGIC 0x54535431U
#define STATS_COUNT 1U
#define STATS_MISSES 2U
#define STATS_MIN 3U
#define STATS_MAX 4U
#define STATS_FIRST_BUCKET 6U
#define STATS_LINEAR 16U
#define STATS_BUCKETS (STATS_LINEAR * 29U)

/* The bucket of a value, and the highest value of a bucket. */
static inline uint32_t stats_bucket(uint32_t value)
{
    uint32_t shift = 0;

    while (value >> shift >= 2U * STATS_LINEAR) {
        shift++;
    }
    return value < STATS_LINEAR ? value : shift * STATS_LINEAR + (value >> shift);
}

static inline uint32_t stats_bucket_top(uint32_t bucket)
{
    uint32_t shift = bucket < 2U * STATS_LINEAR ? 0 : bucket / STATS_LINEAR - 1U;
    uint32_t mantissa = bucket - shift * STATS_LINEAR;

    return (uint32_t)(((uint64_t)(mantissa + 1U) << shift) - 1U);
}

/* `page`: the cell's statistics page (self.h). */
void stats_start(uint32_t page);
void stats_record(uint32_t page, uint32_t value);
void stats_miss(uint32_t page);

#endif
