/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stack switches of the simulator on x86-64 hosts.
 *
 * A trap from a guest arrives with the address at which the guest continues in
 * rcx; the guest's code has declared every register but rsp and rbp as lost
 * (thimble_trap.h), so those two and the address are its whole context. Nothing
 * is pushed on a guest's stack: its red zone is live.
 *
 * For debuggers: stacks of guests and of the kernel end here, and a guest that
 * made an ordinary call continues at .Lreturn.
 */
    .text

    /* eax: hypercall number */
    .globl sim_trap
    .type sim_trap, @function
    .cfi_startproc
    .cfi_undefined rip
sim_trap:
    mov sim_running(%rip), %rdx
    mov %rsp, 0(%rdx)
    mov %rcx, 8(%rdx)
    mov %rbp, 16(%rdx)
    mov sim_kernel_stack_top(%rip), %rsp
    mov %eax, %edi
    call sim_trap_hypercall
.Lresume:
    mov %rax, sim_running(%rip)
    mov 0(%rax), %rsp
    mov 16(%rax), %rbp
    jmp *8(%rax)
    .cfi_endproc
    .size sim_trap, . - sim_trap

    /* void sim_trap_call(void (*entry)(void)): an ordinary C call. */
    .globl sim_trap_call
    .type sim_trap_call, @function
sim_trap_call:
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    lea .Lreturn(%rip), %rcx
    mov sim_running(%rip), %rdx
    mov %rsp, 0(%rdx)
    mov %rcx, 8(%rdx)
    mov %rbp, 16(%rdx)
    mov sim_kernel_stack_top(%rip), %rsp
    call sim_trap_entry
    jmp .Lresume
    .size sim_trap_call, . - sim_trap_call

    /* void sim_trap_loop(void): leaves the main loop for a guest. */
    .globl sim_trap_loop
    .type sim_trap_loop, @function
sim_trap_loop:
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    lea .Lreturn(%rip), %rcx
    lea sim_loop(%rip), %rdx
    mov %rsp, 0(%rdx)
    mov %rcx, 8(%rdx)
    mov %rbp, 16(%rdx)
    mov sim_kernel_stack_top(%rip), %rsp
    call sim_trap_resume
    jmp .Lresume
    .size sim_trap_loop, . - sim_trap_loop

    .type sim_return, @function
    .cfi_startproc
    .cfi_def_cfa rsp, 48
    .cfi_offset rbx, -16
    .cfi_offset r12, -24
    .cfi_offset r13, -32
    .cfi_offset r14, -40
    .cfi_offset r15, -48
sim_return:
.Lreturn:
    pop %r15
    .cfi_def_cfa_offset 40
    pop %r14
    .cfi_def_cfa_offset 32
    pop %r13
    .cfi_def_cfa_offset 24
    pop %r12
    .cfi_def_cfa_offset 16
    pop %rbx
    .cfi_def_cfa_offset 8
    ret
    .cfi_endproc
    .size sim_return, . - sim_return

    /* A new guest starts here, at the top of its stack. */
    .globl sim_trap_start
    .type sim_trap_start, @function
    .cfi_startproc
    .cfi_undefined rip
sim_trap_start:
    xor %ebp, %ebp
    and $-16, %rsp
    call sim_guest_main
    ud2
    .cfi_endproc
    .size sim_trap_start, . - sim_trap_start

    .section .note.GNU-stack, "", @progbits
