/* SPDX-License-Identifier: BSD-2-Clause */
/* Figures that programs keep in their cells' statistics pages (user/lib/stats.h),
 * as the tables print them: at the end of a run, and out of a target. */
#ifndef SIM_FIGURES_H
#define SIM_FIGURES_H

#include <stdio.h>

#include "types.h"

struct figures {
    bool there;
    u32 count;
    u32 misses;
    double min_us;
    double median_us;
    double p99_us;
    double max_us;
};

/* `page`: its bytes as the cell left them; NULL: there is none. */
struct figures figures_read(const u8 *page, u32 ticks_per_ms);
/* Bucket `b` of the page's histogram: how many values, and the highest that it takes. */
u32 figures_bucket(const u8 *page, u32 b, u32 ticks_per_ms, double *top_us);
/* The last five columns of a row, and its end. */
void figures_print(const struct figures *f, FILE *file);

#endif
