/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bare change from one execution context to another on this host: switch_x86_64.S,
 * switch_aarch64.S, switch_arm.S.
 */
#ifndef BENCH_LIMIT_SWITCH_H
#define BENCH_LIMIT_SWITCH_H

#include <stdint.h>

/* Saves the callee-saved registers on the current stack and its pointer in
 * *save, and continues what was saved at `load`. The first ends in a return,
 * which a processor predicts to go where the last call came from, so wrongly;
 * the second pops the address and jumps to it. Their frames are alike. */
void limit_switch(uintptr_t *save, uintptr_t load);
void limit_switch_jmp(uintptr_t *save, uintptr_t load);

/* Builds the frame that makes the first switch to a new stack enter `entry`,
 * which must never return. `top` is 16-byte aligned; returns what to load. */
uintptr_t limit_switch_prepare(uintptr_t top, void (*entry)(void));

#endif
