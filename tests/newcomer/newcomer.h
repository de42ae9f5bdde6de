/* SPDX-License-Identifier: BSD-2-Clause */
/* A system of one cell, "c", with one thread, "m", that runs the program `work`. */
#ifndef TESTS_NEWCOMER_H
#define TESTS_NEWCOMER_H

#include "memory.h"
#include "system.h"
#include "thimble.h"
#include "time.h"

#define ONE_CELL(stats_page)                                                          \
    const struct system thimble_system = {                                            \
        .name = "newcomer",                                                           \
        .cells = (const struct system_cell[]){                                        \
            {.name = "c", .program = "work", .memory = 16 * KIB, .stats = (stats_page), \
             .threads = (const struct system_thread[]){{.name = "m", .priority = 1}, {0}}}, \
            {0}}}

#endif
