/* SPDX-License-Identifier: BSD-2-Clause */
/* The syndrome of a trap (HSR, DDI 0406C B3.13.6), and what interprets it. */
#ifndef ARM_SYNDROME_H
#define ARM_SYNDROME_H

#include "types.h"

#define EC_SHIFT 26U
#define EC_UNKNOWN 0U
#define EC_WFI 0x01U
#define EC_CP15 0x03U   /* MCR, MRC */
#define EC_CP15_64 0x04U
#define EC_CP14 0x05U
#define EC_CP14_64 0x0cU
#define EC_COPROCESSOR 0x07U /* HCPTR: VFP and Advanced SIMD among them */
#define EC_HVC 0x12U
#define EC_SMC 0x13U
#define EC_PREFETCH 0x20U
#define EC_DATA 0x24U
#define ISS_WRITE (1U << 6)
#define ISS_FAULT_STATUS 0x3fU
#define STATUS_EXTERNAL 0x10U /* synchronous external abort, and on a walk 0x14 to 0x17 */
#define STATUS_ALIGNMENT 0x21U
#define STATUS_DEBUG 0x22U

/* Of a data abort with ISV (B3.13.6, "ISS encoding for Data Abort exceptions"). */
#define ISS_VALID (1U << 24)
#define ISS_SIZE(iss) (1U << ((iss) >> 22 & 3U))
#define ISS_SIGNED (1U << 21)
#define ISS_REGISTER(iss) ((iss) >> 16 & 0xfU)
#define SYNDROME_LONG (1U << 25) /* IL: the instruction has 32 bits */

/* CPSR (A2.5.1): state of an IT block, in two places. */
#define CPSR_THUMB (1U << 5)
#define CPSR_IT_LOW(cpsr) ((cpsr) >> 25 & 3U)
#define CPSR_IT_HIGH(cpsr) ((cpsr) >> 10 & 0x3fU)
#define CPSR_IT_MASK 0x0600fc00U

/* Where the exception came from, and with what CPSR. */
static inline u32 arm_elr_read(void)
{
    u32 pc;

    __asm__ volatile("mrs %0, elr_hyp" : "=r"(pc));
    return pc;
}

static inline u32 arm_spsr_read(void)
{
    u32 spsr;

    __asm__ volatile("mrs %0, spsr" : "=r"(spsr));
    return spsr;
}

/* The IT block goes on by one instruction (A2.5.2, ITAdvance). */
u32 arm_it_advance(u32 cpsr);
/* What a load of that size, and sign, makes of the value. */
u32 arm_value_extend(u32 syndrome, u32 value);

#endif
