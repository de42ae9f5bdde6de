/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: cells[0] "app": threads[0] "high": priority: 300: priorities are 0 to 255 */
/* expect: cells[0] "app": threads[1] "low": priority: -1: priorities are 0 to 255 */
#include "system.h"

#include "thimble_program.h"

PROGRAM(app)
{
}

const struct system thimble_system = {
    .name = "priorities",
    .cells = (const struct system_cell[]){
        {
            .name = "app",
            .program = "app",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){
                {.name = "high", .priority = 300},
                {.name = "low", .priority = (u32)-1},
                {0},
            },
        },
        {0},
    },
};
