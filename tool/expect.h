/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expectations of a run: words with commas between.
 *
 *   no-miss           no deadline was missed
 *   no-stop           no thread was stopped by a fault, and no cell is stopped
 *   no-refused        no hypercall was refused
 *   no-depleted       no budget ran out
 *   latency:CELL<5us  the longest latency that the cell recorded; also p99:CELL<5us
 *   cpu:CELL<40%      its share of the CPU
 *
 * "none" drops what stands before it, so also what the description expects.
 */
#ifndef TOOL_EXPECT_H
#define TOOL_EXPECT_H

#include <jansson.h>

/* Ends the program with one line if they are not understood. */
void expect_check(const char *expectations);
/* How many are not met by this result (docs/results.md); each has its line on stderr, unless
 * quiet. What the description expects comes first. */
int expect_judge(const json_t *result, const char *expectations, int quiet);

#endif
