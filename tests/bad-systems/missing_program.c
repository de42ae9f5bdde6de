/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "missing_program": cells[1] "client": program: "clinet": no PROGRAM(clinet) is linked in; did you mean "client"? */
/* expect: error: system "missing_program": cells[2] "other": program: "nothing_like_it": no PROGRAM(nothing_like_it) is linked in */
#include "system.h"
#include "thimble_program.h"

PROGRAM(server)
{
    (void)argument;
}

PROGRAM(client)
{
    (void)argument;
}

static const struct system_thread threads[] = {
    {.name = "main", .priority = 10},
    {0},
};

static const struct system_cell cells[] = {
    {.name = "server", .program = "server", .memory = 64 * KIB, .threads = threads},
    {.name = "client", .program = "clinet", .memory = 64 * KIB, .threads = threads},
    {.name = "other", .program = "nothing_like_it", .memory = 64 * KIB, .threads = threads},
    {0},
};

const struct system thimble_system = {
    .name = "missing_program",
    .cells = cells,
};
