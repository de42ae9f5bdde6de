/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact host instructions per operation, from callgrind. The program runs
 * itself a second time under Valgrind; counts_serve() is what that second
 * process does.
 */
#ifndef BENCH_COUNTS_H
#define BENCH_COUNTS_H

#include "suite.h"

/* Operations of the shorter of the two runs whose difference is the count, if
 * the case does not say otherwise. */
#define COUNTS_OPERATIONS 1000

/* False in a sanitized build, which Valgrind cannot run. */
bool counts_possible(void);

/* Counts every exact case of the suite in one Valgrind process. `filter` is
 * the one the suite was selected with. False, after a message, on failure. */
bool counts_collect(struct suite *suite, const char *filter);

/* Under callgrind: runs every exact case with N and with 2N operations, and
 * dumps the counters after each. Returns the exit status. */
int counts_serve(struct suite *suite);

/* Counts as lines of "name count", before any twin is subtracted. Reading
 * leaves cases that the file does not name uncounted. Both return false after
 * a message. */
bool counts_read(struct suite *suite, const char *path);
bool counts_write(const struct suite *suite, const char *path);

#endif
