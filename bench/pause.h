/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Leaving out part of an operation: what only restores the state, so that one
 * hypercall can be measured without the one that undoes it.
 */
#ifndef BENCH_PAUSE_H
#define BENCH_PAUSE_H

/* Neither clock nor instruction count sees what happens from bench_pause() to
 * bench_resume(). What both cost themselves remains: PAUSE_TWIN is that. */
void bench_pause(void);
void bench_resume(void);
#define PAUSE_TWIN "pause_overhead"

/* Pauses switch counting instead of reading the clock, under callgrind. */
void pause_counts(void);
/* Nanoseconds that the pauses since the last call took in all. */
double pause_take(void);

#endif
