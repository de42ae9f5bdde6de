/* SPDX-License-Identifier: BSD-2-Clause */
/* Pattern: an event loop on one notification, with a badge for each source. */
#include "system.h"

#include "events.h"

#define SOURCE(cell, bit, every_us)                                                            \
    {                                                                                          \
        .name = cell, .program = "source", .memory = 64 * KIB,                                 \
        .threads =                                                                             \
            (const struct system_thread[]){                                                    \
                {.name = "main", .priority = 20, .argument = every_us}, {0}},                  \
        .caps = (const struct system_cap[]){                                                   \
            {.slot = EVENTS_SLOT, .notification = "events", .rights = THIMBLE_RIGHT_SIGNAL,    \
             .badge = bit},                                                                    \
            {.slot = EVENTS_TICK, .notification = "tick-" cell, .rights = THIMBLE_RIGHT_WAIT}, \
            {0},                                                                               \
        },                                                                                     \
    }

const struct system thimble_system = {
    .name = "pattern-events",
    .notifications = (const struct system_notification[]){
        {.name = "events"}, {.name = "tick-button"}, {.name = "tick-sensor"}, {0}},
    .cells = (const struct system_cell[]){
        SOURCE("button", EVENT_BUTTON, 1000),
        SOURCE("sensor", EVENT_SENSOR, 250),
        {
            .name = "listener", .program = "listener", .memory = 64 * KIB, .stats = true,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
            .caps = (const struct system_cap[]){
                {.slot = EVENTS_SLOT, .notification = "events", .rights = THIMBLE_RIGHT_WAIT},
                {0},
            },
        },
        {0},
    },
};
