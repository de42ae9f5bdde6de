/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decoder of the trace ring: writes JSON that Perfetto (and chrome://tracing)
 * reads. One track per CPU shows who runs; one per thread, grouped by cell, its
 * calls and what it serves, with a pair of arrows for each call and its reply.
 */
#ifndef SIM_TRACE_JSON_H
#define SIM_TRACE_JSON_H

#include <stdio.h>

#include "types.h"

/* Starts a file for the system that is booted, and switches tracing on. */
void trace_json_begin(FILE *file);
/* Writes what the ring has got since the last time. Call it before the ring
 * wraps around: events that were overwritten are counted, not invented. */
void trace_json_drain(void);
/* Closes everything open, and the file's last bracket; switches tracing off.
 * How many events were lost. */
u64 trace_json_end(void);

#endif
