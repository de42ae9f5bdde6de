/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble_trap_any(): every SVC that Thumb state has, four bytes each. */
    .syntax unified
    .arch armv7-a
    .thumb
    .section .text.thimble_trap_any, "ax"
    .global thimble_trap_any
    .type   thimble_trap_any, %function
    .thumb_func
thimble_trap_any:
    push    {r4-r8, lr}
    mov     r8, r1
    uxtb    r0, r0
    adr     r12, numbers
    add     r12, r12, r0, lsl #2
    orr     r12, r12, #1
    ldm     r8, {r0-r7}
    blx     r12
    stm     r8, {r0-r7}
    pop     {r4-r8, pc}
    .balign 4
numbers:
    .set    number, 0
    .rept   256
    svc     number
    bx      lr
    .set    number, number + 1
    .endr
