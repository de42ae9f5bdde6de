/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads sleep without a notification in the description: two in one cell, whose table of
 * capabilities has another size than the other's; and one that calls a server. */
#include "system.h"

const struct system thimble_system = {
    .name = "sleep",
    .cells = (const struct system_cell[]){
        {
            .name = "two", .program = "sleeper", .memory = 16 * KIB, .stats = true,
            .threads = (const struct system_thread[]){
                {.name = "fast", .priority = 30, .argument = 700},
                {.name = "slow", .priority = 20, .argument = 3100},
                {0},
            },
        },
        {
            .name = "server", .program = "server", .memory = 16 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .passive = true}, {0}},
        },
        {
            .name = "client", .program = "client", .memory = 16 * KIB, .slots = 9, .stats = true,
            .threads = (const struct system_thread[]){
                {.name = "main", .priority = 10, .argument = 1900}, {0}},
            .caps = (const struct system_cap[]){
                {.slot = 1, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL, .badge = 1},
                {0},
            },
        },
        {0},
    },
};
