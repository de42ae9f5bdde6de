/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tracing from the start, in images built for it (TRACING=1, which links this
 * file and has the linker pass the call through here); others hold nothing of
 * it but the ring that a debugger may switch on.
 */
#include "arm.h"

#include "kernel.h"

void __real_arm_threads_init(void);
void __wrap_arm_threads_init(void);

void __wrap_arm_threads_init(void)
{
    struct cpu *cpu = &kernel.cpu[0];

    __real_arm_threads_init();
    trace_set(cpu, true);
    trace(cpu, TRACE_RUN, cpu->current, cpu->sc, 0);
}
