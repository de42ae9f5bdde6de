/* SPDX-License-Identifier: BSD-2-Clause */
/* The trace ring: see trace.h. */
#include "trace.h"

#include "kernel.h"

struct trace_ring trace_ring;

void trace_set(struct cpu *cpu, bool on)
{
    cpu->tracing = on;
    cpu->fast_key = on ? FAST_KEY_NEVER : cpu->id;
    cpu->not_fast = (u8)((cpu->not_fast & ~NOT_FAST_TRACING) | (on ? NOT_FAST_TRACING : 0U));
}

void trace_record(const struct cpu *cpu, enum trace_kind kind, u32 thread, u32 a, u32 b)
{
    struct trace_event *e = &trace_ring.events[trace_ring.next % TRACE_EVENTS];

    e->time = machine_time();
    e->a = a;
    e->b = b;
    e->thread = (u16)thread;
    e->kind = (u8)kind;
    e->cpu = (u8)cpu->id;
    trace_ring.next++;
}
