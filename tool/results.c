/* SPDX-License-Identifier: BSD-2-Clause */
/* Results: see results.h. */
#include "results.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "host_output.h"

json_t *result_load(const char *path)
{
    json_error_t error;
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        fail(STATUS_BAD, "%s: %s", path, strerror(errno));
    }
    json_t *result = json_loadf(file, 0, &error);
    (void)fclose(file);
    const char *schema = json_string_value(json_object_get(result, "schema"));
    if (result == NULL) {
        fail(STATUS_BAD, "%s:%d: no JSON: %s", path, error.line, error.text);
    }
    if (schema == NULL || (strcmp(schema, RESULT_RUN) != 0 && strcmp(schema, RESULT_SWEEP) != 0)) {
        fail(STATUS_BAD, "%s: no result: `thimble run --json FILE` and `sweep --json FILE` make "
                         "them",
             path);
    }
    if (json_integer_value(json_object_get(result, "version")) != 1) {
        fail(STATUS_BAD, "%s: of another version of thimble: make it again", path);
    }
    return result;
}

void result_save(const json_t *result, const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");

    if (file == NULL) {
        fail(STATUS_BAD, "%s: %s", path, strerror(errno));
    }
    bool good = json_dumpf(result, file, JSON_INDENT(1) | JSON_REAL_PRECISION(10)) == 0 &&
                fputc('\n', file) != EOF;
    if ((file != stdout && output_close(file, path) == 0) || !good) {
        fail(STATUS_BAD, "%s: not written", path);
    }
}

double result_number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

const char *result_word(const json_t *object, const char *key)
{
    const char *word = json_string_value(json_object_get(object, key));

    return word != NULL ? word : "?";
}

const char *const metric_names[METRICS] = {"share",    "calls",    "served",
                                           "signals",  "faults",   "depleted",
                                           "misses",   "p50_us",   "max_us"};
#define FIRST_OF_LATENCY 7U

bool metric_value(const json_t *cell, size_t metric, double *value)
{
    const json_t *of = metric < FIRST_OF_LATENCY ? cell : json_object_get(cell, "latency");
    const json_t *number = json_object_get(of, metric_names[metric]);

    *value = json_number_value(number);
    return json_is_number(number);
}

void spread_add(struct spread *s, double value)
{
    s->least = s->count == 0 || value < s->least ? value : s->least;
    s->most = s->count == 0 || value > s->most ? value : s->most;
    s->count++;
    s->sum += value;
    s->squares += value * value;
}

double spread_mean(const struct spread *s)
{
    return s->count != 0 ? s->sum / (double)s->count : 0.0;
}

double spread_deviation(const struct spread *s)
{
    double n = (double)s->count;

    /* All alike: what rounding leaves is no deviation. */
    if (s->count < 2U || s->least == s->most) {
        return 0.0;
    }
    return sqrt(fmax(0.0, (s->squares - s->sum * s->sum / n) / (n - 1.0)));
}
