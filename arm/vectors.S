/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions into Hyp mode, and the way back (DDI 0406C B1.8).
 *
 * While a guest runs, SP_hyp rests on its CPU's register file (cpu.regs), with
 * the kernel stack below: one STM saves r0 to r7 where the core wants them.
 * r8 to r11 stay in their registers while the core runs, since C functions
 * preserve them; r12 and lr (which Hyp mode shares with User mode) are pushed.
 * Only when another thread is to run is the rest stored, and the other's loaded.
 * HTPIDR points to the context (thread.machine) of the thread that is loaded.
 */
#include "asm.h"
#include "offsets.h"

    .syntax unified
    .arch armv7-a
    .arch_extension virt
    .arm

    .section .text.vectors, "ax"
    .balign 32
    .global arm_vectors
arm_vectors:
    .rept   5
    bl      arm_own                 @ 0x00 to 0x10: of Hyp mode itself
    .endr
    b       trap                @ 0x14 hypercalls and faults
    b       irq                 @ 0x18
    b       irq                 @ 0x1c FIQ

    /* EC of SVC is 0x11; the IL bit tells ARM from Thumb callers (B3.13.6). */
    .type   trap, %function
trap:
    stm     sp, {r0-r7}
    push    {r12, lr}
    mrc     p15, 4, r1, c5, c2, 0   @ HSR
    add     r0, sp, #8              @ cpu
    eor     r1, r1, #0x44000000
    bics    r1, r1, #0x02000000     @ number, if it was SVC
    bne     not_call
    bl      ipc_call

    function arm_leave
    mrc     p15, 4, r2, c13, c0, 2  @ HTPIDR
    ldrh    r1, [sp, #8 + CPU_CURRENT]
    ldr     r0, =kernel + KERNEL_MACHINE_0
    add     r1, r0, r1, lsl #THREAD_SHIFT
    cmp     r1, r2
    pop     {r12, lr}
    beq     resume
    mrs     r4, sp_usr
    mrs     r5, elr_hyp
    mrs     r6, spsr
    stmib   r2, {r4-r6, r8-r12, lr}
    function arm_load               @ r1: context
    ldm     r1, {r3-r6, r8-r12, lr}
    msr     sp_usr, r4
    msr     elr_hyp, r5
    msr     spsr_cxsf, r6
    ldrd    r4, r5, [r1, #-MACHINE_TO_SPACE]
    mcr     p15, 4, r3, c1, c1, 2   @ HCPTR
    mcrr    p15, 6, r4, r5, c2      @ VTTBR
    mcr     p15, 4, r1, c13, c0, 2  @ HTPIDR
    clrex                           @ no reservation crosses threads (A3.4.5)
resume:
    ldm     sp, {r0-r7}
    eret                            @ the context synchronisation for all of it

not_call:
    cmp     r1, #1
    bhi     not_reply
    bl      ipc_reply_recv
    b       arm_leave

not_reply:
    lsrs    r2, r1, #16
    bne     not_svc
    bl      hypercall_other
    b       arm_leave
not_svc:
    bl      arm_fault
    b       arm_leave

    .type   irq, %function
irq:
    stm     sp, {r0-r7}
    push    {r12, lr}
    add     r0, sp, #8
    bl      interrupt
    b       arm_leave

    /* Idle: a thread in Hyp mode. What it is interrupted with is not worth
     * keeping, so WFI may be left without its instruction having ended. What the
     * core has to print goes out here; with interrupts masked, as all of the core,
     * and on the same stack. */
    function arm_idle
    cpsid   if
    bl      arm_idle_print
    cmp     r0, #0
    bne     1f
    dsb
    wfi                             @ ends when one is pending, masked or not (B1.8.14)
1:  mov     r0, #1
    mcr     p15, 4, r0, c14, c2, 1  @ CNTHP_CTL
    cpsie   if
    isb
    b       arm_idle

    /* The hypervisor's own exceptions end it. The register file is not touched. */
    function arm_own
    sub     r0, lr, #4
    ubfx    r0, r0, #2, #3          @ which of the vectors, of either table
    bl      arm_broken              @ which does not return
    .ltorg
