/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "region_grants": cells[0] "loader": caps[1] (slot 2): region: "heap" is named by cells[0] "loader": caps[0] (slot 1) already: a region has one capability */
/* expect: error: system "region_grants": cells[0] "loader": caps[2] (slot 3): rights: 0x3 goes beyond the access 0x1 of "table" */
/* expect: error: system "region_grants": cells[0] "loader": caps[3] (slot 4): region: "tabel": no such region; did you mean "table"? */
/* expect: error: system "region_grants": cells[0] "loader": regions[2] "spare": unmapped: the cell has no capability to it, so nobody could ever map it */
#include "system.h"

#define RW (ACCESS_READ | ACCESS_WRITE)

static const struct system_thread threads[] = {
    {.name = "main", .priority = 50},
    {0},
};

static const struct system_cap caps[] = {
    {.slot = 1, .region = "heap", .rights = RW},
    {.slot = 2, .region = "heap", .rights = RW},
    {.slot = 3, .region = "table", .rights = RW},
    {.slot = 4, .region = "tabel", .rights = ACCESS_READ},
    {0},
};

static const struct system_region regions[] = {
    {.name = "heap", .unmapped = true, .size = 64 * KIB, .access = RW},
    {.name = "table", .at = {0x20000000}, .size = 4 * KIB, .access = ACCESS_READ},
    {.name = "spare", .unmapped = true, .size = 4 * KIB, .access = RW},
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "loader",
        .program = "loader",
        .memory = 64 * KIB,
        .threads = threads,
        .caps = caps,
        .regions = regions,
    },
    {0},
};

const struct system thimble_system = {
    .name = "region_grants",
    .cells = cells,
};
