/* SPDX-License-Identifier: BSD-2-Clause */
/* AAPCS64: x19-x29 and the low halves of v8-v15 are callee-saved; x30 is the
 * return address. */
    .text

    .macro save_and_load
    sub     sp, sp, #160
    stp     x19, x20, [sp, #0]
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    stp     x29, x30, [sp, #80]
    stp     d8, d9, [sp, #96]
    stp     d10, d11, [sp, #112]
    stp     d12, d13, [sp, #128]
    stp     d14, d15, [sp, #144]
    mov     x9, sp
    str     x9, [x0]
    mov     sp, x1
    ldp     x19, x20, [sp, #0]
    ldp     x21, x22, [sp, #16]
    ldp     x23, x24, [sp, #32]
    ldp     x25, x26, [sp, #48]
    ldp     x27, x28, [sp, #64]
    ldp     x29, x30, [sp, #80]
    ldp     d8, d9, [sp, #96]
    ldp     d10, d11, [sp, #112]
    ldp     d12, d13, [sp, #128]
    ldp     d14, d15, [sp, #144]
    add     sp, sp, #160
    .endm

    .globl  limit_switch
    .type   limit_switch, %function
    .balign 64
limit_switch:
    save_and_load
    ret
    .size   limit_switch, . - limit_switch

    .globl  limit_switch_jmp
    .type   limit_switch_jmp, %function
    .balign 64
limit_switch_jmp:
    save_and_load
    /* Not x30 itself: some processors take any branch to it for a return. */
    mov     x16, x30
    br      x16
    .size   limit_switch_jmp, . - limit_switch_jmp

/* Frame pointer 0 is where a debugger's backtrace ends. */
    .globl  limit_switch_prepare
    .type   limit_switch_prepare, %function
limit_switch_prepare:
    sub     x0, x0, #160
    stp     xzr, xzr, [x0, #0]
    stp     xzr, xzr, [x0, #16]
    stp     xzr, xzr, [x0, #32]
    stp     xzr, xzr, [x0, #48]
    stp     xzr, xzr, [x0, #64]
    stp     xzr, x1, [x0, #80]
    stp     xzr, xzr, [x0, #96]
    stp     xzr, xzr, [x0, #112]
    stp     xzr, xzr, [x0, #128]
    stp     xzr, xzr, [x0, #144]
    ret
    .size   limit_switch_prepare, . - limit_switch_prepare

    .section .note.GNU-stack, "", %progbits
