/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "deadline_not_met": cells[1] "motor": threads[0] "main": deadline_us: 500 us cannot be met: its budget of 200 us can take */
/* expect:  us are for a stretch of the core that has begun, and the way to this thread; before it come control.loop 30.0 % */
#include "system.h"

static const struct system_thread loop[] = {
    {.name = "loop", .priority = 200, .budget_us = 300, .period_us = 1000, .deadline_us = 400,
     .wakes = 1},
    {0},
};

static const struct system_thread motor[] = {
    {.name = "main", .priority = 100, .budget_us = 200, .period_us = 1000, .deadline_us = 500},
    {0},
};

static const struct system_cell cells[] = {
    {.name = "control", .program = "control", .memory = 64 * KIB, .threads = loop},
    {.name = "motor", .program = "motor", .memory = 64 * KIB, .threads = motor},
    {0},
};

const struct system thimble_system = {
    .name = "deadline_not_met",
    .cells = cells,
};
