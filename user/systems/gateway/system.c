/* SPDX-License-Identifier: BSD-2-Clause */
/* A 1 kHz control loop above a best-effort cell that never rests. Both call the
 * plant, a passive server, and run within budgets: the worker gets at most 60 %
 * of the CPU, and when the control loop finds the plant busy on the worker's
 * behalf, it helps with its own time. */
#include "system.h"

#include "gateway.h"

const struct system thimble_system = {
    .name = "gateway",
    .fixed = true,
    .notifications = (const struct system_notification[]){{.name = "tick"}, {0}},
    .cells = (const struct system_cell[]){
        {
            .name = "control",
            .program = "control",
            .memory = 64 * KIB,
            .stats = true,
            .threads = (const struct system_thread[]){
                {.name = "loop", .priority = 200, .budget_us = CONTROL_BUDGET_US,
                 .period_us = CONTROL_PERIOD_US},
                {0},
            },
            .caps = (const struct system_cap[]){
                {.slot = GATEWAY_SLOT_PLANT, .thread = "plant.main",
                 .rights = THIMBLE_RIGHT_CALL, .badge = PLANT_CONTROL},
                {.slot = GATEWAY_SLOT_TICK, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT},
                {0},
            },
        },
        {
            .name = "worker",
            .program = "worker",
            .memory = 256 * KIB,
            .threads = (const struct system_thread[]){
                {.name = "main", .priority = 10, .budget_us = WORKER_BUDGET_US,
                 .period_us = WORKER_PERIOD_US},
                {0},
            },
            .caps = (const struct system_cap[]){
                {.slot = GATEWAY_SLOT_PLANT, .thread = "plant.main",
                 .rights = THIMBLE_RIGHT_CALL, .badge = PLANT_WORKER},
                {0},
            },
        },
        {
            .name = "plant",
            .program = "plant",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){
                {.name = "main", .passive = true, .level = 0},
                {0},
            },
        },
        {0},
    },
};
