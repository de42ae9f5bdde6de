/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One mistake in each cell, one after the other, for tests/scripts/mistakes.sh: it takes what
 * stands behind "here:" as what has to be said of that line. No more than the core keeps dumps.
 */
#include "mistakes.h"

PROGRAM(null_write)
{
    volatile uint32_t *p = (volatile uint32_t *)0;

    pause(argument);
    *p = 1; /* here: null_write: memory fault, write at 0x00000000 */
}

PROGRAM(null_read)
{
    const volatile uint32_t *volatile p = (const volatile uint32_t *)4;

    pause(argument);
    (void)*p; /* here: null_read: memory fault, read at 0x00000004 */
}

PROGRAM(null_call)
{
    void (*volatile function)(void) = (void (*)(void))0;

    pause(argument);
    function(); /* here: null_call: memory fault, execute at 0x00000000 */
    pause(argument);
}

PROGRAM(wild_write)
{
    volatile uint32_t *p = (volatile uint32_t *)NOWHERE;

    pause(argument);
    *p = 1; /* here: wild_write: memory fault, write at 0x20000000 */
}

const struct system thimble_system = {
    .name = "mistakes",
    .notifications = (const struct system_notification[]){
        {.name = "null_write"}, {.name = "null_read"}, {.name = "null_call"},
        {.name = "wild_write"}, {0}},
    .cells = (const struct system_cell[]){
        CELL(null_write, 1), CELL(null_read, 2), CELL(null_call, 3), CELL(wild_write, 4), {0}},
};
