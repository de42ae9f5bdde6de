/* SPDX-License-Identifier: BSD-2-Clause */
/* See probe.h. */
    .syntax unified
    .arch armv7-a
    .arch_extension virt
    .arch_extension sec
    .fpu neon

    .section .text.probe, "ax"
    .thumb
    .balign 4
    .global probe_call
    .type   probe_call, %function
    .thumb_func
probe_call:
    push    {r4-r11, lr}
    push    {r1}
    mov     r12, r0
    ldm     r1, {r0-r11}
    blx     r12
    ldr     r12, [sp]
    stm     r12, {r0-r11}
    pop     {r1}
    pop     {r4-r11, pc}

    .arm
    .balign 4
    .global regs_template
    .type   regs_template, %object
regs_template:
    push    {r4-r11, lr}
    str     sp, 2f
    str     r1, 3f
    ldr     r1, [r0, #60]
    msr     apsr_nzcvqg, r1
    ldr     sp, [r0, #52]
    ldr     lr, [r0, #56]
    ldm     r0, {r0-r12}
    .global regs_template_instruction
    .type   regs_template_instruction, %object
regs_template_instruction:
    nop
    str     r0, 1f
    ldr     r0, 3f
    stmib   r0, {r1-r12}
    str     sp, [r0, #52]
    str     lr, [r0, #56]
    mrs     r1, apsr
    str     r1, [r0, #60]
    ldr     r1, 1f
    str     r1, [r0]
    ldr     sp, 2f
    pop     {r4-r11, pc}
1:  .word   0
2:  .word   0
3:  .word   0
    .global regs_template_end
    .type   regs_template_end, %object
regs_template_end:

    /* r0 to r12 and lr hold seed + number; sp keeps the stack. VFP is another test. */
    .global pattern_keep
    .type   pattern_keep, %function
pattern_keep:
    push    {r4-r11, lr}
    push    {r0, r1}                @ seed, times
    mov     r12, r0
    add     r0, r12, #0
    add     r1, r12, #1
    add     r2, r12, #2
    add     r3, r12, #3
    add     r4, r12, #4
    add     r5, r12, #5
    add     r6, r12, #6
    add     r7, r12, #7
    add     r8, r12, #8
    add     r9, r12, #9
    add     r10, r12, #10
    add     r11, r12, #11
    add     lr, r12, #13
    add     r12, r12, #12
    /* Sets flags by the seed's lowest bit: N and V, or Z and C. */
again:
    tst     r0, #1
    movne   r0, #0x90000000
    moveq   r0, #0x60000000
    msr     apsr_nzcvq, r0
    ldr     r0, [sp]
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    mrs     r0, apsr
    push    {r0}
    ldr     r0, [sp, #4]
    tst     r0, #1
    pop     {r0}
    eorne   r0, r0, #0x90000000
    eoreq   r0, r0, #0x60000000
    lsrs    r0, r0, #28
    bne     lost
    ldr     r0, [sp]
    .macro  look register, number
    sub     \register, \register, #\number
    cmp     \register, r0
    bne     lost
    add     \register, \register, #\number
    .endm
    look    r1, 1
    look    r2, 2
    look    r3, 3
    look    r4, 4
    look    r5, 5
    look    r6, 6
    look    r7, 7
    look    r8, 8
    look    r9, 9
    look    r10, 10
    look    r11, 11
    look    r12, 12
    look    lr, 13
    ldr     r0, [sp, #4]
    subs    r0, r0, #1
    str     r0, [sp, #4]
    ldr     r0, [sp]
    bne     again
    mov     r0, #0
    b       kept
lost:
    mov     r0, #1
kept:
    add     sp, sp, #8
    pop     {r4-r11, pc}

    .global vfp_load
    .type   vfp_load, %function
vfp_load:
    vldm    r0!, {d0-d15}
    vldm    r0!, {d16-d31}
    ldr     r1, [r0]
    vmsr    fpscr, r1
    bx      lr
    .global vfp_store
    .type   vfp_store, %function
vfp_store:
    vstm    r0!, {d0-d15}
    vstm    r0!, {d16-d31}
    mov     r1, #0
    vmrs    r1, fpscr
    str     r1, [r0]
    bx      lr

    /* skip_call(code, address, ran): code gets the address in r0 and r1, counts in r3,
     * and leaves its result in r2. */
    .thumb
    .balign 4
    .global skip_call
    .type   skip_call, %function
    .thumb_func
skip_call:
    push    {r2, r4-r11, lr}
    mov     r12, r0
    mov     r0, r1
    ldr     r2, =0x11111111
    movs    r3, #0
    mov     r4, r2
    mov     r5, r2
    mov     r8, r2
    blx     r12
    mov     r0, r2
    pop     {r2, r4-r11, lr}
    str     r3, [r2]
    bx      lr
    .ltorg

    .section .rodata.skip_cases, "a"
    .balign 4
    .global skip_cases
skip_cases:
    .text
    .macro  case_begin state, wanted, ran
    .section .text.probe, "ax"
    .balign 4
    .\state
    .ifc \state, thumb
    .thumb_func
    .endif
9:
    .section .rodata.skip_cases, "a"
    .ifc \state, thumb
    .word   9b + 1, \wanted, \ran
    .else
    .word   9b, \wanted, \ran
    .endif
    .section .text.probe, "ax"
    .endm
    .macro  case state, wanted, ran, code:vararg
    case_begin \state, \wanted, \ran
    \code
    add     r3, r3, #1
    bx      lr
    .endm

#define OLD 0x11111111
    /* Loads: size and sign. */
    case thumb, 0x89abcdef, 1, ldr r2, [r0]
    case thumb, 0x000000ef, 1, ldrb r2, [r0]
    case thumb, 0x0000cdef, 1, ldrh r2, [r0]
    case thumb, 0x89abcdef, 1, ldr.w r2, [r0]
    case thumb, 0x000000ef, 1, ldrb.w r2, [r0]
    case thumb, 0x0000cdef, 1, ldrh.w r2, [r0]
    case thumb, 0xffffffef, 1, ldrsb.w r2, [r0]
    case thumb, 0xffffcdef, 1, ldrsh.w r2, [r0]
    case arm, 0x89abcdef, 1, ldr r2, [r0]
    case arm, 0x000000ef, 1, ldrb r2, [r0]
    case arm, 0x0000cdef, 1, ldrh r2, [r0]
    case arm, 0xffffffef, 1, ldrsb r2, [r0]
    case arm, 0xffffcdef, 1, ldrsh r2, [r0]
    /* Registers with other places in a context. */
    case_begin thumb, 0x89abcdef, 1
    ldr.w   r8, [r0]
    mov     r2, r8
    add     r3, r3, #1
    bx      lr
    case_begin arm, 0x89abcdef, 1
    ldr     r12, [r0]
    mov     r2, r12
    add     r3, r3, #1
    bx      lr
    case_begin arm, 0x89abcdef, 1
    mov     r1, lr
    ldr     lr, [r0]
    mov     r2, lr
    add     r3, r3, #1
    bx      r1
    case_begin arm, 0x89abcdef, 1
    mov     r1, sp
    ldr     sp, [r0]
    mov     r2, sp
    mov     sp, r1
    add     r3, r3, #1
    bx      lr
    case_begin thumb, 0x89abcdef, 1
    ldr     r7, [r0]
    mov     r2, r7
    adds    r3, r3, #1
    bx      lr
    /* Stores change nothing. */
    case thumb, OLD, 1, str r2, [r0]
    case thumb, OLD, 1, strh r2, [r0]
    case thumb, OLD, 1, strb.w r2, [r0]
    case arm, OLD, 1, str r2, [r0]
    case arm, OLD, 1, strh r2, [r0]
    case arm, OLD, 1, strb r2, [r0]
    case arm, OLD, 1, strd r4, [r0]
    case arm, OLD, 1, stm r0, {r2, r4}
    /* No valid syndrome: nothing is loaded, and nothing written back. */
    case arm, OLD, 1, ldm r0, {r2, r4}
    case thumb, OLD, 1, ldm r0, {r2, r4}
    case arm, OLD, 1, ldr r2, [r0], #4
    case_begin arm, 0, 1
    mov     r5, r0
    ldr     r4, [r0], #4
    sub     r2, r0, r5
    add     r3, r3, #1
    bx      lr
    case_begin thumb, 0, 1
    mov     r5, r0
    ldmia   r0!, {r4, r6}
    sub     r2, r0, r5
    add     r3, r3, #1
    bx      lr
    /* Conditions of ARM state: what does not run does not fault. */
    case_begin arm, OLD, 1
    cmp     r0, r0
    ldrne   r2, [r0]
    add     r3, r3, #1
    bx      lr
    case_begin arm, 0x89abcdef, 1
    cmp     r0, r0
    ldreq   r2, [r0]
    addeq   r3, r3, #1
    bx      lr
    /* IT blocks: what follows in the block keeps its condition, at each place. */
    case_begin thumb, 0x89abcdef, 0x7
    cmp     r0, r0
    ittte   eq
    ldreq   r2, [r0]
    addeq   r3, r3, #1
    addeq   r3, r3, #2
    addne   r3, r3, #0x100
    add     r3, r3, #4
    bx      lr
    case_begin thumb, 0x89abcdef, 0x7
    cmp     r0, r0
    itete   eq
    addeq   r3, r3, #1
    addne   r3, r3, #0x100
    ldreq   r2, [r0]
    addne   r3, r3, #0x200
    add     r3, r3, #6
    bx      lr
    case_begin thumb, 0x89abcdef, 0x7
    cmp     r0, r0
    ittee   ne
    addne   r3, r3, #0x100
    addne   r3, r3, #0x200
    ldreq.w r2, [r0]
    addeq   r3, r3, #1
    add     r3, r3, #6
    bx      lr
    case_begin thumb, 0x89abcdef, 0x7
    cmp     r0, r0
    itttt   eq
    addeq   r3, r3, #1
    addeq   r3, r3, #2
    addeq   r3, r3, #4
    ldreq   r2, [r0]
    nop
    bx      lr
    case_begin thumb, 0x89abcdef, 0x7
    cmp     r0, r0
    it      eq
    ldreq   r2, [r0]
    cmp     r0, #0
    it      ne
    addne   r3, r3, #7
    bx      lr
    case_begin thumb, OLD, 0x7
    cmp     r0, r0
    ite     eq
    streq   r2, [r0]
    addne   r3, r3, #0x100
    add     r3, r3, #7
    bx      lr
    /* Undefined and trapped instructions, and breakpoints: of each length. */
    case thumb, OLD, 1, udf 1
    case thumb, OLD, 1, udf.w 1
    case arm, OLD, 1, udf 1
    case thumb, OLD, 1, bkpt 1
    case arm, OLD, 1, bkpt 1
    case thumb, OLD, 1, wfi
    case thumb, OLD, 1, wfi.w
    case arm, OLD, 1, wfi
    case thumb, OLD, 1, wfe
    case arm, OLD, 1, wfe
    case arm, OLD, 1, smc 0
    case arm, OLD, 1, hvc 0
    case thumb, OLD, 1, smc 0
    case thumb, OLD, 1, hvc 0
    case_begin thumb, OLD, 0x7
    cmp     r0, r0
    ittte   eq
    addeq   r3, r3, #1
    udf     #2
    addeq   r3, r3, #2
    addne   r3, r3, #0x100
    add     r3, r3, #4
    bx      lr
    /* Fetches: back to where they came from, in that state. */
    case_begin thumb, OLD, 0x1
    mov     r6, lr
    bic     r0, r0, #1
    blx     r0
    adds    r3, r3, #1
    bx      r6
    case_begin thumb, OLD, 0x1
    mov     r6, lr
    orr     r0, r0, #1
    blx     r0
    adds    r3, r3, #1
    bx      r6
    case_begin arm, OLD, 0x1
    mov     r6, lr
    blx     r0
    add     r3, r3, #1
    bx      r6
    case_begin arm, OLD, 0x1
    mov     r6, lr
    orr     r0, r0, #1
    blx     r0
    add     r3, r3, #1
    bx      r6
    .section .rodata.skip_cases, "a"
    .word   0, 0, 0
