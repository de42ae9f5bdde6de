/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs of tests/systems say to the recorder (target.h). */
#ifndef TESTS_TARGET_TARGET_REPORT_H
#define TESTS_TARGET_TARGET_REPORT_H

#include <stdint.h>

#include "target.h"
#include "thimble.h"

static inline void target_trap(uint32_t what, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t r[THIMBLE_REGISTERS] = {what, a, b, c, 0, 0, TARGET_MAGIC_6, TARGET_MAGIC_7};

    thimble_trap_any(TARGET_HYPERCALL, r);
}

/* A test, and whether it came out right. */
static inline void report(uint32_t line, uint32_t number, uint32_t came, uint32_t wanted)
{
    target_trap(TARGET_RESULT, line | number << 16, came, wanted);
}

/* The run is over. */
static inline void end(void)
{
    target_trap(TARGET_END, 0, 0, 0);
}

#endif
