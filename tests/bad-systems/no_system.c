/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: there is no description: none of the files has `const struct system thimble_system` */
#include "system.h"
#include "thimble_program.h"

PROGRAM(worker)
{
    (void)argument;
}

/* Not in that name. */
const struct system the_system;
const struct system the_system = {
    .name = "no_system",
};
