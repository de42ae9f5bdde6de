/* SPDX-License-Identifier: BSD-2-Clause */
#include "samples.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A curve drawn a thousand pixels wide needs no more. */
#define CDF_POINTS 1000

/* The kernel's own cases in the ladder: enough to see where it stands. */
static const char *const ladder_kernel[] = {
    "ipc_call_reply/0", "ipc_call_reply/64", "signal_wait",
    "irq_to_handler",   "null_hypercall",    "fault_retry",
    "region_map_4k/1",  "region_unmap_4k/1",
};
#define LADDER_KERNEL (sizeof ladder_kernel / sizeof ladder_kernel[0])

static FILE *file_open(const char *directory, const char *prefix,
                       const char *name, size_t length)
{
    char path[PATH_MAX];
    size_t start = strlen(directory) + 1;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s%.*s.dat", directory, prefix, (int)length,
             name);
    for (char *c = path + (start < sizeof path ? start : 0); *c != '\0'; c++) {
        if (*c == '/') {
            *c = '-';
        }
    }
    file = fopen(path, "w");
    if (file == NULL) {
        fprintf(stderr, "bench: cannot write %s: %s\n", path, strerror(errno));
    }
    return file;
}

static bool file_close(FILE *file)
{
    bool good = !ferror(file);

    if (fclose(file) != 0 || !good) {
        fprintf(stderr, "bench: cannot write samples: %s\n", strerror(errno));
        return false;
    }
    return true;
}

static bool cdf_write(const struct suite_result *result, const char *directory)
{
    const char *name = result->bench->name;
    size_t count = result->samples_count;
    size_t points = count < CDF_POINTS ? count : CDF_POINTS;
    FILE *file = file_open(directory, "cdf-", name, strlen(name));

    if (file == NULL) {
        return false;
    }
    fprintf(file, "# %s: %s\n# ns per operation, fraction of %zu samples\n",
            name, result->bench->what, count);
    fprintf(file, "%.3f 0\n", result->samples[0]);
    for (size_t point = 1; point <= points; point++) {
        size_t rank = point * count / points;

        fprintf(file, "%.3f %.6f\n", result->samples[rank - 1],
                (double)rank / (double)count);
    }
    return file_close(file);
}

/* Called with every case, writes a family at its first member. */
static bool family_write(const struct suite *suite, size_t first,
                         const char *directory)
{
    const struct bench_case *bench = suite->results[first].bench;
    FILE *file;

    for (size_t i = 0; i < first; i++) {
        if (suite_same_family(bench, suite->results[i].bench)) {
            return true;
        }
    }
    file = file_open(directory, "family-", bench->name, (size_t)suite_family(bench));
    if (file == NULL) {
        return false;
    }
    fputs("# parameter, min, median, p99 ns, host instructions\n", file);
    for (size_t i = first; i < suite->count; i++) {
        const struct suite_result *result = &suite->results[i];

        if (!suite_same_family(bench, result->bench) || !suite_ran(result)) {
            continue;
        }
        fprintf(file, "%ld %.3f %.3f %.3f ", result->bench->parameter,
                result->min, result->median, result->p99);
        if (result->counted) {
            fprintf(file, "%.1f\n", result->instructions);
        } else {
            fputs("NaN\n", file);
        }
    }
    return file_close(file);
}

static bool ladder_wants(const struct suite_result *result)
{
    if (!suite_ran(result) || result->min <= 0) {
        return false;
    }
    if (result->bench->class != BENCH_KERNEL) {
        return result->bench->parts == 0; /* one operation, not a batch of them */
    }
    for (size_t i = 0; i < LADDER_KERNEL; i++) {
        if (strcmp(result->bench->name, ladder_kernel[i]) == 0) {
            return true;
        }
    }
    return false;
}

struct rung {
    const struct suite_result *result;
};

static int rung_compare(const void *a, const void *b)
{
    double x = ((const struct rung *)a)->result->min;
    double y = ((const struct rung *)b)->result->min;

    return (x > y) - (x < y);
}

/* Returns how many there are. */
static size_t rungs_take(const struct suite *suite, struct rung *rungs)
{
    size_t count = 0;

    for (size_t i = 0; i < suite->count; i++) {
        if (ladder_wants(&suite->results[i])) {
            rungs[count++].result = &suite->results[i];
        }
    }
    qsort(rungs, count, sizeof *rungs, rung_compare);
    return count;
}

static bool ladder_write(const struct suite *suite, const char *directory)
{
    struct rung *rungs = calloc(suite->count + 1, sizeof *rungs);
    FILE *file;
    size_t count;

    if (rungs == NULL) {
        bench_fail("out of memory");
    }
    file = file_open(directory, "ladder", "", 0);
    if (file == NULL) {
        free(rungs);
        return false;
    }
    count = rungs_take(suite, rungs);
    fputs("# name, class, min, median, p99 ns\n", file);
    for (size_t i = 0; i < count; i++) {
        const struct suite_result *result = rungs[i].result;

        fprintf(file, "%s %d %.3f %.3f %.3f\n", result->bench->name,
                (int)result->bench->class, result->min, result->median,
                result->p99);
    }
    free(rungs);
    return file_close(file);
}

bool samples_write(const struct suite *suite, const char *directory)
{
    if (mkdir(directory, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "bench: %s: %s\n", directory, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < suite->count; i++) {
        const struct suite_result *result = &suite->results[i];

        if (suite_ran(result) && !cdf_write(result, directory)) {
            return false;
        }
        if (suite_family(result->bench) != 0 &&
            !family_write(suite, i, directory)) {
            return false;
        }
    }
    return ladder_write(suite, directory);
}
