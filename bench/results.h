/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs read: JSON in the shape that Google Benchmark writes. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include "suite.h"

struct results_context {
    const char *executable;
    const char *commit; /* of the tree that was measured, or NULL */
    int cpu;            /* that the run was bound to, or -1 */
};

/* Writes `path`, and appends one line to history.jsonl beside it. False after
 * a message. */
bool results_write(const struct suite *suite, const char *path,
                   const struct results_context *context);

#endif
