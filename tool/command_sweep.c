/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble sweep: many runs. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "command.h"
#include "expect.h"
#include "host_output.h"
#include "process.h"
#include "quantity.h"
#include "results.h"
#include "sweep.h"

static const char *seeds = "1..100";
static const char *duration = "1s";
static const char *jobs;
static const char *json;
static const char *csv;
static const char *expectations = "";
static struct list settings;
static bool quiet;

const struct choice choices_sweep[] = {
    {"seeds", "A..B", "from seed A to seed B (default 1..100)", NULL, &seeds, NULL},
    {"time", "TIME", "simulated time of each run (default 1s)", NULL, &duration, NULL},
    {"set", "FIELD=V,V,V", "cell.thread.budget_us=400,500: all seeds with each value;\n"
                           "given twice: with each combination", NULL, NULL, &settings},
    {"jobs", "N", "runs at once (default: one for each processor)", NULL, &jobs, NULL},
    {"expect", "WORDS", "fail with status 3 if a run is otherwise: as for run", NULL,
     &expectations, NULL},
    {"json", "FILE", "write the result as JSON (- for stdout)", NULL, &json, NULL},
    {"csv", "FILE", "write a line for each cell of each run", NULL, &csv, NULL},
    {"quiet", NULL, "no tables and no progress", &quiet, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

static FILE *csv_open(void)
{
    FILE *file = csv != NULL ? fopen(csv, "w") : NULL;

    if (csv != NULL && file == NULL) {
        fail(STATUS_BAD, "%s: %s", csv, strerror(errno));
    }
    if (file != NULL) {
        fprintf(file, "setting,seed,cell");
        for (size_t i = 0; i < METRICS; i++) {
            fprintf(file, ",%s", metric_names[i]);
        }
        fprintf(file, ",stops\n");
    }
    return file;
}

static int status_of(const json_t *result)
{
    const json_t *setting;
    double failed = 0.0;
    double unexpected = 0.0;
    size_t i;

    json_array_foreach(json_object_get(result, "settings"), i, setting)
    {
        failed += result_number(setting, "failed");
        unexpected += result_number(setting, "unexpected");
    }
    return failed > 0.0 ? STATUS_BAD : unexpected > 0.0 ? STATUS_UNEXPECTED : STATUS_GOOD;
}

int command_sweep(char **arguments)
{
    uint64_t count = processors();
    struct sweep sweep = {.path = arguments[0], .expect = expectations};

    expect_check(expectations);
    if (!range_read(seeds, &sweep.first, &sweep.last)) {
        fail(STATUS_USAGE, "--seeds %s: it is A..B, or one number", seeds);
    }
    if (!duration_read(duration, &sweep.time_ns) || sweep.time_ns == 0) {
        fail(STATUS_USAGE, "--time %s: a time is a number with ns, us, ms or s behind it",
             duration);
    }
    if (jobs != NULL && (!number_read(jobs, &count) || count == 0)) {
        fail(STATUS_USAGE, "--jobs %s: a number from 1 on", jobs);
    }
    settings_expand(&settings, &sweep.settings);
    struct place place = place_find(arguments[0]);
    sweep.program = build_run(&place);
    sweep.jobs = (size_t)count;
    sweep.progress = !quiet && isatty(STDERR_FILENO) != 0;
    sweep.csv = csv_open();
    json_t *result = sweep_make(&sweep);
    if (sweep.csv != NULL && output_close(sweep.csv, csv) == 0) {
        return STATUS_BAD;
    }
    if (json != NULL) {
        result_save(result, json);
    }
    if (!quiet && (json == NULL || strcmp(json, "-") != 0)) {
        sweep_print(result, stdout);
    }
    int status = status_of(result);
    json_decref(result);
    return status;
}
