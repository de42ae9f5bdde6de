/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * As mistakes.c, what a target alone would let pass: only a system of the user's own is built to
 * find it there. tests/scripts/mistakes.sh copies it out of the tree.
 */
#include "mistakes.h"

#define STATS_AT 0x10003000U

PROGRAM(divide)
{
    volatile uint32_t zero = 0;

    pause(argument);
    thimble_compute(100U / zero); /* here: divide: undefined instruction */
    pause(argument);
}

PROGRAM(odd_write)
{
    pause(argument);
    thimble_write32(STATS_AT + 1U, 1); /* here: odd_write: memory fault, write at 0x10003001 */
}

PROGRAM(odd_read)
{
    pause(argument);
    (void)thimble_read32(STATS_AT + 2U); /* here: odd_read: memory fault, read at 0x10003002 */
    pause(argument);
}

PROGRAM(odd_half)
{
    pause(argument);
    thimble_write16(STATS_AT + 3U, 1); /* here: odd_half: memory fault, write at 0x10003003 */
}

const struct system thimble_system = {
    .name = "mistakes",
    .notifications = (const struct system_notification[]){
        {.name = "divide"}, {.name = "odd_write"}, {.name = "odd_read"}, {.name = "odd_half"}, {0}},
    .cells = (const struct system_cell[]){
        CELL(divide, 1), CELL(odd_write, 2), CELL(odd_read, 3), CELL(odd_half, 4), {0}},
};
