/* SPDX-License-Identifier: BSD-2-Clause */
#include "baseline.h"

#include "build.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Counts are kept to one decimal; this is less than one unit of it. */
#define TOLERANCE 0.05

static const char *text_of(const json_t *root, const char *key)
{
    const char *text = json_string_value(json_object_get(root, key));

    return text == NULL ? "?" : text;
}

static bool build_matches(struct baseline *baseline, const json_t *root)
{
    const char *compiler = text_of(root, "compiler");
    const char *machine = text_of(root, "machine");
    const char *type = text_of(root, "build_type");

    snprintf(baseline->build, sizeof baseline->build, "%s, %s, %s", compiler,
             machine, type);
    return strcmp(compiler, BUILD_COMPILER) == 0 &&
           strcmp(machine, BUILD_MACHINE) == 0 && strcmp(type, BUILD_TYPE) == 0;
}

static void result_compare(struct baseline *baseline,
                           struct suite_result *result, const json_t *counts)
{
    const json_t *known = json_object_get(counts, result->bench->name);

    if (!result->counted) {
        return;
    }
    if (!json_is_number(known)) {
        result->change = CHANGE_NEW;
        baseline->news++;
        return;
    }
    result->baseline = json_number_value(known);
    if (result->instructions > result->baseline + TOLERANCE) {
        result->change = CHANGE_RISE;
        baseline->rises++;
    } else if (result->instructions < result->baseline - TOLERANCE) {
        result->change = CHANGE_FALL;
        baseline->falls++;
    } else {
        result->change = CHANGE_NONE;
    }
}

/* A case that loses its count would otherwise lose its gate unnoticed. */
static void count_gone(struct baseline *baseline, const struct suite *suite,
                       json_t *counts)
{
    const char *name;
    json_t *value;

    json_object_foreach(counts, name, value) {
        const struct suite_result *result = suite_find(suite, name);

        if (result == NULL ? suite->filtered : result->counted) {
            continue;
        }
        if (baseline->gone++ == 0) {
            snprintf(baseline->first_gone, sizeof baseline->first_gone, "%s",
                     name);
        }
    }
}

void baseline_compare(struct baseline *baseline, struct suite *suite,
                      const char *path)
{
    json_error_t error;
    json_t *root;
    json_t *counts;

    *baseline = (struct baseline){.path = path};
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        baseline->state = BASELINE_ABSENT;
        return;
    }
    root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    counts = json_object_get(root, "host_instructions");
    if (!json_is_object(counts)) {
        baseline->state = BASELINE_BAD;
        snprintf(baseline->error, sizeof baseline->error, "%s",
                 root == NULL ? error.text : "no object host_instructions");
    } else if (!build_matches(baseline, root)) {
        baseline->state = BASELINE_OTHER_BUILD;
    } else {
        baseline->state = BASELINE_COMPARED;
        for (size_t i = 0; i < suite->count; i++) {
            result_compare(baseline, &suite->results[i], counts);
        }
        count_gone(baseline, suite, counts);
    }
    json_decref(root);
}

bool baseline_broken(const struct baseline *baseline)
{
    return baseline->state == BASELINE_BAD || baseline->rises != 0 ||
           baseline->gone != 0;
}

bool baseline_write(const struct suite *suite, const char *path)
{
    json_t *counts = json_object();
    json_t *root;
    bool written;

    for (size_t i = 0; i < suite->count; i++) {
        const struct suite_result *result = &suite->results[i];
        double count = result->instructions;

        if (!result->bench->exact) {
            continue;
        }
        if (!result->counted) {
            fprintf(stderr, "bench: %s is exact, but was not counted: %s stays "
                    "as it was\n", result->bench->name, path);
            json_decref(counts);
            return false;
        }
        json_object_set_new(counts, result->bench->name,
                            count == (double)(json_int_t)count
                                ? json_integer((json_int_t)count)
                                : json_real(count));
    }
    root = json_pack("{ss ss ss so}", "compiler", BUILD_COMPILER, "machine",
                     BUILD_MACHINE, "build_type", BUILD_TYPE,
                     "host_instructions", counts);
    written = root != NULL &&
              json_dump_file(root, path, JSON_INDENT(2) | JSON_PRESERVE_ORDER |
                                             JSON_REAL_PRECISION(12)) == 0;
    if (!written) {
        fprintf(stderr, "bench: cannot write %s: %s\n", path, strerror(errno));
    }
    json_decref(root);
    return written;
}
