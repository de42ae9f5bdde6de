/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The committed exact counts. Only these are gated, and only for the build that
 * they were recorded with; host times never are.
 */
#ifndef BENCH_BASELINE_H
#define BENCH_BASELINE_H

#include "suite.h"

enum baseline_state {
    BASELINE_UNUSED,     /* no baseline was asked for, or nothing was counted */
    BASELINE_ABSENT,     /* the file does not exist yet */
    BASELINE_BAD,        /* the file is not a baseline */
    BASELINE_OTHER_BUILD,
    BASELINE_COMPARED
};

struct baseline {
    enum baseline_state state;
    const char *path;
    char build[128]; /* what the baseline was recorded with */
    char error[256]; /* with BASELINE_BAD */
    unsigned rises;
    unsigned falls;
    unsigned news;
    unsigned gone;          /* in the baseline, but not counted in this run */
    char first_gone[128];
};

/* Sets `change` and `baseline` of every counted result. */
void baseline_compare(struct baseline *baseline, struct suite *suite,
                      const char *path);
/* True if the run must fail. */
bool baseline_broken(const struct baseline *baseline);
/* Writes the counts of the suite. False after a message. */
bool baseline_write(const struct suite *suite, const char *path);

#endif
