/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "image_too_small": cells[0] "tiny": memory: 0x2000 is too small: message buffers and statistics take 0x2000, and the program needs a page */
#include "system.h"

static const struct system_thread threads[] = {
    {.name = "main", .priority = 10, .buffer = true},
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "tiny",
        .program = "tiny",
        .memory = 8 * KIB,
        .stats = true,
        .threads = threads,
    },
    {0},
};

const struct system thimble_system = {
    .name = "image_too_small",
    .cells = cells,
};
