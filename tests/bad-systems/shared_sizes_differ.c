/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "shared_sizes_differ": cells[1] "consumer": regions[0] "ring": size: 0x2000, but "ring" has 0x1000 in cells[0] "producer" */
#include "system.h"

static const struct system_thread threads[] = {
    {.name = "main", .priority = 10},
    {0},
};

static const struct system_region producer_regions[] = {
    {
        .name = "ring",
        .at = {0x20000000},
        .size = 4 * KIB,
        .access = ACCESS_READ | ACCESS_WRITE,
        .shared = "ring",
    },
    {0},
};

static const struct system_region consumer_regions[] = {
    {
        .name = "ring",
        .at = {0x20000000},
        .size = 8 * KIB,
        .access = ACCESS_READ,
        .shared = "ring",
    },
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "producer",
        .program = "producer",
        .memory = 64 * KIB,
        .threads = threads,
        .regions = producer_regions,
    },
    {
        .name = "consumer",
        .program = "consumer",
        .memory = 64 * KIB,
        .threads = threads,
        .regions = consumer_regions,
    },
    {0},
};

const struct system thimble_system = {
    .name = "shared_sizes_differ",
    .cells = cells,
};
