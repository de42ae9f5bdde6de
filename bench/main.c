/* SPDX-License-Identifier: BSD-2-Clause */
/* The benchmark program: reads the command line and runs the steps in order. */
#include "baseline.h"
#include "counts.h"
#include "harness.h"
#include "host_output.h"
#include "report.h"
#include "results.h"
#include "samples.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 2
#define MIN_TIME_MAX 10.0
/* Times are not kept when the baseline is written. */
#define MIN_TIME_BASELINE 0.01

struct options {
    const char *filter;
    const char *json;
    const char *samples;
    const char *baseline;
    const char *counts;
    const char *counts_out;
    const char *commit;
    double min_time; /* seconds per case; 0: each class's default */
    bool count;      /* we are the process under callgrind */
    bool list;
    bool no_counts;
    bool update_baseline;
};

enum {
    OPTION_LIST = 256, OPTION_FILTER, OPTION_MIN_TIME, OPTION_JSON,
    OPTION_SAMPLES, OPTION_BASELINE, OPTION_UPDATE, OPTION_COUNTS,
    OPTION_COUNTS_OUT, OPTION_NO_COUNTS, OPTION_COMMIT, OPTION_COUNT, OPTION_HELP
};

static const struct option long_options[] = {
    {"list", no_argument, NULL, OPTION_LIST},
    {"filter", required_argument, NULL, OPTION_FILTER},
    {"min-time", required_argument, NULL, OPTION_MIN_TIME},
    {"json", required_argument, NULL, OPTION_JSON},
    {"samples", required_argument, NULL, OPTION_SAMPLES},
    {"baseline", required_argument, NULL, OPTION_BASELINE},
    {"update-baseline", no_argument, NULL, OPTION_UPDATE},
    {"counts", required_argument, NULL, OPTION_COUNTS},
    {"counts-out", required_argument, NULL, OPTION_COUNTS_OUT},
    {"no-counts", no_argument, NULL, OPTION_NO_COUNTS},
    {"commit", required_argument, NULL, OPTION_COMMIT},
    {"count", no_argument, NULL, OPTION_COUNT},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "Usage: bench [OPTION]...\n"
    "Measures Thimble's kernel paths beside bare stack switches on this host (limits)\n"
    "and what Linux offers for the same job (peers).\n"
    "\n"
    "  --list              name the cases and what they do, measure nothing\n"
    "  --filter REGEX      only cases whose name matches (and their twins)\n"
    "  --min-time SECONDS  time spent on each case, up to 10 (default about 0.5)\n"
    "  --json FILE         write results, and a line to history.jsonl beside it\n"
    "  --samples DIR       write what the plots are drawn from\n"
    "  --baseline FILE     compare exact counts; exit 1 if one rose\n"
    "  --update-baseline   write the exact counts to the baseline instead\n"
    "  --counts FILE       read exact counts (\"name count\") from a file\n"
    "  --counts-out FILE   write them to a file\n"
    "  --no-counts         no exact counts: Valgrind is not needed\n"
    "  --commit ID         recorded with the results\n"
    "  --count             used internally, under callgrind\n"
    "  --help              print this\n";

static void usage_fail(const char *problem, const char *argument)
{
    fprintf(stderr, "bench: %s%s%s\n\n%s", problem, argument == NULL ? "" : ": ",
            argument == NULL ? "" : argument, usage);
    exit(EXIT_USAGE);
}

static double parse_seconds(const char *text)
{
    char *end;
    double seconds;

    errno = 0;
    seconds = strtod(text, &end);
    /* Written so that a NaN fails. */
    if (end == text || *end != '\0' || errno != 0 ||
        !(seconds > 0 && seconds <= MIN_TIME_MAX)) {
        usage_fail("--min-time takes seconds, above 0 and up to 10", text);
    }
    return seconds;
}

static void option_take(struct options *options, int option, const char *argument)
{
    switch (option) {
    case OPTION_LIST: options->list = true; break;
    case OPTION_FILTER: options->filter = argument; break;
    case OPTION_MIN_TIME: options->min_time = parse_seconds(argument); break;
    case OPTION_JSON: options->json = argument; break;
    case OPTION_SAMPLES: options->samples = argument; break;
    case OPTION_BASELINE: options->baseline = argument; break;
    case OPTION_UPDATE: options->update_baseline = true; break;
    case OPTION_COUNTS: options->counts = argument; break;
    case OPTION_COUNTS_OUT: options->counts_out = argument; break;
    case OPTION_NO_COUNTS: options->no_counts = true; break;
    case OPTION_COMMIT: options->commit = argument; break;
    case OPTION_COUNT: options->count = true; break;
    case OPTION_HELP:
        fputs(usage, stdout);
        exit(EXIT_SUCCESS);
    default: /* getopt has said what is wrong */
        fprintf(stderr, "\n%s", usage);
        exit(EXIT_USAGE);
    }
}

static void options_read(struct options *options, int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        option_take(options, option, optarg);
    }
    if (optind < argc) {
        usage_fail("unexpected argument", argv[optind]);
    }
    if (options->update_baseline && options->baseline == NULL) {
        usage_fail("--update-baseline needs --baseline", NULL);
    }
    if (options->update_baseline && (options->filter != NULL || options->no_counts)) {
        usage_fail("a baseline is written whole: without --filter, --no-counts",
                   NULL);
    }
    if (options->no_counts && (options->counts != NULL || options->counts_out != NULL)) {
        usage_fail("--no-counts excludes --counts and --counts-out", NULL);
    }
}

/* False after a message. Sets `counted` if counts were to be had. */
static bool counts_get(struct suite *suite, const struct options *options,
                       bool *counted)
{
    *counted = false;
    if (options->no_counts) {
        return true;
    }
    if (options->counts != NULL) {
        *counted = true;
        return counts_read(suite, options->counts);
    }
    if (!counts_possible()) {
        puts("Exact counts are left out: Valgrind cannot run a sanitized build.");
        return !options->update_baseline;
    }
    *counted = true;
    return counts_collect(suite, options->filter) &&
           (options->counts_out == NULL ||
            counts_write(suite, options->counts_out));
}

static bool results_save(const struct suite *suite, const struct options *options,
                         const struct results_context *context)
{
    return (options->json == NULL || results_write(suite, options->json, context)) &&
           (options->samples == NULL || samples_write(suite, options->samples));
}

static int bench_run(struct suite *suite, struct options *options,
                     const char *executable)
{
    struct results_context context = {executable, options->commit, harness_pin()};
    struct baseline baseline = {.state = BASELINE_UNUSED};
    bool counted;

    if (!counts_get(suite, options, &counted)) {
        return EXIT_FAILURE;
    }
    if (options->update_baseline && options->min_time <= 0) {
        options->min_time = MIN_TIME_BASELINE;
    }
    harness_measure(suite, options->min_time);
    if (options->update_baseline && !baseline_write(suite, options->baseline)) {
        return EXIT_FAILURE;
    }
    if (options->baseline != NULL && counted) {
        baseline_compare(&baseline, suite, options->baseline);
    }
    report_table(suite, context.cpu);
    report_baseline(suite, &baseline);
    if (!results_save(suite, options, &context) || baseline_broken(&baseline)) {
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct suite suite;
    int status;

    output_must_arrive();
    options_read(&options, argc, argv);
    switch (suite_select(&suite, options.filter)) {
    case SUITE_OK:
        break;
    case SUITE_BAD_FILTER:
        usage_fail("--filter is not a regular expression", options.filter);
        break;
    case SUITE_NO_MATCH:
        usage_fail("--filter matches no case (--list names them)", options.filter);
        break;
    }
    if (options.list) {
        report_list(&suite);
        status = EXIT_SUCCESS;
    } else if (options.count) {
        status = counts_serve(&suite);
    } else {
        status = bench_run(&suite, &options, argv[0]);
    }
    suite_free(&suite);
    return status;
}
