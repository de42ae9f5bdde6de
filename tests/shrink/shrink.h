/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a finding of soak or of the fuzzer to a test: shrink.c decodes it,
 * reduce.c takes away what is not needed for it, write.c writes it as C.
 */
#ifndef SHRINK_H
#define SHRINK_H

#include "finding.h"

/* How a run ended. Numbers are cut out of it, so that two runs that find the
 * same of different objects are alike. */
struct outcome {
    char text[256];
    char kind[256];
    u32 at; /* the step that showed it */
};

/* Runs a copy of it in a process of its own: it may crash, or never end.
 * False: no difference. */
bool shrink_try(const struct finding *f, struct outcome *outcome);
/* What was run last: its steps know who made them. */
const struct finding *shrink_ran(void);

/* Makes it smaller while its outcome stays of this kind, for at most so long. */
void reduce(struct finding *f, const struct outcome *wanted, u32 seconds);
/* How many variants of it were run. */
u32 reduce_runs(void);

/* Writes the test; returns the hash that it is called by. `origin`: where the
 * finding comes from. */
u32 write_hash(const struct finding *f);
void write_test(FILE *out, const struct finding *f, const struct outcome *outcome,
                const char *origin);

#endif
