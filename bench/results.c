/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real and CPU time are medians and means per operation; our own counters
 * (min_time, p99_time, host_instructions, samples...) follow Google
 * Benchmark's fields, where its tools expect user counters.
 */
#include "results.h"

#include "build.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Enough digits for a tenth of an instruction in a hundred million. */
#define NUMBERS JSON_REAL_PRECISION(10)

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_string(text));
}

static void set_integer(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* To a thousandth: beyond that a host time is noise. */
static void set_ns(json_t *object, const char *key, double ns)
{
    char text[48];

    snprintf(text, sizeof text, "%.3f", ns);
    json_object_set_new(object, key, json_real(strtod(text, NULL)));
}

static void set_count(json_t *object, const struct suite_result *result)
{
    double count = result->instructions;

    if (!result->counted) {
        return;
    }
    json_object_set_new(object, "host_instructions",
                        count == (double)(json_int_t)count
                            ? json_integer((json_int_t)count)
                            : json_real(count));
}

/* As Google Benchmark's SetItemsProcessed() and SetBytesProcessed(). */
static void set_throughput(json_t *object, const struct suite_result *result)
{
    const struct bench_case *bench = result->bench;
    double per_second = suite_ran(result) && result->median > 0 ? 1e9 / result->median : 0;

    if (bench->parts != 0 && per_second > 0) {
        set_ns(object, "items_per_second", bench->parts * per_second);
    }
    if (bench->bytes != 0 && per_second > 0) {
        set_ns(object, "bytes_per_second", bench->bytes * per_second);
    }
    if (result->simulated > 0) {
        set_ns(object, "simulated_instructions", result->simulated);
    }
}

static void set_date(json_t *object)
{
    time_t now = time(NULL);
    struct tm utc;
    char date[32];

    if (gmtime_r(&now, &utc) != NULL &&
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S+00:00", &utc) != 0) {
        set_text(object, "date", date);
    }
}

static json_t *context_object(const struct results_context *context)
{
    json_t *object = json_object();

    set_date(object);
    set_text(object, "host", "workstation: the cost of the kernel path, not IPC "
             "latency on hardware");
    set_text(object, "executable", context->executable);
    set_integer(object, "num_cpus", (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
    json_object_set_new(object, "pinned_cpu", json_integer(context->cpu));
    set_text(object, "library_build_type",
             strcmp(BUILD_TYPE, "debug") == 0 ? "debug" : "release");
    set_text(object, "compiler", BUILD_COMPILER);
    set_text(object, "machine", BUILD_MACHINE);
    set_text(object, "build_type", BUILD_TYPE);
    if (context->commit != NULL) {
        set_text(object, "commit", context->commit);
    }
    return object;
}

static json_t *result_object(const struct suite_result *result)
{
    const struct bench_case *bench = result->bench;
    json_t *object = json_object();

    set_text(object, "name", bench->name);
    set_text(object, "run_name", bench->name);
    set_text(object, "run_type", "iteration");
    set_integer(object, "repetitions", 1);
    set_integer(object, "repetition_index", 0);
    set_integer(object, "threads", 1);
    if (suite_ran(result)) {
        set_integer(object, "iterations", result->iterations);
        set_ns(object, "real_time", result->median);
        set_ns(object, "cpu_time", result->cpu);
        set_text(object, "time_unit", "ns");
        set_ns(object, "min_time", result->min);
        set_ns(object, "p99_time", result->p99);
        set_integer(object, "samples", result->samples_count);
        set_integer(object, "batch", result->batch);
    } else {
        /* No times at all: a 0 would pass for the fastest of them. */
        json_object_set_new(object, "error_occurred", json_true());
        set_text(object, "error_message", result->refusal);
    }
    set_count(object, result);
    set_throughput(object, result);
    json_object_set_new(object, "parameter", json_integer(bench->parameter));
    set_text(object, "class", suite_class_name(bench->class));
    set_text(object, "label", bench->what);
    return object;
}

static json_t *history_object(const struct suite *suite,
                              const struct results_context *context)
{
    json_t *object = json_object();
    json_t *cases = json_object();

    set_date(object);
    set_text(object, "compiler", BUILD_COMPILER);
    set_text(object, "build_type", BUILD_TYPE);
    if (context->commit != NULL) {
        set_text(object, "commit", context->commit);
    }
    for (size_t i = 0; i < suite->count; i++) {
        const struct suite_result *result = &suite->results[i];
        json_t *figures = json_object();

        if (suite_ran(result)) {
            set_ns(figures, "min_time", result->min);
            set_ns(figures, "real_time", result->median);
            set_ns(figures, "p99_time", result->p99);
        }
        set_count(figures, result);
        json_object_set_new(cases, result->bench->name, figures);
    }
    json_object_set_new(object, "cases", cases);
    return object;
}

/* Writes one value and a newline, and gives the value up. */
static bool value_write(json_t *value, const char *path, const char *mode,
                        size_t flags)
{
    FILE *file = fopen(path, mode);
    bool good = file != NULL &&
                json_dumpf(value, file, flags | JSON_PRESERVE_ORDER | NUMBERS) == 0 &&
                fputc('\n', file) != EOF;

    json_decref(value);
    if (file != NULL && fclose(file) != 0) {
        good = false;
    }
    if (!good) {
        fprintf(stderr, "bench: cannot write %s: %s\n", path, strerror(errno));
    }
    return good;
}

bool results_write(const struct suite *suite, const char *path,
                   const struct results_context *context)
{
    const char *slash = strrchr(path, '/');
    int directory = slash == NULL ? 0 : (int)(slash - path) + 1;
    json_t *root = json_object();
    json_t *benchmarks = json_array();
    char history[PATH_MAX];

    for (size_t i = 0; i < suite->count; i++) {
        json_array_append_new(benchmarks, result_object(&suite->results[i]));
    }
    json_object_set_new(root, "context", context_object(context));
    json_object_set_new(root, "benchmarks", benchmarks);
    snprintf(history, sizeof history, "%.*shistory.jsonl", directory, path);
    return value_write(root, path, "w", JSON_INDENT(2)) &&
           value_write(history_object(suite, context), history, "a", JSON_COMPACT);
}
