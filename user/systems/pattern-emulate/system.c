/* SPDX-License-Identifier: BSD-2-Clause */
/* Pattern: a fault handler that emulates a device's registers. */
#include "system.h"

#include "emulate.h"

const struct system thimble_system = {
    .name = "pattern-emulate",
    .cells = (const struct system_cell[]){
        {
            .name = "user", .program = "user", .memory = 64 * KIB, .stats = true,
            .threads = (const struct system_thread[]){
                {.name = "main", .priority = 10, .fault_handler = USER_SLOT_EMULATOR}, {0}},
            .caps = (const struct system_cap[]){
                {.slot = USER_SLOT_EMULATOR, .thread = "emulator.main",
                 .rights = THIMBLE_RIGHT_CALL},
                {0},
            },
        },
        {
            .name = "emulator", .program = "emulator", .memory = 64 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .passive = true}, {0}},
        },
        {0},
    },
};
