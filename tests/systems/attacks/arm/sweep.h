/* SPDX-License-Identifier: BSD-2-Clause */
/* All encodings of coprocessor instructions, executed one by one. */
#ifndef SWEEP_H
#define SWEEP_H

#include <stdint.h>

#define SWEEP_RETURN 0xe12fff1eU /* bx lr */
#define SWEEP_READABLE 64U       /* most registers that may be readable */

/* Word `place` of the code; and all of it can be executed now. */
void sweep_put(uint32_t place, uint32_t code);
void sweep_ready(uint32_t words);

/* Executes everything from coprocessor `first` on, with this value in the registers that are
 * written, and reports what does not fault and is not known to be harmless. */
void sweep_all(volatile uint32_t *notes, uint32_t value, uint32_t first);

/* The reads that do not fault, but for clocks; how many. */
uint32_t sweep_readable(volatile uint32_t *notes, uint32_t *codes);
/* What they read: two words each. */
void sweep_read(const uint32_t *codes, uint32_t count, uint32_t *values);

#endif
