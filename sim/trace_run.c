/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace of a run of the simulator: see trace_run.h. */
#include "trace_run.h"

#include "host.h"
#include "kernel.h"
#include "sim.h"
#include "trace_json.h"

void trace_run_begin(FILE *file)
{
    trace_json_begin(file, sim_host.system, 1000000U / SIM_TICK_INSTRUCTIONS);
    trace_set(&kernel.cpu[0], true);
    trace_json_running(sim_timer_count(sim_clock.now), kernel.cpu[0].current);
}

u64 trace_run_end(void)
{
    u64 lost = trace_json_end();

    trace_set(&kernel.cpu[0], false);
    return lost;
}
