/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "device_two_owners": cells[1] "shell": regions[0] "console": device: 0x9000000 to 0x9000fff is memory of cells[0] "driver": regions[0] "uart" already: a device has one cell, and so have a VMM's state and configuration; other memory is shared by the same .shared */
#include "system.h"

static const struct system_thread threads[] = {
    {.name = "main", .priority = 50},
    {0},
};

static const struct system_region driver_regions[] = {
    {
        .name = "uart",
        .at = {0x09000000},
        .access = ACCESS_READ | ACCESS_WRITE,
        .memory = MEMORY_DEVICE,
        .device = "uart0",
    },
    {0},
};

static const struct system_region shell_regions[] = {
    {
        .name = "console",
        .at = {0x20000000},
        .access = ACCESS_WRITE,
        .memory = MEMORY_DEVICE,
        .device = "uart0",
    },
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "driver",
        .program = "driver",
        .memory = 64 * KIB,
        .threads = threads,
        .regions = driver_regions,
    },
    {
        .name = "shell",
        .program = "shell",
        .memory = 64 * KIB,
        .threads = threads,
        .regions = shell_regions,
    },
    {0},
};

const struct system thimble_system = {
    .name = "device_two_owners",
    .cells = cells,
};
