/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "promises_too_much": cells[1] "video": threads[0] "main": budget_us: down to its priority, over 100 % of the CPU are promised: control.loop 40.0 %, audio.main 30.0 %, video.main 35.0 % */
#include "system.h"

static const struct system_thread loop[] = {
    {.name = "loop", .priority = 200, .budget_us = 400, .period_us = 1000},
    {0},
};

static const struct system_thread video[] = {
    {.name = "main", .priority = 50, .budget_us = 3500, .period_us = 10000},
    {0},
};

static const struct system_thread audio[] = {
    {.name = "main", .priority = 100, .budget_us = 600, .period_us = 2000},
    {0},
};

static const struct system_thread logger[] = {
    {.name = "main", .priority = 10, .budget_us = 100, .period_us = 10000},
    {0},
};

static const struct system_cell cells[] = {
    {.name = "control", .program = "control", .memory = 64 * KIB, .threads = loop},
    {.name = "video", .program = "video", .memory = 64 * KIB, .threads = video},
    {.name = "audio", .program = "audio", .memory = 64 * KIB, .threads = audio},
    {.name = "log", .program = "log", .memory = 64 * KIB, .threads = logger},
    {0},
};

const struct system thimble_system = {
    .name = "promises_too_much",
    .cells = cells,
};
