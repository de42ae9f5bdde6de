/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a program was when something went wrong: kept as it is found, at the price of a copy,
 * and turned into a file and a line only for whoever asks (where.h).
 */
#ifndef SIM_SPOT_H
#define SIM_SPOT_H

#include <stddef.h>

#include "types.h"

#define SPOT_STACK 4096U

struct sim_spot {
    uintptr_t pc; /* 0: nothing is known */
    uintptr_t sp;
    uintptr_t fp;
    uintptr_t link; /* of hosts with a link register, at a signal */
    bool exact;     /* pc is the instruction itself, not where it returns to */
    u32 size;       /* bytes of the stack, from sp on */
    _Alignas(8) u8 stack[SPOT_STACK];
};

/* Where thread `index` entered the simulator last; unknown if it is no hosted guest. */
void spot_take(struct sim_spot *spot, u32 index);
/* The same for one whose registers are known. Safe in signal handlers. */
void spot_take_at(struct sim_spot *spot, u32 index, uintptr_t pc, uintptr_t sp, uintptr_t fp,
                  uintptr_t link);

/* "file.c:42" of the program; false: not to be found. NULL in programs without where.h. */
extern bool (*spot_resolve)(const struct sim_spot *spot, char *text, size_t size);
/* The same; `text` is empty if it is not to be found. */
bool spot_text(const struct sim_spot *spot, char *text, size_t size);

#endif
