/* SPDX-License-Identifier: BSD-2-Clause */
/* What the ARM machine puts into the core's paths. */
#ifndef MACHINE_INLINE_H
#define MACHINE_INLINE_H

#include "gic_inline.h"
#include "gic_take.h"
#include "mark.h"
#include "path.h"
#include "types.h"

#define machine_path(path) ((void)(path))
#define machine_path_times(path, times) ((void)(path), (void)(times))
/* Marks are for tests: nothing, not even a condition. */
#define machine_sometimes(mark) ((void)(mark))
#define machine_sometimes_if(condition, mark) ((void)sizeof(condition))
#define machine_refuse(err) (err)
/* While it traces, the general way is taken, which records what happens. */
#define machine_trace_slow(cpu) ((cpu)->tracing != 0)
#define machine_trace_woken(cpu, index, bits) ((void)0)
#define machine_space_t0sz() SPACE_T0SZ
#define machine_space_fixed() SPACE_FIXED

/* Keeps an object's address in a register: else the compiler, which knows where all
 * of them begin, computes it anew for each field. */
#define machine_keep(pointer) __asm__("" : "+r"(pointer))

/* machine_time(), machine_line_take(), machine_timer_set() and so on, where each instruction
 * counts; the timer's output may change as late as at the next return to a thread, and the counter
 * be read as early as when this one was left. */
#define machine_time() hw_cntpct()
#define machine_now() HW_READ64(0, c14)
#define machine_timer_arm(deadline) hw_cnthp_cval_write(deadline)
#define machine_line_next() gic_take()

/* Eight words, register files of threads: two instructions. */
static inline void machine_registers_copy(u32 *to, const u32 *from)
{
    __asm__ volatile("ldm %1, {r4-r11}\n\tstm %0, {r4-r11}"
                     :
                     : "r"(to), "r"(from)
                     : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "memory");
}

/* Eight words each: the running thread's registers go to its file, the next one's come.
 * One block, as what lives across it finds no register. */
static inline void machine_registers_switch(u32 *before, u32 *running, const u32 *next)
{
    __asm__ volatile("ldm %1, {r4-r11}\n\tstm %0, {r4-r11}\n\t"
                     "ldm %2, {r4-r11}\n\tstm %1, {r4-r11}"
                     :
                     : "r"(before), "r"(running), "r"(next)
                     : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "memory");
}

#endif
