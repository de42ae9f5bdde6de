/* SPDX-License-Identifier: BSD-2-Clause */
/* Figures in a cell's statistics page: see stats.h. */
#include "stats.h"

#include "memory.h"

static uint32_t word_read(uint32_t page, uint32_t word)
{
    return thimble_read32(page + 4U * word);
}

static void word_write(uint32_t page, uint32_t word, uint32_t value)
{
    thimble_write32(page + 4U * word, value);
}

static void word_add(uint32_t page, uint32_t word)
{
    uint32_t value = word_read(page, word);

    word_write(page, word, value + 1U);
}

void stats_start(uint32_t page)
{
    word_write(page, 0, STATS_MAGIC);
    word_write(page, STATS_MIN, UINT32_MAX);
}

void stats_record(uint32_t page, uint32_t value)
{
    word_add(page, STATS_COUNT);
    if (value < word_read(page, STATS_MIN)) {
        word_write(page, STATS_MIN, value);
    }
    if (value > word_read(page, STATS_MAX)) {
        word_write(page, STATS_MAX, value);
    }
    word_add(page, STATS_FIRST_BUCKET + stats_bucket(value));
}

void stats_miss(uint32_t page)
{
    word_add(page, STATS_MISSES);
}
