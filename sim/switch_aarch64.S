/* SPDX-License-Identifier: BSD-2-Clause */
/* Stack switches of the simulator on aarch64 hosts: see switch_x86_64.S. The
 * address at which a guest continues arrives in x30. */
    .text

    .macro address register, symbol
    adrp \register, \symbol
    add \register, \register, :lo12:\symbol
    .endm

    /* Leaves the running stack for the kernel's. */
    .macro leave_stack context
    mov x9, sp
    stp x9, x30, [\context]
    str x29, [\context, #16]
    address x9, sim_kernel_stack_top
    ldr x9, [x9]
    mov sp, x9
    .endm

    /* What a C function keeps for its caller. */
    .macro save_registers
    stp x19, x20, [sp, #-160]!
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp d8, d9, [sp, #80]
    stp d10, d11, [sp, #96]
    stp d12, d13, [sp, #112]
    stp d14, d15, [sp, #128]
    str x30, [sp, #144]
    adr x30, .Lreturn
    .endm

    /* w0: hypercall number */
    .globl sim_trap
    .type sim_trap, @function
    .cfi_startproc
    .cfi_undefined x30
sim_trap:
    address x10, sim_running
    ldr x10, [x10]
    leave_stack x10
    bl sim_trap_hypercall
.Lresume:
    address x10, sim_running
    str x0, [x10]
    ldp x9, x16, [x0]
    ldr x29, [x0, #16]
    mov sp, x9
    br x16
    .cfi_endproc
    .size sim_trap, . - sim_trap

    .globl sim_trap_call
    .type sim_trap_call, @function
sim_trap_call:
    save_registers
    address x10, sim_running
    ldr x10, [x10]
    leave_stack x10
    bl sim_trap_entry
    b .Lresume
    .size sim_trap_call, . - sim_trap_call

    .globl sim_trap_loop
    .type sim_trap_loop, @function
sim_trap_loop:
    save_registers
    address x10, sim_loop
    leave_stack x10
    bl sim_trap_resume
    b .Lresume
    .size sim_trap_loop, . - sim_trap_loop

    .type sim_return, @function
    .cfi_startproc
    .cfi_def_cfa sp, 160
    .irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
    .cfi_offset x\n, 8 * (\n - 19) - 160
    .endr
    .cfi_offset x30, -16
sim_return:
.Lreturn:
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp d8, d9, [sp, #80]
    ldp d10, d11, [sp, #96]
    ldp d12, d13, [sp, #112]
    ldp d14, d15, [sp, #128]
    ldr x30, [sp, #144]
    ldp x19, x20, [sp], #160
    .cfi_def_cfa_offset 0
    ret
    .cfi_endproc
    .size sim_return, . - sim_return

    .globl sim_trap_abandon
    .type sim_trap_abandon, @function
sim_trap_abandon:
    address x0, sim_loop
    b .Lresume
    .size sim_trap_abandon, . - sim_trap_abandon

    .globl sim_trap_start
    .type sim_trap_start, @function
    .cfi_startproc
    .cfi_undefined x30
sim_trap_start:
    mov x29, xzr
    bl sim_guest_main
    udf #0
    .cfi_endproc
    .size sim_trap_start, . - sim_trap_start

    .section .note.GNU-stack, "", %progbits
