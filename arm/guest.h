/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a vCPU has in registers beside a thread's context (context.h), while they are
 * not loaded. guest.S and vcpu_registers.S know the order.
 */
#ifndef ARM_GUEST_H
#define ARM_GUEST_H

#include "types.h"

struct cpu;

/* Banked registers in the order of vcpu_registers.S: SP, LR, SPSR of each mode. */
#define BANKED_SVC 0U
#define BANKED_ABT 3U
#define BANKED_UND 6U
#define BANKED_IRQ 9U
#define BANKED_FIQ 12U /* r8 to r12 first */
#define BANKED_WORDS 20U
/* Registers of stage 1: the ones that are looked at here. */
#define STAGE1_VBAR 12U
#define STAGE1_WORDS 20U

struct guest {
    /* shared with native threads */
    u32 pc; /* and cpsr: as arm_instruction_skip() has them */
    u32 cpsr;
    u32 sctlr;
    u32 cpacr;
    u32 cntkctl;
    u32 tpidrurw;
    u32 tpidruro;
    u32 hcr;
    u32 hstr;
    u32 control; /* address of that of its list registers: struct vcpu */
    u32 hdcr;
    u32 pad;
    /* its own, until another vCPU is loaded */
    u32 banked[BANKED_WORDS];
    u32 stage1[STAGE1_WORDS];
};

_Static_assert(offsetof(struct guest, banked) == 48, "vcpu_registers.S begins there");

/* Whose registers are, or were last, loaded: it runs, if a guest does. */
extern struct guest *arm_guest;

extern struct guest arm_guests[]; /* by number of the vCPU */
/* guest.S: the current thread, a vCPU, is about to run. */
struct guest *arm_guest_prepare(struct cpu *cpu);
/* vcpu_registers.S */
void arm_vcpu_store(u32 *banked);
void arm_vcpu_load(const u32 *banked);

#endif
