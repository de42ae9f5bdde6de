/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vCPUs of the simulated machine. What privileged code has in registers is the
 * script's own, so that only the virtual interrupts and the timer are to be switched.
 */
#include "vcpu.h"

#include "guest.h"
#include "hw.h"
#include "hypercall.h"
#include "kernel.h"
#include "sim.h"
#include "sim_vcpu.h"

static void control_write(u32 control)
{
    if (sim.gic.cpu[0].hcr != control) { /* a count of ends is cleared, too */
        hw_write32(paddr(SIM_GICH_BASE), control);
    }
}

void sim_vcpu_settle(void)
{
    struct cpu *cpu = &kernel.cpu[0];

    if (thread_at(cpu->current)->vcpu == 0) {
        control_write(0);
        return;
    }
    vcpu_enter(cpu);
    control_write(vcpu_at(cpu->vcpu)->control);
}

void sim_vcpu_hypercall(u32 number)
{
    struct cpu *cpu = &kernel.cpu[0];

    if (thread_at(cpu->current)->vcpu != 0) {
        hypercall_guest(cpu, number);
    } else {
        hypercall(cpu, number);
    }
}

void machine_vcpu_store(u32 vcpu)
{
    (void)vcpu;
}

void machine_vcpu_load(u32 vcpu)
{
    (void)vcpu;
}

void machine_vcpu_reset(u32 vcpu, u32 pc)
{
    (void)pc;
    machine_thread_reset(kernel.vcpus[vcpu].thread);
}

void machine_exit_skip(struct cpu *cpu, u32 thread, u32 syndrome, const u32 *values)
{
    (void)cpu;
    (void)syndrome;
    sim_guests[thread].skipped = true;
    sim_guests[thread].value = values[0];
    if (thread_at(thread)->fault_kind == THIMBLE_EXIT_HVC ||
        thread_at(thread)->fault_kind == THIMBLE_EXIT_SMC) {
        for (u32 i = 0; i < 4U; i++) {
            thread_at(thread)->regs[i] = values[i];
        }
    }
}

void machine_exit_undefined(struct cpu *cpu, u32 thread)
{
    (void)cpu;
    sim_guests[thread].skipped = true;
    sim_guests[thread].undefined = true;
}
