/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "service_unknown": cells[0] "control": threads[0] "loop": deadline_us: 400 us cannot be promised: it may have to finish a request of others to "store.main" first, and that thread has no service_us, its longest request */
#include "system.h"

#define STORE {.slot = 1, .thread = "store.main", .rights = THIMBLE_RIGHT_CALL}

static const struct system_cell cells[] = {
    {.name = "control", .program = "control", .memory = 64 * KIB,
     .threads = (const struct system_thread[]){
         {.name = "loop", .priority = 200, .budget_us = 300, .period_us = 1000,
          .deadline_us = 400},
         {0}},
     .caps = (const struct system_cap[]){STORE, {0}}},
    {.name = "log", .program = "log", .memory = 64 * KIB,
     .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
     .caps = (const struct system_cap[]){STORE, {0}}},
    {.name = "store", .program = "store", .memory = 64 * KIB,
     .threads = (const struct system_thread[]){{.name = "main", .passive = true}, {0}}},
    {0},
};

const struct system thimble_system = {
    .name = "service_unknown",
    .cells = cells,
};
