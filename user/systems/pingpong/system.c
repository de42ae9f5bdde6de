/* SPDX-License-Identifier: BSD-2-Clause */
/* Two cells: ping calls pong with messages of every length, and checks what
 * comes back. The smallest system with IPC. */
#include "system.h"

#include "pingpong.h"

const struct system thimble_system = {
    .name = "pingpong",
    .fixed = true,
    .cells = (const struct system_cell[]){
        {
            .name = "ping",
            .program = "ping",
            .memory = 64 * KIB,
            .stats = true,
            .threads = (const struct system_thread[]){
                {.name = "main", .priority = 10, .buffer = true},
                {0},
            },
            .caps = (const struct system_cap[]){
                {.slot = PING_SLOT_PONG, .thread = "pong.main", .rights = THIMBLE_RIGHT_CALL,
                 .badge = PONG_BADGE},
                {0},
            },
        },
        {
            .name = "pong",
            .program = "pong",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){
                {.name = "main", .passive = true, .level = 0, .buffer = true},
                {0},
            },
        },
        {0},
    },
};
