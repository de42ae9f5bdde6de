/* SPDX-License-Identifier: BSD-2-Clause */
/* A signal to a waiter of higher priority in another cell. */
#include "system.h"
#include "thimble.h"

PROGRAM(signaller)
{
    (void)argument;
    for (;;) {
        (void)thimble_signal(1);
    }
}

PROGRAM(waiter)
{
    uint32_t bits;

    (void)argument;
    for (;;) {
        (void)thimble_wait(1, THIMBLE_NEVER, &bits);
    }
}

const struct system thimble_system = {
    .name = "signal",
    .notifications = (const struct system_notification[]){{.name = "n"}, {0}},
    .cells = (const struct system_cell[]){
        {.name = "signaller", .program = "signaller", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .notification = "n", .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1}, {0}}},
        {.name = "waiter", .program = "waiter", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 20}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .notification = "n", .rights = THIMBLE_RIGHT_WAIT}, {0}}},
        {0},
    },
};
