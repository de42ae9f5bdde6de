/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What thread.machine[] holds on ARM: all that a thread has in registers beside
 * r0 to r7. The order is that of the LDM and STM in vectors.S.
 */
#ifndef ARM_CONTEXT_H
#define ARM_CONTEXT_H

#define CONTEXT_HCPTR 0U /* closed, or open for the owner of the VFP registers */
#define CONTEXT_SP 1U
#define CONTEXT_PC 2U
#define CONTEXT_CPSR 3U
#define CONTEXT_R8 4U /* to r12 */
#define CONTEXT_LR 9U
#define CONTEXT_WORDS 10U

/* HCPTR (DDI 0406C B4.1.60): traps every coprocessor, trace, and CPACR; open, all
 * but VFP and Advanced SIMD. */
#define HCPTR_CLOSED 0x8010bfffU
#define HCPTR_OPEN (HCPTR_CLOSED & ~0x00008c00U)

/* CPSR of a thread at its program's entry: User mode, Thumb. */
#define CPSR_USER_THUMB 0x30U
/* Hyp mode, interrupts taken, aborts not. */
#define CPSR_IDLE 0x11aU

#endif
