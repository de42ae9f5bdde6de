/* SPDX-License-Identifier: BSD-2-Clause */
/* A deadline that comes: while a thread of lower priority in another cell runs, and
 * while none does. */
#include "mark.h"
#include "system.h"
#include "time.h"

#define SOON 400U /* ticks */

static void deadlines(void)
{
    for (uint32_t i = 0; i < MARK_TIMES; i++) {
        uint32_t bits;
        uint64_t now = thimble_time();
        (void)thimble_wait(1, now + SOON, &bits);
    }
}

PROGRAM(waiter)
{
    (void)argument;
    deadlines();
    mark(1);
    deadlines();
    mark(MARK_REST);
    (void)thimble_signal(2); /* the other rests */
    deadlines();
    mark(2);
    deadlines();
    mark(MARK_END);
}

PROGRAM(spinner)
{
    uint32_t bits = 0;

    (void)argument;
    while (bits == 0) {
        thimble_compute(100);
        (void)thimble_poll(1, &bits);
    }
    (void)thimble_wait(1, THIMBLE_NEVER, &bits);
}

const struct system thimble_system = {
    .name = "timer",
    .notifications = (const struct system_notification[]){{.name = "quiet"}, {.name = "rest"}, {0}},
    .cells = (const struct system_cell[]){
        {.name = "waiter", .program = "waiter", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 20}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .notification = "quiet", .rights = THIMBLE_RIGHT_WAIT},
             {.slot = 2, .notification = "rest", .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1}, {0}}},
        {.name = "spinner", .program = "spinner", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .notification = "rest", .rights = THIMBLE_RIGHT_WAIT}, {0}}},
        {0},
    },
};
