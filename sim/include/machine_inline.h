/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the simulated machine puts into the core's paths.
 */
#ifndef MACHINE_INLINE_H
#define MACHINE_INLINE_H

#include "gic_inline.h"
#include "mark.h"
#include "sim_clock.h"

struct cpu;

static inline void machine_path(enum path path)
{
    sim_clock.now += sim_clock.cost[path];
    if (path == PATH_INTERRUPT || path == PATH_SIGNAL || path == PATH_DEADLINE) {
        sim_clock.path = path;
    }
}

static inline void machine_path_times(enum path path, u32 times)
{
    sim_clock.now += sim_clock.cost[path] * times;
}

/* Marks are for tests: nothing, not even a condition. */
#define machine_sometimes(mark) ((void)(mark))
#define machine_sometimes_if(condition, mark) ((void)sizeof(condition))

/* machine_time(), machine_timer_set() and so on: on ARM each instruction counts. */
u64 machine_time(void);
#define machine_now() machine_time()
#define machine_timer_arm(deadline) machine_timer_set(deadline)
#define machine_line_next() (sim_clock.line = machine_line_take())

/* While it traces, too, the straight way is taken, so that a run takes the same time; the simulator
 * records what happens (trace_run.c). */
#define machine_trace_slow(cpu) ((void)(cpu), false)
void machine_trace_woken(struct cpu *cpu, u32 index, u32 bits);
void machine_trace_switched(void);

#define machine_space_t0sz() sim_space_t0sz
#define machine_space_fixed() sim_space_fixed

#define machine_keep(pointer) ((void)(pointer))

/* Eight words: register files of threads. */
static inline void machine_registers_copy(u32 *to, const u32 *from)
{
    for (u32 i = 0; i < 8U; i++) {
        to[i] = from[i];
    }
}

/* Eight words each: the running thread's registers go to its file, the next one's come. */
static inline void machine_registers_switch(u32 *before, u32 *running, const u32 *next)
{
    for (u32 i = 0; i < 8U; i++) {
        before[i] = running[i];
    }
    for (u32 i = 0; i < 8U; i++) {
        running[i] = next[i];
    }
    if (sim_clock.woken) {
        machine_trace_switched();
    }
}

/* Yields the error, and remembers where the core refused. */
#define machine_refuse(err) \
    (sim_refusal.file = __FILE__, sim_refusal.line = __LINE__, sim_refusal.error = (err))

#endif
