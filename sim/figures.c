/* SPDX-License-Identifier: BSD-2-Clause */
/* Statistics pages: see figures.h. */
#include "figures.h"

#include <inttypes.h>

#include "stats.h"

/* Pages are little-endian, whatever reads them. */
static u32 page_word(const u8 *page, u32 word)
{
    const u8 *b = page + 4U * (size_t)word;

    return b[0] | (u32)b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
}

static double microseconds(double ticks, u32 ticks_per_ms)
{
    return ticks * 1000.0 / ticks_per_ms;
}

/* The value below which this share of the recorded ones lies, at most `max`. */
static u32 percentile(const u8 *page, u32 count, u32 max, double share)
{
    double seen = 0;

    for (u32 b = 0; b < STATS_BUCKETS; b++) {
        seen += page_word(page, STATS_FIRST_BUCKET + b);
        if (seen >= share * count) {
            u32 top = stats_bucket_top(b);
            return top < max ? top : max;
        }
    }
    return max;
}

struct figures figures_read(const u8 *page, u32 ticks_per_ms)
{
    struct figures f = {.there = false};

    if (page == NULL || page_word(page, 0) != STATS_MAGIC) {
        return f;
    }
    u32 max = page_word(page, STATS_MAX);
    f.there = true;
    f.count = page_word(page, STATS_COUNT);
    f.misses = page_word(page, STATS_MISSES);
    if (f.count != 0) {
        f.min_us = microseconds(page_word(page, STATS_MIN), ticks_per_ms);
        f.median_us = microseconds(percentile(page, f.count, max, 0.5), ticks_per_ms);
        f.p99_us = microseconds(percentile(page, f.count, max, 0.99), ticks_per_ms);
        f.max_us = microseconds(max, ticks_per_ms);
    }
    return f;
}

u32 figures_bucket(const u8 *page, u32 b, u32 ticks_per_ms, double *top_us)
{
    *top_us = microseconds(stats_bucket_top(b), ticks_per_ms);
    return page_word(page, STATS_FIRST_BUCKET + b);
}

void figures_print(const struct figures *f, FILE *file)
{
    if (f->there) {
        fprintf(file, " %7" PRIu32, f->misses);
    } else {
        fprintf(file, " %7s", "-");
    }
    if (f->there && f->count != 0) {
        fprintf(file, " %8.2f %8.2f %8.2f %8.2f\n", f->min_us, f->median_us, f->p99_us, f->max_us);
    } else {
        fprintf(file, " %8s %8s %8s %8s\n", "-", "-", "-", "-");
    }
}
