/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System V ABI: rbx, rbp and r12-r15 are callee-saved. The control words of x87
 * and SSE are too, but nothing here changes them.
 */
    .text

    .macro save_and_load
    pushq   %rbp
    pushq   %rbx
    pushq   %r12
    pushq   %r13
    pushq   %r14
    pushq   %r15
    movq    %rsp, (%rdi)
    movq    %rsi, %rsp
    popq    %r15
    popq    %r14
    popq    %r13
    popq    %r12
    popq    %rbx
    popq    %rbp
    .endm

    .globl  limit_switch
    .type   limit_switch, @function
    .balign 64
limit_switch:
    save_and_load
    ret
    .size   limit_switch, . - limit_switch

    .globl  limit_switch_jmp
    .type   limit_switch_jmp, @function
    .balign 64
limit_switch_jmp:
    save_and_load
    popq    %rcx
    jmpq    *%rcx
    .size   limit_switch_jmp, . - limit_switch_jmp

/* The entry finds rsp as after a call: 8 below a multiple of 16, and there a
 * return address of 0, where a debugger's backtrace ends. */
    .globl  limit_switch_prepare
    .type   limit_switch_prepare, @function
limit_switch_prepare:
    leaq    -64(%rdi), %rax
    xorl    %ecx, %ecx
    movq    %rcx, 0(%rax)
    movq    %rcx, 8(%rax)
    movq    %rcx, 16(%rax)
    movq    %rcx, 24(%rax)
    movq    %rcx, 32(%rax)
    movq    %rcx, 40(%rax)
    movq    %rsi, 48(%rax)
    movq    %rcx, 56(%rax)
    ret
    .size   limit_switch_prepare, . - limit_switch_prepare

    .section .note.GNU-stack, "", @progbits
