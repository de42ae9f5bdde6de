/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trace: a ring of what happened, for the decoder (sim/trace_json.c). Not part
 * of the core's state: nothing depends on it. While a CPU traces, its IPC does
 * not match the fast path's key and takes the same steps a little later, where
 * they are recorded; while it does not, tracing costs the fast path nothing.
 */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include "config.h"
#include "types.h"

struct cpu;

enum trace_kind {
    TRACE_RUN = 1,   /* thread runs from now on; a: scheduling context that pays */
    TRACE_CONNECT,   /* thread's call (b: 0) or fault (b: 1) is with server a */
    TRACE_END,       /* that is over: thread was served by a */
    TRACE_HYPERCALL, /* of thread, other than IPC; a: number, b: status */
    TRACE_INTERRUPT, /* a: line */
    TRACE_SIGNAL,    /* a: notification, b: its bits then */
    TRACE_FAULT,     /* of thread; a: kind, b: address */
    TRACE_DEPLETED,  /* scheduling context a has run out of budget */
    TRACE_REFILLED,
    TRACE_STOP,      /* thread was stopped */
    TRACE_TEXT       /* the core has printed a line: a: its place in klog.text, b: length */
};

struct trace_event {
    u64 time; /* ticks */
    u32 a;
    u32 b;
    u16 thread;
    u8 kind; /* enum trace_kind */
    u8 cpu;
    u32 pad;
};

struct trace_ring {
    u32 next; /* events ever written; event n is at n % TRACE_EVENTS */
    u32 pad;
    struct trace_event events[TRACE_EVENTS];
};

extern struct trace_ring trace_ring;

/* Switches tracing on a CPU on or off. */
void trace_set(struct cpu *cpu, bool on);
/* Use trace() of kernel.h, which asks first whether the CPU traces. */
void trace_record(const struct cpu *cpu, enum trace_kind kind, u32 thread, u32 a, u32 b)
    __attribute__((cold));

#endif
