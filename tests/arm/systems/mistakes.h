/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two systems with mistakes have in common. */
#ifndef MISTAKES_H
#define MISTAKES_H

#include "memory.h"
#include "system.h"
#include "thimble.h"
#include "time.h"

#define SLOT_PAUSE 1U
#define NOWHERE 0x20000000U

/* One at a time: the core keeps few dumps. */
static inline void pause(uint32_t turn)
{
    uint32_t bits;
    uint64_t now = thimble_time();

    (void)thimble_wait(SLOT_PAUSE, now + (uint64_t)turn * THIMBLE_TICKS_PER_MS, &bits);
}

#define CELL(cell, turn)                                                                        \
    {.name = #cell, .program = #cell, .memory = 16 * KIB,                                        \
     .threads = (const struct system_thread[]){                                                  \
         {.name = "main", .priority = 10, .argument = (turn)}, {0}},                             \
     .caps = (const struct system_cap[]){                                                        \
         {.slot = SLOT_PAUSE, .notification = #cell, .rights = THIMBLE_RIGHT_WAIT}, {0}}}

#endif
