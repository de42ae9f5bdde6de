/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Observation of a run: the trace hash over the stream of events with their
 * virtual times, and figures for each cell. The same whether anybody asks for
 * them or not; only bench and fuzzing switch observation off.
 */
#ifndef SIM_OBSERVE_H
#define SIM_OBSERVE_H

#include "config.h"
#include "types.h"

/* Events besides hypercalls, whose number is the hypercall's. */
enum {
    EVENT_INTERRUPT = 0x100, /* an interrupt was taken */
    EVENT_FAULT,
    EVENT_NONE /* only a look at what is due: no part of the hash, so that a run
                  is the same in whatever slices sim_run() makes it */
};

struct observe_cell {
    u64 time;      /* instructions, those of the core on its behalf included */
    u64 calls;     /* IPC calls made */
    u64 served;    /* calls answered */
    u64 signals;
    u64 faults;
    u64 preempted; /* lost the CPU without having asked */
};

struct observe {
    u64 hash;
    u64 events;
    u64 last;    /* virtual time up to which all is accounted for (boot's time
                    goes to whoever runs first) */
    u32 running; /* thread that ran until now */
    u64 idle;
    struct observe_cell cells[CELL_MAX];
    u64 threads[THREAD_MAX]; /* instructions, by kernel index; those of the core included */
};

extern struct observe observe;

void observe_reset(void);
/* Accounts for the time up to now. */
void observe_time(void);
/* The same at the end of a run, after which the core's state may be damaged. */
void observe_end(void);
/* The core has been entered by `event` and is about to leave. */
void observe_event(u32 event);

#endif
