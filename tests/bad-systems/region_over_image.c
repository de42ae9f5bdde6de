/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "region_over_image": cells[0] "logger": regions[0] "log": at: 0x1001f000 to 0x1001ffff is the image of cells[0] "logger" already: move one */
#include "system.h"

static const struct system_thread threads[] = {
    {.name = "main", .priority = 50},
    {0},
};

static const struct system_region regions[] = {
    {
        .name = "log",
        .at = {SYSTEM_IMAGE_AT + 124 * KIB},
        .size = 64 * KIB,
        .access = ACCESS_READ | ACCESS_WRITE,
    },
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "logger",
        .program = "logger",
        .memory = 128 * KIB,
        .threads = threads,
        .regions = regions,
    },
    {0},
};

const struct system thimble_system = {
    .name = "region_over_image",
    .cells = cells,
};
