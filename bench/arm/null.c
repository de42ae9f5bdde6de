/* SPDX-License-Identifier: BSD-2-Clause */
/* The null hypercall, again and again. */
#include "system.h"
#include "thimble.h"

PROGRAM(caller)
{
    uint32_t version;

    (void)argument;
    for (;;) {
        (void)thimble_version(&version);
    }
}

const struct system thimble_system = {
    .name = "null",
    .cells = (const struct system_cell[]){
        {.name = "caller", .program = "caller", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}}},
        {0},
    },
};
