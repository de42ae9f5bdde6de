/* SPDX-License-Identifier: BSD-2-Clause */
/* A system without a mistake: one_mistake.txt makes one at a time. */
/* expect: all threads have finished or wait for ever */
#include "memory.h"
#include "self.h"
#include "stats.h"
#include "system.h"
#include "thimble.h"
#include "time.h"

PROGRAM(work)
{
    uint32_t bits = argument;
    (void)thimble_wait(1, THIMBLE_NEVER, &bits);
}

const struct system thimble_system = {
    .name = "one",
    .notifications = (const struct system_notification[]){{.name = "tick"}, {0}},
    .cells = (const struct system_cell[]){
        {.name = "a", .program = "work", .memory = 16 * KIB, .stats = true,
         .regions = NULL,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT}, {0}}},
        {.name = "b", .program = "work", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}}},
        {0},
    },
};
