/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "given_twice": irqs[1] "also": line: 40 is the line of irqs[0] "button" already: a line has one irq */
/* expect: error: system "given_twice": cells[1] "right": caps[0] (slot 1): irq: "button" is handled by cells[0] "left": caps[0] (slot 1) already: one cell handles a line */
/* expect: error: system "given_twice": cells[1] "right": caps[1] (slot 2): notification: "pressed" is waited for by cells[0] "left": caps[1] (slot 2) already: give each cell its own, or say .shared */
#include "system.h"

static const struct system_thread threads[] = {
    {.name = "main", .priority = 50},
    {0},
};

static const struct system_cap caps[] = {
    {.slot = 1, .irq = "button", .rights = THIMBLE_RIGHT_HANDLE},
    {.slot = 2, .notification = "pressed",
     .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, .badge = 1},
    {0},
};

#define CELL(its_name)                                                                  \
    {                                                                                   \
        .name = its_name, .program = "reader", .memory = 64 * KIB, .threads = threads, \
        .caps = caps                                                                    \
    }

static const struct system_cell cells[] = {CELL("left"), CELL("right"), {0}};

const struct system thimble_system = {
    .name = "given_twice",
    .irqs = (const struct system_irq[]){{.name = "button", .line = 40},
                                        {.name = "also", .line = 40}, {0}},
    .notifications = (const struct system_notification[]){{.name = "pressed"}, {0}},
    .cells = cells,
};
