/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cases of one run and what has been found out about each. Filled in by
 * harness.c (host time), counts.c (host instructions) and baseline.c (change),
 * read by the files that print.
 */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

#include "bench.h"

/* The case every other one is held against, and the peer of the headline. */
#define SUITE_LIMIT "limit_stack_switch"
#define SUITE_PEER "peer_pipe"

enum suite_change {
    CHANGE_UNKNOWN, /* no count, or no baseline of this compiler */
    CHANGE_NEW,     /* not in the baseline */
    CHANGE_NONE,
    CHANGE_RISE,
    CHANGE_FALL
};

struct suite_result {
    const struct bench_case *bench;
    const char *group;               /* heading of the cases of its kind */
    const struct suite_result *twin; /* of bench->overhead_twin, or NULL */
    char refusal[160];               /* why the case did not run, or "" */

    /* One sample is the mean of one batch, in ns per operation. */
    double *samples;
    size_t samples_count;
    size_t samples_capacity;
    uint64_t batch;
    uint64_t iterations;
    double cpu_total; /* ns of process CPU time over `iterations` */

    /* ns per operation, the twin's subtracted; set by suite_summarise(). */
    double min;
    double median;
    double p99;
    double cpu;

    /* Host instructions per operation, the twin's subtracted. */
    bool counted;
    double instructions;

    /* Simulated instructions per operation; 0: the case has none. */
    double simulated;

    enum suite_change change;
    double baseline;
};

struct suite {
    struct suite_result *results;
    size_t count;
    double *samples; /* of all results, one after the other */
    bool filtered; /* some cases were left out by request */
};

enum suite_status { SUITE_OK, SUITE_BAD_FILTER, SUITE_NO_MATCH };

/* Selects the cases whose name matches the extended regular expression, and
 * the twins of those; all if `filter` is NULL. */
enum suite_status suite_select(struct suite *suite, const char *filter);
void suite_free(struct suite *suite);

/* NULL if no such case is selected. */
struct suite_result *suite_find(const struct suite *suite, const char *name);
/* Runs the case's setup. False if it refused; the reason is in the result. */
bool suite_setup(struct suite_result *result);
void suite_teardown(const struct suite_result *result);
/* True if the case has figures. */
bool suite_ran(const struct suite_result *result);
/* Sorts the samples and derives min, median, p99, less those of the twins. */
void suite_summarise(struct suite *suite);

/* The length of the part of the name before '/'; 0: the case has no family. */
int suite_family(const struct bench_case *bench);
bool suite_same_family(const struct bench_case *a, const struct bench_case *b);

/* "12" or "12.5": exact counts are kept to one decimal. */
double suite_round(double instructions);
const char *suite_class_name(enum bench_class class);

#endif
