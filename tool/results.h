/* SPDX-License-Identifier: BSD-2-Clause */
/* Results of runs and of sweeps, as JSON (docs/results.md). */
#ifndef TOOL_RESULTS_H
#define TOOL_RESULTS_H

#include <jansson.h>
#include <stdint.h>

#include "text.h"

#define RESULT_RUN "thimble-run"
#define RESULT_SWEEP "thimble-sweep"

/* Reads a result, or ends the program with one line. */
json_t *result_load(const char *path);
/* To a file, or to stdout for "-". */
void result_save(const json_t *result, const char *path);

double result_number(const json_t *object, const char *key);
const char *result_word(const json_t *object, const char *key);

/* What one run gave for a cell, by name; false: nothing (no latency was recorded, say). */
#define METRICS 9U
extern const char *const metric_names[METRICS];
bool metric_value(const json_t *cell, size_t metric, double *value);

/* Values of one metric over runs. */
struct spread {
    uint64_t count;
    double sum;
    double squares;
    double least;
    double most;
};
void spread_add(struct spread *spread, double value);
double spread_mean(const struct spread *spread);
/* Standard deviation; 0 for fewer than two. */
double spread_deviation(const struct spread *spread);

#endif
