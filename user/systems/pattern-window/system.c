/* SPDX-License-Identifier: BSD-2-Clause */
/* Pattern: passing a capability, and taking it back. */
#include "system.h"

#include "broker.h"

const struct system thimble_system = {
    .name = "pattern-window",
    .notifications = (const struct system_notification[]){{.name = "bell"}, {0}},
    .cells = (const struct system_cell[]){
        {
            .name = "client", .program = "client", .memory = 64 * KIB, .stats = true,
            .slots = CLIENT_SLOT_WINDOW + 1U,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
            .caps = (const struct system_cap[]){
                {.slot = CLIENT_SLOT_BROKER, .thread = "broker.main",
                 .rights = THIMBLE_RIGHT_CALL},
                {0},
            },
        },
        {
            .name = "broker", .program = "broker", .memory = 64 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .passive = true}, {0}},
            .caps = (const struct system_cap[]){
                {.slot = BROKER_SLOT_BELL, .notification = "bell",
                 .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, .badge = BROKER_BADGE},
                {0},
            },
        },
        {0},
    },
};
