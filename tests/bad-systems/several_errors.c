/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "several_errors": irqs[0] "uart": line: 27: INTIDs 0 to 31 are the core's */
/* expect: error: system "several_errors": cells[0] "driver": tables: 1 pages: mapping its regions can take 2 (0: as many as that takes) */
/* expect: error: system "several_errors": cells[0] "driver": threads[1]: name: missing */
/* expect: error: system "several_errors": cells[0] "driver": caps[1] (slot 1): slot: 1 is the slot of cells[0] "driver": caps[0] (slot 1) already: choose another */
/* expect: error: system "several_errors": cells[0] "driver": caps[1] (slot 1): badge: 0: the badge is the bits that are signalled, so nothing would be */
#include "system.h"

static const struct system_thread threads[] = {
    {.name = "main", .priority = 50},
    {.priority = 60},
    {0},
};

static const struct system_cap caps[] = {
    {.slot = 1, .irq = "uart", .rights = THIMBLE_RIGHT_HANDLE},
    {.slot = 1, .notification = "received", .rights = THIMBLE_RIGHT_SIGNAL},
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "driver",
        .program = "driver",
        .memory = 64 * KIB,
        .tables = 1,
        .threads = threads,
        .caps = caps,
    },
    {0},
};

static const struct system_irq irqs[] = {
    {.name = "uart", .line = 27},
    {0},
};

static const struct system_notification notifications[] = {
    {.name = "received"},
    {0},
};

const struct system thimble_system = {
    .name = "several_errors",
    .cells = cells,
    .notifications = notifications,
    .irqs = irqs,
};
