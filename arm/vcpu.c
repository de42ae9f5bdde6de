/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of guests: see guest.h. */
#include "arm.h"

#include "guest.h"
#include "hw.h"
#include "kernel.h"

/* SCTLR after reset (DDI 0406C B4.1.130, and Cortex-A7's and -A15's manuals). */
#define SCTLR_RESET 0x00c50078U
#define CPSR_RESET 0x1d3U /* Supervisor mode, ARM state; A, I, F masked */

struct guest arm_guests[VCPU_MAX + (VCPU_MAX == 0)];
struct guest *arm_guest;

void machine_vcpu_store(u32 vcpu)
{
    arm_vcpu_store(arm_guests[vcpu].banked);
}

void machine_vcpu_load(u32 vcpu)
{
    arm_vcpu_load(arm_guests[vcpu].banked);
}

struct guest *arm_guest_prepare(struct cpu *cpu)
{
    vcpu_enter(cpu);
    arm_guest = &arm_guests[cpu->vcpu];
    return arm_guest;
}

void machine_vcpu_reset(u32 vcpu, u32 pc)
{
    arm_guests[vcpu] = (struct guest){
        .pc = pc,
        .cpsr = CPSR_RESET,
        .sctlr = SCTLR_RESET,
        .hcr = HCR_GUEST | HCR_TVM,
        .hstr = HSTR_GUEST,
        .hdcr = HDCR_GUEST,
        .control = (u32)&vcpu_at(vcpu)->control,
    };
    machine_thread_reset(vcpu_at(vcpu)->thread);
}
