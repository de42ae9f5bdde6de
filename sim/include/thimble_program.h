/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PROGRAM(name) { ... }: the entry point of a cell's program. All programs of a
 * simulated system are linked into one process; each enters itself in a table
 * by name. It may leave its thread's `argument` unused.
 */
#ifndef THIMBLE_PROGRAM_H
#define THIMBLE_PROGRAM_H

#include <stdint.h>

typedef void (*thimble_entry)(uint32_t argument);

struct thimble_program {
    const char *name;
    thimble_entry entry;
};

#define PROGRAM(name)                                                            \
    static void program_##name(uint32_t argument);                               \
    static const struct thimble_program program_entry_##name                     \
        __attribute__((section("thimble_programs"), used)) = {#name, program_##name}; \
    static void program_##name(uint32_t argument __attribute__((unused)))

#endif
