/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What gnuplot reads: plain columns.
 *
 *   cdf-NAME.dat       ns, fraction of samples at or below it ('/' becomes '-')
 *   family-NAME.dat    parameter, min, median, p99 ns, host instructions
 *                      (NaN if not counted) of the cases NAME/...
 *   ladder.dat         name, class (0 kernel, 1 limit, 2 peer), min, median,
 *                      p99 ns of the limits, the peers and the kernel's best
 *                      known paths, fastest first; batches are left out
 */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include "suite.h"

/* Makes the directory if need be. False after a message. */
bool samples_write(const struct suite *suite, const char *directory);

#endif
