/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of klog.c and print.c, in images that print nothing: see klog.h. */
#include "klog.h"

struct klog klog;

void klog_boot(const struct boot *system)
{
    (void)system;
}

void klog_fault(struct cpu *cpu, u32 thread)
{
    (void)cpu;
    (void)thread;
}

bool klog_step(struct cpu *cpu)
{
    (void)cpu;
    return false;
}

void klog_finish(struct cpu *cpu)
{
    (void)cpu;
}

void panic(const char *reason, u32 address)
{
    (void)address;
    machine_panic(reason);
}
