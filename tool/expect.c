/* SPDX-License-Identifier: BSD-2-Clause */
/* Expectations: see expect.h. */
#include "expect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quantity.h"
#include "text.h"

enum kind { NO_MISS, NO_STOP, NO_REFUSED, NO_DEPLETED, LATENCY, P99, CPU, NONE, KINDS };

static const struct form {
    const char *name;
    bool limit; /* ":CELL<VALUE" follows */
} forms[KINDS] = {
    [NO_MISS] = {"no-miss", false},       [NO_STOP] = {"no-stop", false},
    [NO_REFUSED] = {"no-refused", false}, [NO_DEPLETED] = {"no-depleted", false},
    [LATENCY] = {"latency", true},        [P99] = {"p99", true},
    [CPU] = {"cpu", true},                [NONE] = {"none", false},
};

struct expectation {
    const char *words;
    enum kind kind;
    const char *cell;
    double limit; /* us, or percent */
};

static bool limit_read(struct expectation *e, const char *rest)
{
    const char *less = rest[0] == ':' ? strchr(rest, '<') : NULL;
    uint64_t ns;
    char *end;

    if (less == NULL || less == rest + 1) {
        return false;
    }
    e->cell = text("%.*s", (int)(less - rest) - 1, rest + 1);
    if (e->kind == CPU) {
        e->limit = strtod(less + 1, &end);
        return end != less + 1 && strcmp(end, "%") == 0;
    }
    bool good = duration_read(less + 1, &ns);
    e->limit = good ? (double)ns / 1000.0 : 0.0;
    return good;
}

static struct expectation expectation_read(const char *words)
{
    size_t length = strcspn(words, ":");

    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct expectation e = {.words = words, .kind = kind};
        if (strlen(forms[kind].name) == length && strncmp(words, forms[kind].name, length) == 0 &&
            (forms[kind].limit ? limit_read(&e, words + length) : words[length] == '\0')) {
            return e;
        }
    }
    fail(STATUS_USAGE, "\"%s\" is no expectation; there are no-miss, no-stop, no-refused, "
                       "no-depleted, latency:CELL<5us, p99:CELL<5us, cpu:CELL<40%%, none",
         words);
}

/* The words one by one. */
static void split(const char *expectations, struct list *list)
{
    char *copy = text("%s", expectations != NULL ? expectations : "");
    char *rest = NULL;

    for (char *word = strtok_r(copy, ", ", &rest); word != NULL;
         word = strtok_r(NULL, ", ", &rest)) {
        if (strcmp(word, forms[NONE].name) == 0) {
            list->count = 0;
        } else {
            list_add(list, word);
        }
    }
}

void expect_check(const char *expectations)
{
    struct list list = {0};

    split(expectations, &list);
    for (size_t i = 0; i < list.count; i++) {
        (void)expectation_read(list.at[i]);
    }
}

/* ---- judging -----------------------------------------------------------------------------*/

static int unmet(const struct expectation *e, int quiet, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int unmet(const struct expectation *e, int quiet, const char *format, ...)
{
    va_list arguments;

    if (quiet == 0) {
        fprintf(stderr, "not as expected: %s: ", e->words);
        va_start(arguments, format);
        (void)vfprintf(stderr, format, arguments);
        va_end(arguments);
        fputc('\n', stderr);
    }
    return 1;
}

static double real(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static const char *word(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value != NULL ? value : "?";
}

/* A sum over cells of a number that each has, or has not. */
static int sum_is_zero(const struct expectation *e, const json_t *result, const char *key,
                       const char *words, int quiet)
{
    const json_t *cell;
    size_t i;
    int wrong = 0;

    json_array_foreach(json_object_get(result, "cells"), i, cell)
    {
        if (real(cell, key) > 0.0) {
            wrong += unmet(e, quiet, "%s: %.0f %s", word(cell, "name"), real(cell, key), words);
        }
    }
    return wrong != 0;
}

static int limit_holds(const struct expectation *e, const json_t *result, int quiet)
{
    const json_t *cell;
    size_t i;

    json_array_foreach(json_object_get(result, "cells"), i, cell)
    {
        if (strcmp(word(cell, "name"), e->cell) != 0) {
            continue;
        }
        const json_t *latency = json_object_get(cell, "latency");
        if (e->kind != CPU && !json_is_object(latency)) {
            return unmet(e, quiet, "%s has recorded no latency (user/lib/stats.h)", e->cell);
        }
        double value = e->kind == CPU       ? 100.0 * real(cell, "share") :
                       e->kind == LATENCY ? real(latency, "max_us") :
                                            real(latency, "p99_us");
        return value < e->limit ? 0 : unmet(e, quiet, "it was %.2f %s", value,
                                            e->kind == CPU ? "%" : "us");
    }
    return unmet(e, quiet, "there is no cell \"%s\"", e->cell);
}

static int array_is_empty(const struct expectation *e, const json_t *result, const char *key,
                          const char *words, int quiet)
{
    const json_t *array = json_object_get(result, key);
    const json_t *first = json_array_get(array, 0);

    if (first == NULL) {
        return 0;
    }
    return unmet(e, quiet, "%zu %s, first by %s.%s", json_array_size(array), words,
                 word(first, "cell"), word(first, "thread"));
}

static int judge(const struct expectation *e, const json_t *result, int quiet)
{
    switch (e->kind) {
    case NO_MISS:
        return sum_is_zero(e, result, "misses", "deadlines missed", quiet);
    case NO_STOP:
        return array_is_empty(e, result, "stops", "stops", quiet);
    case NO_REFUSED:
        return array_is_empty(e, result, "refused", "kinds of refused hypercalls", quiet);
    case NO_DEPLETED:
        return sum_is_zero(e, result, "depleted", "times its budget ran out", quiet);
    default:
        return limit_holds(e, result, quiet);
    }
}

int expect_judge(const json_t *result, const char *expectations, int quiet)
{
    const char *own = json_string_value(json_object_get(result, "expect"));
    struct list list = {0};
    int wrong = 0;

    split(text("%s,%s", own != NULL ? own : "", expectations != NULL ? expectations : ""), &list);
    for (size_t i = 0; i < list.count; i++) {
        struct expectation e = expectation_read(list.at[i]);
        wrong += judge(&e, result, quiet);
    }
    return wrong;
}
