/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks: each is one short function over one object of the model, entered
 * in the table of its file. All checks of an object run, whatever the others
 * found, so each tolerates what another reports.
 */
#ifndef USER_DESCRIBE_CHECK_H
#define USER_DESCRIBE_CHECK_H

#include "model.h"

struct check {
    enum kind kind;
    void (*run)(struct model *m, u32 object); /* NULL ends a table */
};

extern const struct check check_names[];
extern const struct check check_limits[];
extern const struct check check_threads[];
extern const struct check check_caps[];
extern const struct check check_grants[];
extern const struct check check_memory[];
extern const struct check check_timing[];
extern const struct check check_vms[];
extern const struct check check_devices[];

/* A capability names an object of that kind that there is not. */
void check_unknown(struct model *m, u32 cap, const char *kind, const struct nearest *near);

/* claims.c: nothing is given twice, unless it is said to be shared. */
void check_claims(struct model *m);

/* Every check on every object, and what they claim. */
void check_all(struct model *m);

#endif
