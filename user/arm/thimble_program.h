/* SPDX-License-Identifier: BSD-2-Clause */
/* PROGRAM(name) { ... }: the entry point of a cell's program. Each cell's is linked
 * by itself, over the objects of its system. */
#ifndef THIMBLE_PROGRAM_H
#define THIMBLE_PROGRAM_H

#include <stdint.h>

#define PROGRAM(name)                         \
    void program_##name(uint32_t argument);   \
    void program_##name(uint32_t argument __attribute__((unused)))

#endif
