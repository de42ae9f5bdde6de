/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "budget_over_period": cells[0] "control": threads[0] "loop": budget_us: 1500 us is more than the period of 1000 us */
#include "system.h"

static const struct system_thread threads[] = {
    {.name = "loop", .priority = 200, .budget_us = 1500, .period_us = 1000},
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "control",
        .program = "control",
        .memory = 64 * KIB,
        .threads = threads,
    },
    {0},
};

const struct system thimble_system = {
    .name = "budget_over_period",
    .cells = cells,
};
