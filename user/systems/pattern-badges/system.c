/* SPDX-License-Identifier: BSD-2-Clause */
/* Pattern: a server with badges. Two customers, one server, one account each. */
#include "system.h"

#include "bank.h"

#define CUSTOMER(cell, account, amount)                                                        \
    {                                                                                          \
        .name = cell, .program = "customer", .memory = 64 * KIB, .stats = true,                \
        .threads =                                                                             \
            (const struct system_thread[]){                                                    \
                {.name = "main", .priority = 10, .argument = amount}, {0}},                    \
        .caps = (const struct system_cap[]){                                                   \
            {.slot = BANK_SLOT, .thread = "bank.main", .rights = THIMBLE_RIGHT_CALL,           \
             .badge = account},                                                                \
            {.slot = BANK_TICK, .notification = "tick-" cell, .rights = THIMBLE_RIGHT_WAIT},   \
            {0},                                                                               \
        },                                                                                     \
    }

const struct system thimble_system = {
    .name = "pattern-badges",
    .notifications = (const struct system_notification[]){
        {.name = "tick-ann"}, {.name = "tick-bob"}, {0}},
    .cells = (const struct system_cell[]){
        CUSTOMER("ann", 1, 5),
        CUSTOMER("bob", 2, 70),
        {.name = "bank", .program = "bank", .memory = 64 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .passive = true}, {0}}},
        {0},
    },
};
