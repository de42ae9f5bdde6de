/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VFP and Advanced SIMD registers to and from memory (struct vfp_area): d0 to d31,
 * or as many as there are (MVFR0.A_SIMD_registers, DDI 0406C B4.1.108), and FPSCR and FPEXC. Hyp
 * mode reaches them only while FPEXC.EN is set, too.
 */
#include "asm.h"

    .syntax unified
    .arch armv7-a
    .fpu    neon
    .arm
    .section .text.vfp, "ax"

    .macro  to_or_from_memory instruction
    \instruction r0!, {d0-d15}
    vmrs    r1, mvfr0
    and     r1, r1, #0xf
    cmp     r1, #2
    \instruction\()eq r0!, {d16-d31}
    addne   r0, r0, #128
    .endm

    function arm_vfp_store
    vmrs    r2, fpexc
    mov     r1, #0x40000000         @ EN
    vmsr    fpexc, r1
    to_or_from_memory vstmia
    vmrs    r1, fpscr
    stm     r0, {r1, r2}
    bx      lr

    function arm_vfp_load
    mov     r1, #0x40000000
    vmsr    fpexc, r1
    to_or_from_memory vldmia
    ldm     r0, {r1, r2}
    vmsr    fpscr, r1
    vmsr    fpexc, r2
    bx      lr
