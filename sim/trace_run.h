/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace of a run of the simulator, while it runs: trace_json.h. */
#ifndef SIM_TRACE_RUN_H
#define SIM_TRACE_RUN_H

#include <stdio.h>

#include "types.h"

/* Switches tracing on. Call trace_json_drain() before the ring wraps around. */
void trace_run_begin(FILE *file);
/* Switches it off, and ends the file. How many events were lost. */
u64 trace_run_end(void);

#endif
