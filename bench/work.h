/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all kernel cases share: guests on the simulated machine, one of which
 * drives. It asks for its share of operations, does them, and asks again.
 */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include "bench.h"
#include "sim.h"
#include "thimble.h"

/* Boots what was built with sim/builder.h. */
void work_boot(void);
/* Lets the driving guest do `iterations` operations. */
void work_run(uint64_t iterations);
/* For the driving guest: its next share. Ends the run until there is one.
 * Inline, so that the loop around what is measured is compiled as if alone. */
extern uint64_t work_todo;
static inline uint64_t work_take(void)
{
    while (work_todo == 0) {
        uint32_t version;
        sim_stop();
        (void)thimble_version(&version);
    }
    uint64_t work = work_todo;
    work_todo = 0;
    return work;
}
/* Ends the program if a hypercall of a share failed: `status` is all of theirs,
 * ORed. */
void work_check(uint32_t status);
/* Virtual time so far, in simulated instructions. */
uint64_t work_simulated(void);

/* `run` and `teardown` of a kernel case. */
void work_case_run(const struct bench_case *c, uint64_t iterations);
void work_case_teardown(const struct bench_case *c);

/* What every kernel case has; more may follow, and what is given later counts. */
#define WORK_CASE(label, function, value, meaning)                                          \
    .name = (label), .class = BENCH_KERNEL, .what = (meaning), .setup = (function),         \
    .run = work_case_run, .teardown = work_case_teardown, .parameter = (value), .exact = true

#endif
