/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AAPCS: r4-r11 are callee-saved, and d8-d15 if floating point is in hardware;
 * lr is the return address. Eight registers and lr would leave the stack
 * misaligned, so r3 goes along. Works in ARM and Thumb: `bx` takes the state
 * from the address.
 */
    .syntax unified
    .text
    .arm

    .macro save_and_load
    push    {r3-r11, lr}
#ifdef __ARM_PCS_VFP
    vpush   {d8-d15}
#endif
    str     sp, [r0]
    mov     sp, r1
#ifdef __ARM_PCS_VFP
    vpop    {d8-d15}
#endif
    .endm

    .globl  limit_switch
    .type   limit_switch, %function
    .balign 64
limit_switch:
    save_and_load
    pop     {r3-r11, lr}
    bx      lr
    .size   limit_switch, . - limit_switch

    .globl  limit_switch_jmp
    .type   limit_switch_jmp, %function
    .balign 64
limit_switch_jmp:
    save_and_load
    /* Through r12: processors take `bx lr` and loads of pc for returns. */
    pop     {r3-r11, r12}
    bx      r12
    .size   limit_switch_jmp, . - limit_switch_jmp

    .globl  limit_switch_prepare
    .type   limit_switch_prepare, %function
limit_switch_prepare:
    mov     r2, #0
    str     r1, [r0, #-4]!
    mov     r3, #9
#ifdef __ARM_PCS_VFP
    add     r3, r3, #16
#endif
1:  str     r2, [r0, #-4]!
    subs    r3, r3, #1
    bne     1b
    bx      lr
    .size   limit_switch_prepare, . - limit_switch_prepare

    .section .note.GNU-stack, "", %progbits
