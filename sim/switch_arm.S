/* SPDX-License-Identifier: BSD-2-Clause */
/* Stack switches of the simulator on 32-bit ARM hosts: see switch_x86_64.S.
 * The address at which a guest continues arrives in lr. */
    .syntax unified
    .arch armv7-a
    .fpu vfpv3
    .text
    .arm
    .cfi_sections .debug_frame

    /* Leaves the running stack for the kernel's. */
    .macro leave_stack context
    str sp, [\context]
    str lr, [\context, #4]
    str r11, [\context, #8]
    movw r2, #:lower16:sim_kernel_stack_top
    movt r2, #:upper16:sim_kernel_stack_top
    ldr sp, [r2]
    .endm

    .macro address register, symbol
    movw \register, #:lower16:\symbol
    movt \register, #:upper16:\symbol
    .endm

    /* r0: hypercall number */
    .globl sim_trap
    .type sim_trap, %function
    .cfi_startproc
    .cfi_undefined lr
sim_trap:
    address r1, sim_running
    ldr r1, [r1]
    leave_stack r1
    bl sim_trap_hypercall
.Lresume:
    address r1, sim_running
    str r0, [r1]
    ldr sp, [r0]
    ldr r11, [r0, #8]
    ldr r1, [r0, #4]
    bx r1
    .cfi_endproc
    .size sim_trap, . - sim_trap

    .globl sim_trap_call
    .type sim_trap_call, %function
sim_trap_call:
    vpush {d8-d15}
    push {r4-r10, lr}
    adr lr, .Lreturn
    address r1, sim_running
    ldr r1, [r1]
    leave_stack r1
    bl sim_trap_entry
    b .Lresume
    .size sim_trap_call, . - sim_trap_call

    .globl sim_trap_loop
    .type sim_trap_loop, %function
sim_trap_loop:
    vpush {d8-d15}
    push {r4-r10, lr}
    adr lr, .Lreturn
    address r1, sim_loop
    leave_stack r1
    bl sim_trap_resume
    b .Lresume
    .size sim_trap_loop, . - sim_trap_loop

    .type sim_return, %function
    .cfi_startproc
    .cfi_def_cfa sp, 96
    .irp n, 4, 5, 6, 7, 8, 9, 10
    .cfi_offset r\n, 4 * (\n - 4) - 96
    .endr
    .cfi_offset lr, -68
sim_return:
.Lreturn:
    pop {r4-r10, lr}
    .cfi_def_cfa_offset 64
    .cfi_same_value lr
    vpop {d8-d15}
    .cfi_def_cfa_offset 0
    bx lr
    .cfi_endproc
    .size sim_return, . - sim_return

    .globl sim_trap_abandon
    .type sim_trap_abandon, %function
sim_trap_abandon:
    address r0, sim_loop
    b .Lresume
    .size sim_trap_abandon, . - sim_trap_abandon

    .globl sim_trap_start
    .type sim_trap_start, %function
    .cfi_startproc
    .cfi_undefined lr
sim_trap_start:
    mov r11, #0
    bl sim_guest_main
    udf #0
    .cfi_endproc
    .size sim_trap_start, . - sim_trap_start

    .section .note.GNU-stack, "", %progbits
