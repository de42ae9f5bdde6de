/* SPDX-License-Identifier: BSD-2-Clause */
/* Selection of cases, their life cycle, and the figures drawn from samples. */
#include "suite.h"

#include <math.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table {
    const char *group;
    const struct bench_case *cases;
    const size_t *count;
};

static const struct table tables[] = {
    {"Thimble: calls, signals, interrupts", bench_kernel, &bench_kernel_count},
    {"Thimble: faults", bench_faults, &bench_faults_count},
    {"Thimble: regions and capabilities", bench_memory, &bench_memory_count},
    {"Thimble: channels", bench_channels, &bench_channels_count},
    {"Limits: a bare change of context on this host, and back", bench_limits,
     &bench_limits_count},
    {"Peers: what Linux offers for the same job", bench_peers, &bench_peers_count},
};
#define TABLES (sizeof tables / sizeof tables[0])

/* What bench_refuse() was last told, until suite_setup() collects it. */
static char refusal[sizeof((struct suite_result *)0)->refusal];

int bench_refuse(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(refusal, sizeof refusal, format, arguments);
    va_end(arguments);
    return -1;
}

void bench_fail(const char *format, ...)
{
    va_list arguments;

    fflush(stdout);
    fputs("bench: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    /* Threads of a peer may be blocked, so nothing is torn down. */
    _Exit(1);
}

static const struct bench_case *case_find(const char *name)
{
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < *tables[t].count; i++) {
            if (strcmp(tables[t].cases[i].name, name) == 0) {
                return &tables[t].cases[i];
            }
        }
    }
    return NULL;
}

static bool case_is_twin_of_match(const struct bench_case *bench,
                                  const regex_t *regex)
{
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < *tables[t].count; i++) {
            const struct bench_case *other = &tables[t].cases[i];

            if (other->overhead_twin != NULL &&
                strcmp(other->overhead_twin, bench->name) == 0 &&
                regexec(regex, other->name, 0, NULL, 0) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* The tables are written by hand; a slip in them is reported by name. */
static void case_validate(const struct bench_case *bench)
{
    const char *twin = bench->overhead_twin;

    if (bench->name == NULL || bench->what == NULL || bench->run == NULL) {
        bench_fail("case %s: name, what or run is missing",
                   bench->name == NULL ? "(unnamed)" : bench->name);
    }
    if (case_find(bench->name) != bench) {
        bench_fail("case %s: the name is used twice", bench->name);
    }
    if (twin == NULL) {
        return;
    }
    if (case_find(twin) == NULL || case_find(twin)->overhead_twin != NULL) {
        bench_fail("case %s: its twin %s does not exist or has one itself",
                   bench->name, twin);
    }
    if (bench->exact && !case_find(twin)->exact) {
        bench_fail("case %s is exact, its twin %s is not", bench->name, twin);
    }
}

static void suite_take(struct suite *suite, const regex_t *regex)
{
    size_t count = 0;

    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < *tables[t].count; i++) {
            const struct bench_case *bench = &tables[t].cases[i];

            case_validate(bench);
            if (regexec(regex, bench->name, 0, NULL, 0) == 0 ||
                case_is_twin_of_match(bench, regex)) {
                suite->results[count].group = tables[t].group;
                suite->results[count++].bench = bench;
            }
        }
    }
    suite->count = count;
    for (size_t i = 0; i < count; i++) {
        const char *twin = suite->results[i].bench->overhead_twin;

        suite->results[i].twin = twin == NULL ? NULL : suite_find(suite, twin);
    }
}

enum suite_status suite_select(struct suite *suite, const char *filter)
{
    size_t all = 0;
    regex_t regex;

    *suite = (struct suite){.filtered = filter != NULL};
    if (regcomp(&regex, filter == NULL ? "" : filter,
                REG_EXTENDED | REG_NOSUB) != 0) {
        return SUITE_BAD_FILTER;
    }
    for (size_t t = 0; t < TABLES; t++) {
        all += *tables[t].count;
    }
    suite->results = calloc(all + 1, sizeof *suite->results);
    if (suite->results == NULL) {
        bench_fail("out of memory");
    }
    suite_take(suite, &regex);
    regfree(&regex);
    return suite->count == 0 ? SUITE_NO_MATCH : SUITE_OK;
}

void suite_free(struct suite *suite)
{
    free(suite->samples);
    free(suite->results);
    *suite = (struct suite){0};
}

struct suite_result *suite_find(const struct suite *suite, const char *name)
{
    for (size_t i = 0; i < suite->count; i++) {
        if (strcmp(suite->results[i].bench->name, name) == 0) {
            return &suite->results[i];
        }
    }
    return NULL;
}

bool suite_setup(struct suite_result *result)
{
    const struct bench_case *bench = result->bench;
    int error;

    if (bench->setup == NULL) {
        return true;
    }
    refusal[0] = '\0';
    error = bench->setup(bench);
    if (error == 0) {
        return true;
    }
    if (refusal[0] == '\0') {
        bench_refuse("setup returned %d without a reason", error);
    }
    memcpy(result->refusal, refusal, sizeof refusal);
    return false;
}

void suite_teardown(const struct suite_result *result)
{
    if (result->bench->teardown != NULL) {
        result->bench->teardown(result->bench);
    }
}

bool suite_ran(const struct suite_result *result)
{
    return result->refusal[0] == '\0' && result->samples_count != 0;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Nearest rank: a sample that was really seen. */
static double sorted_quantile(const double *sorted, size_t count, double q)
{
    size_t rank = (size_t)ceil(q * (double)count);

    return sorted[rank == 0 ? 0 : rank - 1];
}

/* Figures without the twin's share, which suite_summarise() takes off once all
 * of them are known. */
static void result_summarise(struct suite_result *result)
{
    size_t count = result->samples_count;

    if (!suite_ran(result)) {
        return;
    }
    qsort(result->samples, count, sizeof *result->samples, compare_doubles);
    result->min = result->samples[0];
    result->median = sorted_quantile(result->samples, count, 0.5);
    result->p99 = sorted_quantile(result->samples, count, 0.99);
    result->cpu = result->cpu_total / (double)result->iterations;
}

/* The minimum is compared with the twin's minimum; a spread cannot be taken
 * from a spread, so all else is shifted by the twin's median. */
static void result_subtract(struct suite_result *result)
{
    const struct suite_result *twin = result->twin;

    if (twin == NULL || !suite_ran(result)) {
        return;
    }
    if (!suite_ran(twin)) {
        snprintf(result->refusal, sizeof result->refusal,
                 "its overhead twin %s did not run", twin->bench->name);
        return;
    }
    for (size_t i = 0; i < result->samples_count; i++) {
        result->samples[i] -= twin->median;
    }
    result->min -= twin->min;
    result->median -= twin->median;
    result->p99 -= twin->median;
    result->cpu -= twin->cpu;
}

void suite_summarise(struct suite *suite)
{
    for (size_t i = 0; i < suite->count; i++) {
        result_summarise(&suite->results[i]);
    }
    /* A twin has no twin of its own, so the order does not matter. */
    for (size_t i = 0; i < suite->count; i++) {
        result_subtract(&suite->results[i]);
    }
}

int suite_family(const struct bench_case *bench)
{
    const char *slash = strchr(bench->name, '/');

    return slash == NULL ? 0 : (int)(slash - bench->name);
}

bool suite_same_family(const struct bench_case *a, const struct bench_case *b)
{
    int length = suite_family(a);

    return length != 0 && length == suite_family(b) &&
           strncmp(a->name, b->name, (size_t)length) == 0;
}

double suite_round(double instructions)
{
    return round(instructions * 10) / 10;
}

const char *suite_class_name(enum bench_class class)
{
    switch (class) {
    case BENCH_KERNEL:
        return "kernel";
    case BENCH_LIMIT:
        return "limit";
    case BENCH_PEER:
        return "peer";
    }
    return "unknown";
}
