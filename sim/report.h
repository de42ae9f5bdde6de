/* SPDX-License-Identifier: BSD-2-Clause */
/* The table at the end of a run. */
#ifndef SIM_REPORT_H
#define SIM_REPORT_H

#include <stdio.h>

#include "sim.h"

void report_print(const struct boot *system, enum sim_end end, FILE *file);
/* How the run ended, in words. */
const char *report_end_words(enum sim_end end);
/* A cell's statistics page, as it was left; NULL: it has none. */
const u8 *report_stats_page(const struct boot *system, u32 cell);
/* How often budgets of the cell's threads ran out. */
u32 report_depleted(const struct boot *system, u32 cell);

#endif
