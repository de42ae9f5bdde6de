/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A description with some values changed: "cell.thread.FIELD=VALUE", with FIELD one of
 * priority, budget_us, period_us, deadline_us, wakes, level, service_us, argument. The
 * description itself stays as it is; the checks are made of the copy.
 */
#ifndef USER_DESCRIBE_CHANGE_H
#define USER_DESCRIBE_CHANGE_H

#include <stdio.h>

#include "system.h"

/* Owns the copies; names and whatever else is not changed belong to the description. */
struct changed {
    struct system system;
    struct system_cell *cells; /* NULL: nothing has been changed yet */
    struct system_thread **threads; /* of each cell; NULL: the description's */
};

/* A copy of `system`, which must live as long. */
void change_begin(struct changed *c, const struct system *system);
/* Makes one change. False: there is no such cell, thread or field, or the value is none for
 * it; `errors` gets one line that says so, with the nearest name that there is. */
bool change_make(struct changed *c, const char *what, FILE *errors);
void change_free(struct changed *c);

#endif
