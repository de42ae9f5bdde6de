/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble compare: two results side by side. */
#include <math.h>
#include <string.h>

#include "build.h"
#include "command.h"
#include "process.h"
#include "quantity.h"
#include "results.h"
#include "sweep.h"

static const char *seeds = "1..20";
static const char *duration = "1s";
static bool all;

const struct choice choices_compare[] = {
    {"seeds", "A..B", "of systems: run with these seeds (default 1..20)", NULL, &seeds, NULL},
    {"time", "TIME", "of systems: simulated time of each run (default 1s)", NULL, &duration, NULL},
    {"all", NULL, "also what does not differ", &all, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

static json_t *load(const char *path)
{
    struct sweep sweep = {.path = path, .expect = "", .jobs = processors()};
    struct list none = {0};

    if (ends_with(path, ".json")) {
        return result_load(path);
    }
    if (!range_read(seeds, &sweep.first, &sweep.last)) {
        fail(STATUS_USAGE, "--seeds %s: it is A..B, or one number", seeds);
    }
    if (!duration_read(duration, &sweep.time_ns) || sweep.time_ns == 0) {
        fail(STATUS_USAGE, "--time %s: a time is a number with ns, us, ms or s behind it",
             duration);
    }
    settings_expand(&none, &sweep.settings);
    struct place place = place_find(path);
    sweep.program = build_run(&place);
    return sweep_make(&sweep);
}

/* One value, or one of each seed. */
struct measured {
    bool there;
    double mean;
    double deviation;
    double runs;
};

static struct measured measured_of(const json_t *cell, size_t metric)
{
    struct measured m = {0};
    const json_t *spread = json_object_get(cell, metric_names[metric]);

    if (json_is_object(spread)) {
        m = (struct measured){true, result_number(spread, "mean"),
                              result_number(spread, "deviation"), result_number(spread, "runs")};
    } else if (metric_value(cell, metric, &m.mean)) {
        m.there = true;
        m.runs = 1.0;
    }
    return m;
}

enum verdict { SAME, EXACT, BEYOND_NOISE, NOISE };
static const char *const verdicts[] = {
    [SAME] = "the same", [EXACT] = "exact", [BEYOND_NOISE] = "beyond noise", [NOISE] = "noise"};

/* Means differ by more than twice the standard error of the difference: no accident. */
static enum verdict judge(const struct measured *a, const struct measured *b)
{
    double difference = fabs(a->mean - b->mean);

    if (difference == 0.0) {
        return SAME;
    }
    if (a->deviation == 0.0 && b->deviation == 0.0) {
        return EXACT;
    }
    double error = sqrt(a->deviation * a->deviation / a->runs +
                        b->deviation * b->deviation / b->runs);
    return difference > 2.0 * error ? BEYOND_NOISE : NOISE;
}

static size_t row(const char *cell, size_t metric, const struct measured *a,
                  const struct measured *b)
{
    enum verdict verdict = judge(a, b);
    double scale = strcmp(metric_names[metric], "share") == 0 ? 100.0 : 1.0;
    const char *name = scale != 1.0 ? "CPU in %" : metric_names[metric];

    if ((verdict == SAME || verdict == NOISE) && !all) {
        return 0;
    }
    printf("%-12s %-10s %12.2f %12.2f ", cell, name, scale * a->mean, scale * b->mean);
    if (a->mean != 0.0) {
        printf("%+8.2f%%", 100.0 * (b->mean - a->mean) / a->mean);
    } else {
        printf("%9s", verdict == SAME ? "" : "new");
    }
    printf("  %s\n", verdicts[verdict]);
    return verdict == EXACT || verdict == BEYOND_NOISE;
}

static const json_t *cell_named(const json_t *cells, const char *name)
{
    const json_t *cell;
    size_t i;

    json_array_foreach(cells, i, cell)
    {
        if (strcmp(result_word(cell, "name"), name) == 0) {
            return cell;
        }
    }
    return NULL;
}

static size_t only_in(const json_t *cells, const json_t *others, const char *which)
{
    const json_t *cell;
    size_t i;
    size_t found = 0;

    json_array_foreach(cells, i, cell)
    {
        if (cell_named(others, result_word(cell, "name")) == NULL) {
            printf("%-12s only in %s\n", result_word(cell, "name"), which);
            found++;
        }
    }
    return found;
}

static size_t compare_cells(const json_t *a, const json_t *b)
{
    const json_t *cell;
    size_t i;
    size_t differences = only_in(a, b, "A") + only_in(b, a, "B");

    json_array_foreach(a, i, cell)
    {
        const char *name = result_word(cell, "name");
        const json_t *other = cell_named(b, name);
        for (size_t metric = 0; other != NULL && metric < METRICS; metric++) {
            struct measured ma = measured_of(cell, metric);
            struct measured mb = measured_of(other, metric);
            if (ma.there && mb.there) {
                differences += row(name, metric, &ma, &mb);
            }
        }
    }
    return differences;
}

static const json_t *cells_of(const json_t *result)
{
    bool sweep = strcmp(result_word(result, "schema"), RESULT_SWEEP) == 0;

    return json_object_get(
        sweep ? json_array_get(json_object_get(result, "settings"), 0) : result, "cells");
}

int command_compare(char **arguments)
{
    json_t *a = load(arguments[0]);
    json_t *b = load(arguments[1]);

    printf("A: %s, %s\nB: %s, %s\n\n", arguments[0], result_word(a, "schema"), arguments[1],
           result_word(b, "schema"));
    if (result_number(a, "time_ns") != result_number(b, "time_ns")) {
        printf("A took %s, B %s: counts differ for that reason alone\n",
               duration_text((uint64_t)result_number(a, "time_ns")),
               duration_text((uint64_t)result_number(b, "time_ns")));
    }
    printf("%-12s %-10s %12s %12s %9s\n", "cell", "what", "A", "B", "B to A");
    size_t differences = compare_cells(cells_of(a), cells_of(b));
    if (differences == 0) {
        printf("nothing differs%s\n", all ? "" : " beyond what varies with the seed");
    }
    const char *hash_a = json_string_value(json_object_get(a, "trace_hash"));
    const char *hash_b = json_string_value(json_object_get(b, "trace_hash"));
    if (hash_a != NULL && hash_b != NULL) {
        printf("\n%s\n", strcmp(hash_a, hash_b) == 0 ?
                             "the same trace hash: the same run, event by event" :
                             "the trace hashes differ: not the same run");
    }
    json_decref(a);
    json_decref(b);
    return STATUS_GOOD;
}
