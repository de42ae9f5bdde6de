/* SPDX-License-Identifier: BSD-2-Clause */
/* From the entry of a VM, or of a board with the same devices, to C; vectors; tasks'
 * switch. Everything at PL1, in ARM state here and in Thumb state in C. DDI 0406C. */
    .syntax unified
    .arch armv7ve
    .arm

#define MODE_IRQ 0x12
#define MODE_SVC 0x13
#define MODE_ABORT 0x17
#define MODE_UNDEFINED 0x1b
#define MASK_I 0x80
#define STACK 4096

    .section .text.start, "ax"
    .global start
start:
    cpsid   aif
    mov     r10, r0                 @ what the loader says: mode of the guest,
    mov     r11, r2                 @ device tree
    ldr     r4, =stacks
    cps     #MODE_IRQ
    add     sp, r4, #STACK
    cps     #MODE_ABORT
    add     sp, r4, #(2 * STACK)
    cps     #MODE_UNDEFINED
    add     sp, r4, #(3 * STACK)
    cps     #MODE_SVC
    add     sp, r4, #(4 * STACK)
    ldr     r0, =bss_start
    ldr     r1, =bss_end
    mov     r2, #0
1:  str     r2, [r0], #4
    cmp     r0, r1
    blo     1b
    ldr     r0, =vectors
    mcr     p15, 0, r0, c12, c0, 0  @ VBAR
    mrc     p15, 0, r0, c1, c0, 0   @ SCTLR: vectors at VBAR, exceptions in ARM state
    bic     r0, r0, #0x00002000
    bic     r0, r0, #0x40000000
    mcr     p15, 0, r0, c1, c0, 0
    isb
    mov     r0, r10
    mov     r1, r11
    bl      main
1:  wfi
    b       1b

    .balign 32
vectors:
    b       .                       @ reset: not used
    b       undefined
    b       supervisor
    b       prefetch_abort
    b       data_abort
    b       .
    b       irq
    b       .

/* What an exception of a test does: counted, then the instruction after. In a word
 * before `probe_end`: all instructions that may fault have four bytes. */
undefined:
    push    {r0-r3, r12, lr}
    mov     r0, #1
    mov     r1, #0
    bl      caught
    pop     {r0-r3, r12, lr}
    movs    pc, lr                  @ lr is the instruction's address + 4 (ARM state)
supervisor:
    push    {r0-r3, r12, lr}
    mov     r0, #2
    mov     r1, #0
    bl      caught
    pop     {r0-r3, r12, lr}
    movs    pc, lr
prefetch_abort:
    push    {r0-r3, r12, lr}
    mov     r0, #3
    mrc     p15, 0, r1, c6, c0, 2   @ IFAR
    bl      caught
    pop     {r0-r3, r12, lr}
    ldr     lr, =probe_return
    ldr     lr, [lr]
    movs    pc, lr
data_abort:
    push    {r0-r3, r12, lr}
    mov     r0, #4
    mrc     p15, 0, r1, c6, c0, 0   @ DFAR
    bl      caught
    pop     {r0-r3, r12, lr}
    subs    pc, lr, #4              @ lr is the instruction's address + 8

/* A tick may switch tasks: the whole frame goes to the interrupted task's stack. */
irq:
    sub     lr, lr, #4
    srsdb   sp!, #MODE_SVC
    cps     #MODE_SVC
    push    {r0-r12, lr}
    mov     r0, sp
    and     r4, sp, #7
    bic     sp, sp, #7
    bl      interrupt               @ r0: the stack to go on with
    mov     sp, r0
    pop     {r0-r12, lr}
    rfeia   sp!

/* void task_first(u32 *sp): leaves main's stack for good. */
    .global task_first
    .type   task_first, %function
task_first:
    mov     sp, r0
    pop     {r0-r12, lr}
    rfeia   sp!

/* u32 probe_read(u32 address), probe_write(address, value): one access each, in ARM
 * state, where the vectors can tell its length. */
    .global probe_read
    .type   probe_read, %function
probe_read:
    mov     r1, r0
    mov     r0, #0
    ldr     r0, [r1]
    bx      lr
    .global probe_write
    .type   probe_write, %function
probe_write:
    str     r1, [r0]
    bx      lr
/* void probe_write_back(u32 address, u32 value): an access for which there is no syndrome. */
    .global probe_write_back
    .type   probe_write_back, %function
probe_write_back:
    str     r1, [r0], #4
    bx      lr
    .global probe_execute
    .type   probe_execute, %function
probe_execute:
    push    {r4, lr}
    ldr     r4, =probe_return
    adr     r1, 1f
    str     r1, [r4]
    blx     r0
1:  pop     {r4, pc}
/* To be executed by probe_execute(). */
    .global probe_breakpoint
    .type   probe_breakpoint, %function
probe_breakpoint:
    bkpt    #0
    bx      lr
/* u32 probe_read_big(u32 address): as big-endian data. */
    .global probe_read_big
    .type   probe_read_big, %function
probe_read_big:
    setend  be
    ldr     r0, [r0]
    setend  le
    bx      lr
    .global probe_undefined
    .type   probe_undefined, %function
probe_undefined:
    udf     #0
    bx      lr
/* Registers that a guest has no business with: the secure configuration. */
    .global probe_secure
    .type   probe_secure, %function
probe_secure:
    mrc     p15, 0, r0, c1, c1, 0   @ SCR: undefined in Non-secure state
    bx      lr

/* u32 hvc0(r0..r3): PSCI. */
    .global hvc0
    .type   hvc0, %function
hvc0:
    .arch_extension virt
    hvc     #0
    bx      lr
/* u32 hypercall_version(void), hypercall_lower(void): numbers of core/abi.h. */
    .global hypercall_version
    .type   hypercall_version, %function
hypercall_version:
    hvc     #9
    bx      lr
    .global hypercall_lower
    .type   hypercall_lower, %function
hypercall_lower:
    hvc     #24
    bx      lr
    .global hypercall_signal
    .type   hypercall_signal, %function
hypercall_signal:
    hvc     #3
    bx      lr
