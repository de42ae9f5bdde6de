/* SPDX-License-Identifier: BSD-2-Clause */
/* What is built of a user's system; only what has changed is built again. */
#ifndef TOOL_BUILD_H
#define TOOL_BUILD_H

#include "place.h"

/* The checker, and the program that runs it: both linked with the system's sources. They end
 * the program if the sources or the description are wrong: that has been said then. */
const char *build_describe(const struct place *place);
const char *build_run(const struct place *place);

/* An image, by the makefile that Thimble's own images are built by. */
struct target {
    const char *folder; /* of thimble.elf and the others */
    int status;         /* of make, */
    char *said;         /* and its output */
};
/* `tracing`: one that records what happens. `settings`: goals and variables. */
void build_target(const struct place *place, const char *board, bool tracing,
                  const struct list *settings, struct target *target);

#endif
