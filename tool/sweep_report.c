/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of a sweep: see sweep.h. */
#include <string.h>

#include "quantity.h"
#include "results.h"
#include "sweep.h"

static double mean(const json_t *cell, const char *metric)
{
    return result_number(json_object_get(cell, metric), "mean");
}

static double total(const json_t *cell, const char *metric)
{
    const json_t *spread = json_object_get(cell, metric);

    return result_number(spread, "mean") * result_number(spread, "runs");
}

static void print_cell(const json_t *cell, FILE *file)
{
    const json_t *latency = json_object_get(cell, "latency");
    const json_t *least = json_object_get(cell, "p50_us");

    fprintf(file, "%-12s %6.1f%% %8.0f", result_word(cell, "name"), 100.0 * mean(cell, "share"),
            mean(cell, "calls"));
    if (json_is_object(json_object_get(cell, "misses"))) {
        fprintf(file, " %7.0f", total(cell, "misses"));
    } else {
        fprintf(file, " %7s", "-");
    }
    fprintf(file, " %5.0f", result_number(cell, "stops"));
    if (json_is_object(latency) && json_is_object(least)) {
        fprintf(file, " %8.2f %8.2f %8.2f %8.0f\n", result_number(latency, "p50_us"),
                result_number(latency, "p99_us"), result_number(latency, "max_us"),
                result_number(cell, "worst_seed"));
    } else {
        fprintf(file, " %8s %8s %8s %8s\n", "-", "-", "-", "-");
    }
}

static void print_setting(const json_t *setting, FILE *file)
{
    const json_t *cell;
    size_t i;

    if (result_word(setting, "setting")[0] != '\0') {
        fprintf(file, "with %s\n", result_word(setting, "setting"));
    }
    fprintf(file, "%-12s %7s %8s %7s %5s  %s\n", "", "CPU", "calls", "missed", "",
            "latency in us, of all runs seed of");
    fprintf(file, "%-12s %7s %8s %7s %5s %8s %8s %8s %8s\n", "cell", "mean", "a run", "deadl.",
            "stops", "p50", "p99", "max", "the max");
    json_array_foreach(json_object_get(setting, "cells"), i, cell)
    {
        print_cell(cell, file);
    }
    if (result_number(setting, "failed") > 0.0) {
        fprintf(file, "%.0f of %.0f runs went wrong\n", result_number(setting, "failed"),
                result_number(setting, "runs"));
    }
    if (result_number(setting, "unexpected") > 0.0) {
        fprintf(file, "%.0f of %.0f runs were not as expected\n",
                result_number(setting, "unexpected"), result_number(setting, "runs"));
    }
    fprintf(file, "the run to look at first: %s\n\n", result_word(setting, "replay"));
}

void sweep_print(const json_t *result, FILE *file)
{
    const json_t *settings = json_object_get(result, "settings");
    const json_t *setting;
    size_t i;

    fprintf(file, "sweep of %s: seeds %.0f to %.0f, %s each", result_word(result, "system"),
            result_number(result, "first_seed"), result_number(result, "last_seed"),
            duration_text((uint64_t)result_number(result, "time_ns")));
    if (json_array_size(settings) > 1U) {
        fprintf(file, ", with %zu settings", json_array_size(settings));
    }
    fprintf(file, "\n\n");
    json_array_foreach(settings, i, setting)
    {
        print_setting(setting, file);
    }
}
