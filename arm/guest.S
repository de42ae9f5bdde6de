/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into guests and out of them. To the rest of the machine a vCPU is a thread in Hyp
 * mode (as idle is) that goes on at arm_guest_enter: so native threads pay nothing for
 * there being guests. From there on the vectors are these. What a guest shares with
 * native threads is switched here, both ways; all else when another vCPU is loaded.
 */
#include "asm.h"
#include "offsets.h"

    .syntax unified
    .arch armv7-a
    .arch_extension virt
    .arm

    .section .text.guest, "ax"
    .balign 32
    .global arm_guest_vectors
arm_guest_vectors:
    .rept   5
    bl      arm_own                 @ 0x00 to 0x10
    .endr
    b       guest_trap              @ 0x14
    b       guest_irq               @ 0x18
    b       guest_irq               @ 0x1c

    /* r1: context of the thread that is to run. Z: it is the guest. */
    .macro  who_runs
    mrc     p15, 4, r2, c13, c0, 2  @ HTPIDR
    ldrh    r1, [sp, #8 + CPU_CURRENT]
    ldr     r0, =kernel + KERNEL_MACHINE_0
    add     r1, r0, r1, lsl #THREAD_SHIFT
    cmp     r1, r2
    .endm

    /* r2: context. r8 to r12 and LR of User mode, where Hyp mode has them. */
    .macro  context_store
    mrs     r3, sp_usr
    str     r3, [r2, #CONTEXT_SP_AT]
    add     r3, r2, #CONTEXT_R8_AT
    stm     r3, {r8-r12, lr}
    .endm

    .type   guest_trap, %function
guest_trap:
    stm     sp, {r0-r7}
    push    {r12, lr}
    mrc     p15, 4, r2, c13, c0, 2
    context_store                   @ the instruction may be about any register
    add     r0, sp, #8
    bl      arm_exit
    who_runs
    beq     guest_resume
    pop     {r12, lr}
    b       guest_leave

    .type   guest_irq, %function
guest_irq:
    stm     sp, {r0-r7}
    push    {r12, lr}
    add     r0, sp, #8
    bl      interrupt
    who_runs
    beq     guest_resume
guest_again:
    pop     {r12, lr}
    context_store

    /* r1: context. What the guest has in what is shared is kept, and native threads'
     * settings are made; arm_load's exception return synchronises them. */
guest_leave:
    ldr     r2, =arm_guest
    ldr     r2, [r2]
    mrs     r3, elr_hyp
    mrs     r4, spsr
    mrc     p15, 0, r5, c1, c0, 0   @ SCTLR
    mrc     p15, 0, r6, c1, c0, 2   @ CPACR
    mrc     p15, 0, r7, c14, c1, 0  @ CNTKCTL
    stm     r2!, {r3-r7}
    mrc     p15, 0, r3, c13, c0, 2  @ TPIDRURW
    mrc     p15, 0, r4, c13, c0, 3  @ TPIDRURO
    ldrb    r5, [r1, #-MACHINE_TO_VCPU]
    stm     r2, {r3, r4}
    cmp     r5, #0
    bne     guest_to_guest
    adr     r2, native
    ldm     r2, {r2-r8}             @ r8 to r12 are kept by now
    mov     r0, #0
    str     r0, [r2]                @ GICH_HCR
    mcr     p15, 4, r3, c1, c1, 0   @ HCR
    mcr     p15, 4, r4, c1, c1, 3   @ HSTR
    mcr     p15, 0, r5, c1, c0, 0
    mcr     p15, 0, r6, c1, c0, 2
    mcr     p15, 4, r7, c1, c1, 1   @ HDCR
    mcr     p15, 4, r8, c12, c0, 0  @ HVBAR
    mov     r3, #3                  @ both counters readable (B4.1.26)
    mcr     p15, 0, r3, c14, c1, 0
    mcr     p15, 0, r0, c13, c0, 2
    mcr     p15, 0, r0, c13, c0, 3
    b       arm_load

    /* The same as arm_load, but for what arm_guest_enter sets. */
guest_to_guest:
    ldm     r1, {r3-r6, r8-r12, lr}
    msr     sp_usr, r4
    ldrd    r4, r5, [r1, #-MACHINE_TO_SPACE]
    mcr     p15, 4, r3, c1, c1, 2   @ HCPTR
    mcrr    p15, 6, r4, r5, c2      @ VTTBR
    mcr     p15, 4, r1, c13, c0, 2  @ HTPIDR
    clrex
    b       arm_guest_enter

native:
    .word   GICH_AT, NATIVE_HCR, NATIVE_HSTR, NATIVE_SCTLR, NATIVE_CPACR, NATIVE_HDCR, arm_vectors

    /* The guest goes on: what its list registers ask for may have changed. If that is not known
     * yet, as if it had been left. */
guest_resume:
    ldr     r3, =arm_guest
    ldr     r3, [r3]
    ldr     r3, [r3, #GUEST_CONTROL]
    ldr     r3, [r3]
    cmp     r3, #0
    beq     guest_again
    ldr     r2, =GICH_AT
    str     r3, [r2]                @ GICH_HCR
    pop     {r12, lr}
    ldm     sp, {r0-r7}
    eret

    function arm_guest_enter
    push    {r12, lr}
    mrc     p15, 4, r2, c13, c0, 2  @ HTPIDR
    ldrh    r1, [sp, #8 + CPU_VCPU]
    ldrb    r2, [r2, #-MACHINE_TO_VCPU]
    add     r1, r1, #1
    cmp     r1, r2
    bne     guest_other
    ldr     r0, =arm_guest
    ldr     r0, [r0]
    ldr     r3, [r0, #GUEST_CONTROL]
    ldr     r3, [r3]
    cmp     r3, #0                  @ its list registers are not old
    bne     guest_loaded
guest_other:
    add     r0, sp, #8
    bl      arm_guest_prepare
guest_loaded:
    ldm     r0!, {r1-r5}
    msr     elr_hyp, r1
    msr     spsr_cxsf, r2
    mcr     p15, 0, r3, c1, c0, 0
    mcr     p15, 0, r4, c1, c0, 2
    mcr     p15, 0, r5, c14, c1, 0
    ldm     r0, {r1-r6}
    ldr     r0, =GICH_AT
    ldr     r5, [r5]
    str     r5, [r0]                @ GICH_HCR
    mcr     p15, 0, r1, c13, c0, 2
    mcr     p15, 0, r2, c13, c0, 3
    mcr     p15, 4, r3, c1, c1, 0   @ HCR
    mcr     p15, 4, r4, c1, c1, 3   @ HSTR
    mcr     p15, 4, r6, c1, c1, 1   @ HDCR
    ldr     r1, =arm_guest_vectors
    mcr     p15, 4, r1, c12, c0, 0  @ HVBAR
    pop     {r12, lr}
    ldm     sp, {r0-r7}
    eret
    .ltorg
