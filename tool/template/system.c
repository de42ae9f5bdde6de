/* The description of @NAME@: cells, threads, and who may do what.
 * `thimble check .` shows what follows from it. */
#include "system.h"

#include "parts.h"

const struct system thimble_system = {
    .name = "@NAME@",
    .expect = "no-miss,no-stop,no-refused",
    .notifications = (const struct system_notification[]){{.name = "tick"}, {0}},
    .cells = (const struct system_cell[]){
        {
            .name = "control",
            .program = "control",
            .memory = 64 * KIB,
            .stats = true,
            .threads = (const struct system_thread[]){
                {.name = "loop", .priority = 100, .budget_us = 150, .period_us = PERIOD_US,
                 .deadline_us = DEADLINE_US, .wakes = 1},
                {0},
            },
            .caps = (const struct system_cap[]){
                {.slot = SLOT_SENSOR, .thread = "sensor.main", .rights = THIMBLE_RIGHT_CALL},
                {.slot = SLOT_TICK, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT},
                {0},
            },
        },
        {
            .name = "sensor",
            .program = "sensor",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){
                {.name = "main", .passive = true, .service_us = 10},
                {0},
            },
        },
        {0},
    },
};
