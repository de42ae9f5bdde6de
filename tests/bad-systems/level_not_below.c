/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "level_not_below": cells[1] "disk": threads[0] "main": fault_handler: "files.main" has level 3, which is not below this thread's 3 */
/* expect: error: system "level_not_below": cells[0] "files": caps[0] (slot 1): thread: "disk.main" has level 3, and no thread of this cell is above it: none could call */
#include "system.h"

static const struct system_thread files_threads[] = {
    {.name = "main", .passive = true, .level = 3},
    {0},
};

static const struct system_cap files_caps[] = {
    {.slot = 1, .thread = "disk.main", .rights = THIMBLE_RIGHT_CALL},
    {0},
};

static const struct system_thread disk_threads[] = {
    {.name = "main", .passive = true, .level = 3, .fault_handler = 1},
    {.name = "interrupt", .priority = 200},
    {0},
};

static const struct system_cap disk_caps[] = {
    {.slot = 1, .thread = "files.main", .rights = THIMBLE_RIGHT_CALL},
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "files",
        .program = "files",
        .memory = 64 * KIB,
        .threads = files_threads,
        .caps = files_caps,
    },
    {
        .name = "disk",
        .program = "disk",
        .memory = 64 * KIB,
        .threads = disk_threads,
        .caps = disk_caps,
    },
    {0},
};

const struct system thimble_system = {
    .name = "level_not_below",
    .cells = cells,
};
