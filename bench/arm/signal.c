/* SPDX-License-Identifier: BSD-2-Clause */
/* A signal to a waiter of higher priority in another cell. */
#include "mark.h"
#include "system.h"

static void signals(void)
{
    for (uint32_t i = 0; i < MARK_TIMES; i++) {
        (void)thimble_signal(1);
    }
}

PROGRAM(signaller)
{
    (void)argument;
    uint64_t start = clock_start();
    signals();
    mark(1);
    signals();
    clock_end(start);
    mark(MARK_END);
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
