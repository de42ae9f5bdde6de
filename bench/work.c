/* SPDX-License-Identifier: BSD-2-Clause */
#include "work.h"

#include "builder.h"
#include "thimble.h"

uint64_t work_todo;

void work_boot(void)
{
    static const struct sim_options options = {.seed = 1};
    const char *misfit = build_boot(&options);

    if (misfit != NULL) {
        bench_fail("the benchmark's system does not boot: %s", misfit);
    }
}

void work_run(uint64_t iterations)
{
    work_todo = iterations;
    enum sim_end end = sim_run(SIM_TIME_NEVER);
    if (end != SIM_END_REQUEST || work_todo != 0) {
        bench_fail("the benchmark's system stopped by itself (%d): %s", (int)end,
                   sim_end_text(end));
    }
}

void work_check(uint32_t status)
{
    if (status != THIMBLE_OK) {
        bench_fail("a hypercall that is measured failed: status %u (ORed)", (unsigned)status);
    }
}

uint64_t work_simulated(void)
{
    return sim_clock.now;
}

void work_case_run(const struct bench_case *c, uint64_t iterations)
{
    (void)c;
    work_run(iterations);
}

void work_case_teardown(const struct bench_case *c)
{
    (void)c;
    sim_shutdown();
}
