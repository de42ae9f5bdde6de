/* SPDX-License-Identifier: BSD-2-Clause */
/* Pattern: a timer loop at 2 kHz, whose deadline the checker proves. */
#include "system.h"

const struct system thimble_system = {
    .name = "pattern-timer",
    .notifications = (const struct system_notification[]){{.name = "tick"}, {0}},
    .cells = (const struct system_cell[]){
        {
            .name = "ticker", .program = "ticker", .memory = 64 * KIB, .stats = true,
            .threads = (const struct system_thread[]){
                {.name = "main", .priority = 10, .budget_us = 100, .period_us = 500,
                 .deadline_us = 150},
                {0},
            },
            .caps = (const struct system_cap[]){
                {.slot = 1, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT},
                {0},
            },
        },
        {0},
    },
};
