/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person reads: the table on the terminal. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "baseline.h"
#include "suite.h"

/* Every selected case with what it measures. */
void report_list(const struct suite *suite);
/* `cpu` is the one that the run was bound to, or -1. */
void report_table(const struct suite *suite, int cpu);
/* How the exact counts compare with the baseline; rises go by name. */
void report_baseline(const struct suite *suite, const struct baseline *baseline);

#endif
