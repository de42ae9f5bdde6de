/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest has in registers that neither Hyp mode nor native threads use, to and
 * from memory (struct guest, vcpu.c): banked registers (DDI 0406C B1.3.2) and the
 * coprocessor registers of its stage 1 (B3.17). Four at a time. ADFSR, AIFSR, AMAIR0 and
 * AMAIR1 hold nothing in Cortex-A7 and -A15.
 */
#include "asm.h"

    .syntax unified
    .arch   armv7-a
    .arch_extension virt
    .thumb
    .section .text.vcpu, "ax"

    .macro  four_banked instruction, a, b, c, d
    .ifc \instruction, mrs
    mrs     r1, \a
    mrs     r2, \b
    mrs     r3, \c
    mrs     r12, \d
    stm     r0!, {r1-r3, r12}
    .else
    ldm     r0!, {r1-r3, r12}
    msr     \a, r1
    msr     \b, r2
    msr     \c, r3
    msr     \d, r12
    .endif
    .endm

    .macro  banked instruction
    four_banked \instruction, sp_svc, lr_svc, spsr_svc, sp_abt
    four_banked \instruction, lr_abt, spsr_abt, sp_und, lr_und
    four_banked \instruction, spsr_und, sp_irq, lr_irq, spsr_irq
    four_banked \instruction, r8_fiq, r9_fiq, r10_fiq, r11_fiq
    four_banked \instruction, r12_fiq, sp_fiq, lr_fiq, spsr_fiq
    .endm

    .macro  coprocessor single, double
    \double p15, 0, r1, r2, c2          @ TTBR0
    \double p15, 1, r3, r12, c2         @ TTBR1
    four_\single
    \single p15, 0, r1, c2, c0, 2       @ TTBCR
    \single p15, 0, r2, c3, c0, 0       @ DACR
    \single p15, 0, r3, c5, c0, 0       @ DFSR
    \single p15, 0, r12, c5, c0, 1      @ IFSR
    four_\single
    \single p15, 0, r1, c6, c0, 0       @ DFAR
    \single p15, 0, r2, c6, c0, 2       @ IFAR
    \single p15, 0, r3, c10, c2, 0      @ PRRR, MAIR0
    \single p15, 0, r12, c10, c2, 1     @ NMRR, MAIR1
    four_\single
    \single p15, 0, r1, c12, c0, 0      @ VBAR
    \single p15, 0, r2, c13, c0, 1      @ CONTEXTIDR
    \single p15, 0, r3, c13, c0, 4      @ TPIDRPRW
    \single p15, 2, r12, c0, c0, 0      @ CSSELR
    four_\single
    \double p15, 0, r1, r2, c7          @ PAR
    .endm

    .macro  four_mrc
    stm     r0!, {r1-r3, r12}
    .endm
    function arm_vcpu_store
    banked  mrs
    coprocessor mrc, mrrc
    stm     r0, {r1, r2}
    bx      lr

    @ Writing: the next group is loaded behind each, so the first one before all.
    .macro  four_mcr
    ldm     r0!, {r1-r3, r12}
    .endm
    function arm_vcpu_load
    banked  msr
    four_mcr
    coprocessor mcr, mcrr
    isb
    bx      lr
