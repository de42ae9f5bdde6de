/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include "build.h"
#include "harness.h"

#include <stdio.h>
#include <string.h>

/* The longest text of one cell of the table. */
#define CELL 32

static int name_width(const struct suite *suite)
{
    size_t width = 0;

    for (size_t i = 0; i < suite->count; i++) {
        size_t length = strlen(suite->results[i].bench->name);

        width = length > width ? length : width;
    }
    return (int)width;
}

void report_list(const struct suite *suite)
{
    int width = name_width(suite);

    for (size_t i = 0; i < suite->count; i++) {
        const struct bench_case *bench = suite->results[i].bench;

        printf("%-*s  %-6s  %s\n", width, bench->name,
               suite_class_name(bench->class), bench->what);
    }
}

/* Three or more significant digits, never an exponent. */
static void format_ns(char cell[CELL], double ns)
{
    snprintf(cell, CELL, ns < 1000 ? "%.1f" : "%.0f", ns);
}

static void format_ratio(char cell[CELL], double numerator, double denominator)
{
    double ratio;

    if (numerator <= 0 || denominator <= 0) {
        snprintf(cell, CELL, "-");
        return;
    }
    ratio = numerator / denominator;
    snprintf(cell, CELL, ratio < 10 ? "%.2fx" : ratio < 100 ? "%.1fx" : "%.0fx",
             ratio);
}

static void format_count(char cell[CELL], const struct suite_result *result)
{
    double count = result->instructions;

    if (!result->counted) {
        snprintf(cell, CELL, "-");
    } else if (count == (double)(int64_t)count) {
        snprintf(cell, CELL, "%.0f", count);
    } else {
        snprintf(cell, CELL, "%.1f", count);
    }
}

static void format_change(char cell[CELL], const struct suite_result *result)
{
    double difference = result->instructions - result->baseline;

    switch (result->change) {
    case CHANGE_UNKNOWN:
        snprintf(cell, CELL, "-");
        break;
    case CHANGE_NEW:
        snprintf(cell, CELL, "new");
        break;
    case CHANGE_NONE:
        snprintf(cell, CELL, "same");
        break;
    case CHANGE_RISE:
    case CHANGE_FALL:
        snprintf(cell, CELL, "%+.4g (%+.1f%%)", difference,
                 100 * difference / result->baseline);
        break;
    }
}

static double min_of(const struct suite *suite, const char *name)
{
    const struct suite_result *result = suite_find(suite, name);

    return result != NULL && suite_ran(result) ? result->min : 0;
}

static void print_row(const struct suite *suite,
                      const struct suite_result *result, int width)
{
    char min[CELL];
    char median[CELL];
    char p99[CELL];
    char to_limit[CELL];
    char to_peer[CELL];
    char count[CELL];
    char change[CELL];

    if (!suite_ran(result)) {
        printf("  %-*s  did not run: %s\n", width, result->bench->name,
               result->refusal);
        return;
    }
    format_ns(min, result->min);
    format_ns(median, result->median);
    format_ns(p99, result->p99);
    format_ratio(to_limit, result->min, min_of(suite, SUITE_LIMIT));
    format_ratio(to_peer, min_of(suite, SUITE_PEER), result->min);
    format_count(count, result);
    format_change(change, result);
    printf("  %-*s %9s %9s %9s %9s %9s %12s  %s\n", width, result->bench->name,
           min, median, p99, to_limit, to_peer, count, change);
}

/* The cases under the headings of their groups. */
static void print_groups(const struct suite *suite, int width)
{
    const char *group = NULL;

    for (size_t i = 0; i < suite->count; i++) {
        const struct suite_result *result = &suite->results[i];

        if (group == NULL || strcmp(result->group, group) != 0) {
            group = result->group;
            printf("\n%s\n", group);
        }
        print_row(suite, result, width);
    }
}

/* ---- how cost grows --------------------------------------------------------*/

/* The last case of the family that starts at `first`; NULL if none does, or it
 * does not scale. */
static const struct suite_result *family_last(const struct suite *suite, size_t first)
{
    const struct suite_result *last = &suite->results[first];

    if (!last->bench->scales ||
        (first > 0 && suite_same_family(last->bench, suite->results[first - 1].bench))) {
        return NULL;
    }
    for (size_t i = first + 1; i < suite->count; i++) {
        const struct suite_result *next = &suite->results[i];

        if (!suite_same_family(last->bench, next->bench)) {
            break;
        }
        last = next;
    }
    return last == &suite->results[first] ? NULL : last;
}

/* True if all cases from first to last were counted, and alike. */
static bool family_flat(const struct suite_result *first, const struct suite_result *last)
{
    for (const struct suite_result *next = first; next <= last; next++) {
        if (!next->counted || next->instructions != first->instructions) {
            return false;
        }
    }
    return true;
}

static void print_growth(const struct suite_result *first, const struct suite_result *last,
                         int width)
{
    double more = (double)(last->bench->parameter - first->bench->parameter);
    double growth = (last->instructions - first->instructions) / more;
    char from[CELL];
    char to[CELL];

    format_count(from, first);
    format_count(to, last);
    printf("  %-*.*s %9ld %9ld %9s %9s ", width, suite_family(first->bench), first->bench->name,
           first->bench->parameter, last->bench->parameter, from, to);
    if (!first->counted || !last->counted) {
        puts("        -");
    } else if (family_flat(first, last)) {
        puts("     flat");
    } else {
        printf("%9.2f\n", growth);
    }
}

static void print_families(const struct suite *suite, int width)
{
    bool headed = false;

    for (size_t i = 0; i < suite->count; i++) {
        const struct suite_result *first = &suite->results[i];
        const struct suite_result *last = family_last(suite, i);

        if (last == NULL) {
            continue;
        }
        if (!headed) {
            headed = true;
            printf("\nHow cost grows\n  %-*s %9s %9s %9s %9s %9s\n", width,
                   "host instructions", "from", "to", "at first", "at last", "each more");
        }
        print_growth(first, last, width);
    }
}

/* ---- operations of many parts ------------------------------------------------*/

static void print_part(const struct suite_result *result, int width)
{
    const struct bench_case *bench = result->bench;
    double parts = bench->parts;
    char ns[CELL];
    char host[CELL] = "-";
    char simulated[CELL] = "-";
    char bytes[CELL] = "-";

    format_ns(ns, result->median / parts);
    if (result->counted) {
        snprintf(host, CELL, "%.1f", result->instructions / parts);
    }
    if (result->simulated > 0) {
        snprintf(simulated, CELL, "%.1f", result->simulated / parts);
    }
    if (bench->bytes != 0 && result->median > 0) {
        snprintf(bytes, CELL, "%.0f", bench->bytes / result->median * 1e3);
    }
    printf("  %-*s %9.0f %9s %12s %12s %9s\n", width, bench->name, parts, ns, host, simulated,
           bytes);
}

static void print_parts(const struct suite *suite, int width)
{
    bool headed = false;

    for (size_t i = 0; i < suite->count; i++) {
        const struct suite_result *result = &suite->results[i];

        if (result->bench->parts == 0 || !suite_ran(result)) {
            continue;
        }
        if (!headed) {
            headed = true;
            printf("\nEach capability or message\n"
                   "  %-*s %9s %9s %12s %12s %9s\n  %-*s %9s %9s %12s %12s %9s\n",
                   width, "", "", "median", "host", "simulated", "MB/s", width, "",
                   "how many", "ns", "instructions", "instructions", "on host");
        }
        print_part(result, width);
    }
}

void report_table(const struct suite *suite, int cpu)
{
    int width = name_width(suite);

    printf("Built by %s for %s, %s. ", BUILD_COMPILER, BUILD_MACHINE, BUILD_TYPE);
    if (cpu >= 0) {
        printf("All on CPU %d, in %d interleaved rounds.\n\n", cpu,
               HARNESS_ROUNDS);
    } else {
        printf("Not bound to one CPU: peers are not comparable.\n\n");
    }
    printf("  %-*s %9s %9s %9s %9s %9s %12s  %s\n", width, "", "min", "median",
           "p99", "times", "pipe is", "host", "against");
    printf("  %-*s %9s %9s %9s %9s %9s %12s  %s\n", width, "one operation",
           "ns", "ns", "ns", "switch", "slower", "instructions", "baseline");
    print_groups(suite, width);
    print_families(suite, width);
    print_parts(suite, width);
    printf("\nA host figure is the cost of the kernel path on a workstation, not "
           "IPC latency on hardware.\n"
           "A sample is the mean of a batch of about 30 us. Ratios are of minima: "
           "to %s, and of %s to the case.\n", SUITE_LIMIT, SUITE_PEER);
}

static void print_changes(const struct suite *suite, enum suite_change change,
                          const char *verb)
{
    for (size_t i = 0; i < suite->count; i++) {
        const struct suite_result *result = &suite->results[i];

        if (result->change == change) {
            printf("  %s %s by %.4g host instructions: %.8g, baseline %.8g\n",
                   result->bench->name, verb,
                   change == CHANGE_RISE
                       ? result->instructions - result->baseline
                       : result->baseline - result->instructions,
                   result->instructions, result->baseline);
        }
    }
}

static void print_comparison(const struct suite *suite,
                             const struct baseline *baseline)
{
    if (baseline->rises != 0) {
        printf("Exact counts rose against %s:\n", baseline->path);
        print_changes(suite, CHANGE_RISE, "rose");
    }
    if (baseline->gone != 0) {
        printf("%u of the counts in %s could not be taken, the first is %s.\n",
               baseline->gone, baseline->path, baseline->first_gone);
    }
    if (baseline->falls != 0) {
        printf("Exact counts fell against %s: run `make bench-baseline` to keep "
               "the gain.\n", baseline->path);
        print_changes(suite, CHANGE_FALL, "fell");
    }
    if (baseline->news != 0) {
        printf("%u exact counts are not in %s yet: run `make bench-baseline`.\n",
               baseline->news, baseline->path);
    }
    if (!baseline_broken(baseline) && baseline->falls + baseline->news == 0) {
        printf("Exact counts are those of %s.\n", baseline->path);
    }
}

void report_baseline(const struct suite *suite, const struct baseline *baseline)
{
    switch (baseline->state) {
    case BASELINE_UNUSED:
        break;
    case BASELINE_ABSENT:
        printf("No baseline to compare with: `make bench-baseline` writes %s.\n",
               baseline->path);
        break;
    case BASELINE_BAD:
        printf("%s cannot be used: %s.\n", baseline->path, baseline->error);
        break;
    case BASELINE_OTHER_BUILD:
        printf("Exact counts are not compared: %s is of another build (%s).\n",
               baseline->path, baseline->build);
        break;
    case BASELINE_COMPARED:
        print_comparison(suite, baseline);
        break;
    }
}
