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
/* Of these four, 64 bits have even numbers, and coprocessor 14 the higher ones. */
#define EC_IS_WIDE(class) (((class) & 1U) == 0)
#define EC_COPROCESSOR 0x07U /* HCPTR: VFP and Advanced SIMD among them */
#define EC_HVC 0x12U
#define EC_SMC 0x13U
#define EC_PREFETCH 0x20U
#define EC_DATA 0x24U
#define ISS_WRITE (1U << 6)
#define ISS_FAULT_STATUS 0x3fU
#define STATUS_EXTERNAL 0x10U /* synchronous external abort, and on a walk 0x14 to 0x17 */
/* Without the level, in the two lowest bits: */
#define STATUS_TRANSLATION 1U
#define STATUS_ACCESS 2U
#define STATUS_PERMISSION 3U
#define STATUS_DEBUG 0x22U
#define STATUS_ASYNCHRONOUS 0x11U /* 0x19: by parity */

/* A data abort that is asynchronous: whoever runs by now need not have caused it (B1.9.8), and
 * nobody is blamed. */
#define arm_abort_late(syndrome) (((syndrome) & 0x37U) == STATUS_ASYNCHRONOUS)
#define ISS_TABLE_WALK (1U << 7)

/* Of a data abort with ISV (B3.13.6, "ISS encoding for Data Abort exceptions"). */
#define ISS_VALID (1U << 24)
#define ISS_SIZE(iss) (1U << ((iss) >> 22 & 3U))
#define ISS_SIGNED (1U << 21)
#define ISS_REGISTER(iss) ((iss) >> 16 & 0xfU)
#define SYNDROME_LONG (1U << 25) /* IL: the instruction has 32 bits */

#define ISS_CONDITION_VALID (1U << 24)
#define ISS_CONDITION(iss) ((iss) >> 20 & 0xfU)

/* CPSR (A2.5.1): state of an IT block, in two places. */
#define CPSR_THUMB (1U << 5)
#define CPSR_E (1U << 9)
#define CPSR_IT_LOW(cpsr) ((cpsr) >> 25 & 3U)
#define CPSR_IT_HIGH(cpsr) ((cpsr) >> 10 & 0x3fU)
#define CPSR_IT_MASK 0x0600fc00U

/* The instruction that trapped is done: program counter and CPSR, in this order. */
void arm_instruction_skip(u32 *state, u32 syndrome);
/* False: its condition fails, and it does nothing. Such an instruction may trap or not, as the
 * implementation likes (B3.13.6: CV, COND). */
bool arm_condition_passes(u32 syndrome, u32 cpsr);
#define arm_condition_fails(syndrome, cpsr) \
    ((syndrome) >> 30 == 0 && ((syndrome) >> 20 & 0x1fU) != 0x1eU && \
     !arm_condition_passes(syndrome, cpsr))
/* IL is there: not for prefetch aborts, data aborts without ISV, and where the class is
 * unknown (B3.13.6). */
bool arm_length_known(u32 syndrome);
/* Of an abort: HPFAR has the page; else it is UNKNOWN (B4.1.66, B3.13.6). */
bool arm_page_known(u32 syndrome);
/* With IL, as the instruction has it: its first halfword, if in Thumb state; 0 if unknown. */
u32 arm_length_set(u32 syndrome, u32 cpsr, u32 instruction);
/* What a store of that size writes, whose register has this value; what a load of that size,
 * and sign, makes of what is read. CPSR.E: data are big-endian. */
u32 arm_value_moved(u32 syndrome, u32 cpsr, u32 value);

#endif
