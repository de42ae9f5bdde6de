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
    sim_devices_trace();
}

/* Why, by the path that led here: a deadline's interrupt is recorded by then. */
void machine_trace_woken(struct cpu *cpu, u32 index, u32 bits)
{
    if (cpu->tracing == 0) {
        return;
    }
    if (sim_clock.path == PATH_INTERRUPT) {
        trace_record(cpu, TRACE_INTERRUPT, cpu->current, sim_clock.line, 0);
    }
    if (sim_clock.path != PATH_DEADLINE) {
        trace_record(cpu, TRACE_SIGNAL, cpu->current, index, bits);
    }
    if (sim_clock.path == PATH_SIGNAL) {
        trace_record(cpu, TRACE_HYPERCALL, cpu->current, THIMBLE_SIGNAL, THIMBLE_OK);
    }
    sim_clock.woken = true;
}

/* Who was woken runs: its replies are to be recorded, too. */
void machine_trace_switched(void)
{
    struct cpu *cpu = &kernel.cpu[0];

    sim_clock.woken = false;
    cpu->not_fast |= NOT_FAST_TRACING;
    trace_record(cpu, TRACE_RUN, cpu->current, cpu->sc, 0);
}

u64 trace_run_end(void)
{
    u64 lost = trace_json_end();

    trace_set(&kernel.cpu[0], false);
    return lost;
}
