/* SPDX-License-Identifier: BSD-2-Clause */
/* Host time of every case of a suite. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include "suite.h"

/* Measuring goes through all cases this many times, so that a machine that
 * slows down or speeds up meanwhile does so for kernel, limits and peers. */
#define HARNESS_ROUNDS 5

/* Binds the process, and the threads it creates from now on, to one CPU.
 * Returns the CPU, or -1 with errno set. */
int harness_pin(void);

/* Collects samples for `seconds` per case, all rounds together; 0 means each
 * class's default. */
void harness_measure(struct suite *suite, double seconds);

#endif
