/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decoder of the trace ring: writes JSON that Perfetto (and chrome://tracing)
 * reads. One track per CPU shows who runs; one per thread, grouped by cell, its
 * calls and what it serves, with a pair of arrows for each call and its reply.
 */
#ifndef SIM_TRACE_JSON_H
#define SIM_TRACE_JSON_H

#include <stdio.h>

#include "boot.h"
#include "types.h"

/* Starts a file for the system whose state is in `kernel`, with the names of its
 * tables: a run of the simulator, or what was read out of a target. */
void trace_json_begin(FILE *file, const struct boot *system, u32 ticks_per_ms);
/* Only what comes from now on; this thread runs already. Else all that the ring
 * has, from its oldest event. */
void trace_json_running(u64 time, u32 thread);
/* Leaves out what is later than this, in ticks. */
void trace_json_until(u64 time);
/* Writes what the ring has got since the last time. Call it before the ring
 * wraps around: events that were overwritten are counted, not invented. */
void trace_json_drain(void);
/* A number that changes over time, as a track of its own: "device.value". Does nothing while
 * no trace is being written. */
void trace_json_value(u64 ns, const char *device, const char *value, i32 number);
/* Closes everything open, and the file's last bracket. How many events were lost. */
u64 trace_json_end(void);

#endif
