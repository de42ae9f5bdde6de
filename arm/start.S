/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From reset, firmware or a boot loader to C in Hyp mode, with caches and MMU
 * off as they were found. Position-independent until the image is where it was
 * linked: a raw image runs wherever it was loaded. r0 to r2 (Linux boot protocol) are
 * not used. DDI 0406C B1.3.1 (modes), B1.5 (Security Extensions).
 */
    .syntax unified
    .arch armv7-a
    .arch_extension virt
    .arch_extension sec
    .arm

#define MODE_MASK 0x1f
#define MODE_SVC 0x13
#define MODE_MONITOR 0x16
#define MODE_HYP 0x1a
#define MASKED 0x1c0 /* A, I, F */

    .section .text.start, "ax"
    .global arm_start
    .type   arm_start, %function
arm_start:
    mrc     p15, 0, r4, c0, c0, 5   @ MPIDR: other CPUs wait to be asked for
    tst     r4, #0xff
    bne     park
    adr     r4, arm_start
    ldr     r5, =arm_start
    ldr     r6, =arm_image_end
    cmp     r4, r5
    beq     placed
    bhi     upwards_safe
    /* Below its place: copy from the end, since source and target may overlap. */
    sub     r7, r6, r5
    add     r4, r4, r7
1:  ldr     r7, [r4, #-4]!
    str     r7, [r6, #-4]!
    cmp     r6, r5
    bhi     1b
    b       copied
upwards_safe:
1:  ldr     r7, [r4], #4
    str     r7, [r5], #4
    cmp     r5, r6
    blo     1b
copied:
    dsb
    mcr     p15, 0, r7, c7, c5, 0   @ ICIALLU: what is fetched there now is new
    dsb
    isb
    ldr     pc, =placed
placed:
    ldr     sp, =kernel
    mrs     r4, cpsr
    and     r4, r4, #MODE_MASK
    cmp     r4, #MODE_HYP
    beq     hyp
    mrc     p15, 0, r0, c0, c1, 1   @ ID_PFR1: Virtualization Extensions
    ubfx    r0, r0, #12, #4
    cmp     r0, #0
    ldreq   r0, =arm_text_no_virt
    beq     arm_refuse
    cps     #MODE_SVC
    ldr     sp, =kernel
    ldr     r0, =boot_vectors
    mcr     p15, 0, r0, c12, c0, 0  @ VBAR
    isb
    mrc     p15, 0, r0, c1, c1, 0   @ SCR: undefined unless Secure
    bl      arm_secure_setup
    cps     #MODE_MONITOR
    mov     r0, #0x131              @ SCR: NS, FW, AW, HCE
    mcr     p15, 0, r0, c1, c1, 0
    isb
    mov     r0, #(MASKED | MODE_HYP)
    msr     spsr_cxsf, r0
    ldr     lr, =hyp
    movs    pc, lr

hyp:
    cpsid   aif
    ldr     sp, =kernel
    ldr     r0, =arm_bss_start
    ldr     r1, =arm_bss_end
    mov     r2, #0
1:  cmp     r0, r1
    strlo   r2, [r0], #4
    blo     1b
    ldr     r0, =arm_vectors
    mcr     p15, 4, r0, c12, c0, 0  @ HVBAR
    isb
    bl      arm_main                @ the context to load
    ldr     sp, =kernel
    mov     r1, r0
    b       arm_load

not_secure:
    ldr     r0, =arm_text_not_hyp
    ldr     sp, =kernel
    b       arm_refuse

park:
    wfi
    b       park

    .global arm_stop
    .type   arm_stop, %function
arm_stop:
    cpsid   aif
    b       park

    .balign 32
boot_vectors:
    b       not_secure
    b       not_secure
    b       not_secure
    b       not_secure
    b       not_secure
    b       not_secure
    b       not_secure
    b       not_secure
    .ltorg
