/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * As mistakes.c, by what the library has; and a deadlock. For tests/scripts/mistakes.sh, which
 * takes what stands behind "here:" as what has to be said of that line.
 */
#include "mistakes.h"

/* The last thing that it does: its helper returns to where the program would. */
PROGRAM(helper_write)
{
    pause(argument);
    thimble_write32(NOWHERE, 1); /* here: helper_write: memory fault, write at 0x20000000 */
}

PROGRAM(helper_read)
{
    pause(argument);
    (void)thimble_read8(NOWHERE + 1U); /* here: helper_read: memory fault, read at 0x20000001 */
    pause(argument);
}

PROGRAM(execute)
{
    pause(argument);
    thimble_execute(NOWHERE); /* here: execute: memory fault, execute at 0x20000000 */
    pause(argument);
}

PROGRAM(trap)
{
    pause(argument);
    __builtin_trap(); /* here: trap: undefined instruction */
}

/* Each waits for what only the other would do afterwards. */
PROGRAM(embrace)
{
    uint32_t bits;

    (void)argument;
    (void)thimble_wait(SLOT_PAUSE, THIMBLE_NEVER, &bits); /* here: embrace */
    (void)thimble_signal(2);
}

#define EMBRACE(cell, mine, other)                                                              \
    {.name = cell, .program = "embrace", .memory = 16 * KIB,                                     \
     .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},           \
     .caps = (const struct system_cap[]){                                                        \
         {.slot = SLOT_PAUSE, .notification = mine, .rights = THIMBLE_RIGHT_WAIT},               \
         {.slot = 2, .notification = other, .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1}, {0}}}

const struct system thimble_system = {
    .name = "mistakes",
    .notifications = (const struct system_notification[]){
        {.name = "helper_write"}, {.name = "helper_read"}, {.name = "execute"}, {.name = "trap"},
        {.name = "left"}, {.name = "right"}, {0}},
    .cells = (const struct system_cell[]){
        CELL(helper_write, 1), CELL(helper_read, 2), CELL(execute, 3), CELL(trap, 4),
        EMBRACE("first", "left", "right"), EMBRACE("second", "right", "left"), {0}},
};
