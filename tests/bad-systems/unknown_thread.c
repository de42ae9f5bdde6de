/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "unknown_thread": cells[1] "control": caps[0] (slot 1): thread: "plnt.main": no such thread; did you mean "plant.main"? */
#include "system.h"

static const struct system_thread plant_threads[] = {
    {.name = "main", .passive = true},
    {.name = "timer", .priority = 90},
    {0},
};

static const struct system_cap plant_caps[] = {
    {.slot = 1, .thread = "plant.main", .rights = THIMBLE_RIGHT_CALL},
    {0},
};

static const struct system_thread control_threads[] = {
    {.name = "main", .priority = 100},
    {0},
};

static const struct system_cap control_caps[] = {
    {.slot = 1, .thread = "plnt.main", .rights = THIMBLE_RIGHT_CALL},
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "plant",
        .program = "plant",
        .memory = 64 * KIB,
        .threads = plant_threads,
        .caps = plant_caps,
    },
    {
        .name = "control",
        .program = "control",
        .memory = 64 * KIB,
        .threads = control_threads,
        .caps = control_caps,
    },
    {0},
};

const struct system thimble_system = {
    .name = "unknown_thread",
    .cells = cells,
};
