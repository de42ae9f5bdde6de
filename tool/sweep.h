/* SPDX-License-Identifier: BSD-2-Clause */
/* Many runs of one system: all seeds with all settings. */
#ifndef TOOL_SWEEP_H
#define TOOL_SWEEP_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "place.h"

struct sweep {
    const char *path; /* as the user has given it, for commands that repeat a run */
    const char *program;
    uint64_t first; /* seeds */
    uint64_t last;
    uint64_t time_ns;
    size_t jobs;
    const char *expect;
    /* Each is "cell.thread.field=value ..." (separated by spaces), for --set. One at least: "". */
    struct list settings;
    bool progress; /* on stderr */
    FILE *csv;     /* a line for each run and cell; NULL: none */
};

/* The result (docs/results.md). */
json_t *sweep_make(const struct sweep *sweep);
/* Tables for people. */
void sweep_print(const json_t *result, FILE *file);
/* All combinations of these: "cell.thread.field=1,2,3". */
void settings_expand(const struct list *given, struct list *settings);

#endif
