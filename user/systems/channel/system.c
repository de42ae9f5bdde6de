/* SPDX-License-Identifier: BSD-2-Clause */
/* Two pairs of cells that share memory: source and sink use the channel library
 * as it is meant, the sceptic uses it against a liar that scribbles over all of
 * the memory. In the table, nobody may have missed or faulted anything. */
#include "system.h"

#include "ring.h"

#define RIGHTS_RW (THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE)

/* One end of a pair: a program that shares `memory`, signals and waits. */
#define END(cell, at_priority, figures, memory_name, to, from)                                  \
    {                                                                                           \
        .name = cell, .program = cell, .memory = 64 * KIB, .stats = figures,                    \
        .threads =                                                                              \
            (const struct system_thread[]){                                                     \
                {.name = "main", .priority = at_priority, .budget_us = 200, .period_us = 1000}, \
                {0},                                                                            \
            },                                                                                  \
        .caps =                                                                                 \
            (const struct system_cap[]){                                                        \
                {.slot = RING_SLOT_SIGNAL, .notification = to, .rights = THIMBLE_RIGHT_SIGNAL,  \
                 .badge = 1},                                                                   \
                {.slot = RING_SLOT_WAIT, .notification = from, .rights = THIMBLE_RIGHT_WAIT},   \
                {0},                                                                            \
            },                                                                                  \
        .regions =                                                                              \
            (const struct system_region[]){                                                     \
                {.name = "ring", .at = {RING_AT}, .size = RING_SIZE, .access = RIGHTS_RW,       \
                 .shared = memory_name},                                                        \
                {0},                                                                            \
            },                                                                                  \
    }

const struct system thimble_system = {
    .name = "channel",
    .notifications =
        (const struct system_notification[]){
            {.name = "words"}, {.name = "room"}, {.name = "mud"}, {.name = "answer"}, {0}},
    .cells =
        (const struct system_cell[]){
            END("source", 50, true, "clear", "words", "room"),
            END("sink", 40, true, "clear", "room", "words"),
            END("sceptic", 30, true, "mud", "answer", "mud"),
            END("liar", 60, false, "mud", "mud", "answer"),
            {0},
        },
};
