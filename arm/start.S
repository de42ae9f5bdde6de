/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From reset, firmware or a boot loader to C in Hyp mode. Position-independent until
 * the image is where it was linked: a raw image runs wherever it was loaded. r0 to r2
 * (Linux boot protocol) are not used. DDI 0406C B1.3.1 (modes), B1.5 (Security
 * Extensions).
 *
 * Whatever was on is off when C begins: interrupts, MMU, caches. Lines that the
 * loader left dirty are written back before anything is stored, since they would
 * come down on it later (B2.2.3: memory accessed past the caches).
 */
#include "asm.h"

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
#define THUMB 0x020
/* The same bits in SCTLR and HSCTLR (B4.1.130, B4.1.75). */
#define CONTROL_M 0x0001
#define CONTROL_C 0x0004
#define CONTROL_I 0x1000
/* SCR (B4.1.129): NS, FW, AW, SCD (nobody is left to answer an SMC), HCE. */
#define SCR_VALUE 0x1b1

    .section .text.start, "ax"
    function arm_start
    b       entry
image_id:
    .word   ARM_IMAGE_ID            @ stands at the image's end, too
entry:
    adr     r4, 1f + 1
    bx      r4
    .thumb
1:  cpsid   aif
    mrc     p15, 0, r4, c0, c0, 5   @ MPIDR: other CPUs wait to be asked for
    tst     r4, #0xff
    bne     park

    mrs     r4, cpsr
    and     r4, r4, #MODE_MASK
    cmp     r4, #MODE_HYP
    ite     eq
    mrceq   p15, 4, r5, c1, c0, 0   @ HSCTLR
    mrcne   p15, 0, r5, c1, c0, 0   @ SCTLR
    tst     r5, #CONTROL_C
    beq     1f
    /* Off first, so that nothing new comes in; instructions are still fetched
     * as they were. Nothing is stored meanwhile. */
    bic     r5, r5, #CONTROL_C
    bl      control_write
    bl      data_caches_empty
1:  bic     r5, r5, #CONTROL_M
    bic     r5, r5, #CONTROL_I
    bl      control_write

    adr     r4, arm_start           @ where it is,
    ldr     r5, =arm_start          @ where it belongs,
    ldr     r6, =arm_image_end
    sub     r7, r6, r5
    add     r7, r4, r7              @ the end of where it is
    mov     r0, r4
    mov     r1, r7
    bl      range_empty
    mov     r0, r5
    ldr     r1, =arm_memory_end
    bl      range_empty
    cmp     r4, r5
    beq     placed

    /* Source and target may overlap, and this code is in the way: the loop that
     * copies goes behind both. */
    ldr     r12, =placed + 1
    cmp     r7, r6
    ite     hi
    movhi   r8, r7
    movls   r8, r6
    add     r8, r8, #63
    bic     r8, r8, #63
    mov     r0, r8
    add     r1, r8, #(mover_end - mover)
    bl      range_empty
    adr     r0, mover
    adr     r1, mover_end
    mov     r2, r8
1:  ldm     r0!, {r3}
    stm     r2!, {r3}
    cmp     r0, r1
    blo     1b
    add     lr, r8, #1              @ Thumb
    b       instructions_new

    .balign 4
mover:
    cmp     r4, r5
    bhi     2f
1:  ldr     r3, [r7, #-4]!          @ below its place: from the end
    str     r3, [r6, #-4]!
    cmp     r6, r5
    bhi     1b
    b       3f
2:  ldm     r4!, {r3}
    stm     r5!, {r3}
    cmp     r5, r6
    blo     2b
3:  dsb
    mcr     p15, 0, r10, c7, c5, 0
    mcr     p15, 0, r10, c7, c5, 6
    dsb
    isb
    bx      r12
    .balign 4
mover_end:

placed:
    ldr     sp, =kernel
    ldr     r0, =arm_image_end
    ldr     r0, [r0, #-4]
    ldr     r1, image_id
    cmp     r0, r1
    itt     ne
    ldrne   r0, =arm_text_cut
    bne     refuse
    mrs     r4, cpsr
    and     r4, r4, #MODE_MASK
    cmp     r4, #MODE_HYP
    beq     hyp
    mrc     p15, 0, r0, c0, c1, 1   @ ID_PFR1: Virtualization Extensions
    ubfx    r0, r0, #12, #4
    cmp     r0, #0
    itt     eq
    ldreq   r0, =arm_text_no_virt
    beq     refuse
    cps     #MODE_SVC
    ldr     sp, =kernel
    ldr     r0, =boot_vectors
    mcr     p15, 0, r0, c12, c0, 0  @ VBAR
    mrc     p15, 0, r0, c1, c0, 0   @ SCTLR: exceptions to VBAR, Thumb state, little-endian
    bic     r0, r0, #0x00002000     @ V
    bic     r0, r0, #0x02000000     @ EE
    orr     r0, r0, #0x40000000     @ TE
    mcr     p15, 0, r0, c1, c0, 0
    isb
    mrc     p15, 0, r0, c1, c1, 0   @ SCR: undefined unless Secure
    bl      arm_secure_setup
    cps     #MODE_MONITOR
    movw    r0, #SCR_VALUE
    mcr     p15, 0, r0, c1, c1, 0
    isb
    mov     r0, #(THUMB | MASKED | MODE_HYP)
    msr     spsr_cxsf, r0
    ldr     lr, =hyp
    subs    pc, lr, #0

hyp:
    cpsid   aif
    ldr     sp, =kernel
    ldr     r0, =arm_bss_start
    ldr     r1, =arm_bss_end
    movs    r2, #0
1:  stm     r0!, {r2}
    cmp     r0, r1
    blo     1b
    ldr     r0, =arm_vectors
    mcr     p15, 4, r0, c12, c0, 0  @ HVBAR
    isb
    bl      arm_main                @ the context to load
    ldr     sp, =kernel
    mov     r1, r0
    ldr     r0, =arm_load           @ ARM state
    bx      r0

not_secure:
    ldr     r0, =arm_text_not_hyp
    b       refuse
secure_abort:
    ldr     r0, =arm_text_no_gic    @ all that is touched there
refuse:
    ldr     sp, =kernel
    b       arm_refuse

park:
    wfi
    b       park

    function arm_stop
    cpsid   aif
    b       park

/* r4: mode, r5: what becomes its control register. */
control_write:
    cmp     r4, #MODE_HYP
    dsb
    ite     eq
    mcreq   p15, 4, r5, c1, c0, 0
    mcrne   p15, 0, r5, c1, c0, 0
    isb
    /* What is fetched from now on is what memory holds (B2.2.7). */
instructions_new:
    dsb
    mcr     p15, 0, r10, c7, c5, 0  @ ICIALLU
    mcr     p15, 0, r10, c7, c5, 6  @ BPIALL
    dsb
    isb
    bx      lr

/* Cleans and invalidates the data caches' lines of [r0, r1). */
range_empty:
    mrc     p15, 0, r2, c0, c0, 1   @ CTR: DminLine
    ubfx    r2, r2, #16, #4
    movs    r3, #4
    lsls    r3, r2
    subs    r2, r3, #1
    bics    r0, r2
1:  mcr     p15, 0, r0, c7, c14, 1  @ DCCIMVAC
    adds    r0, r0, r3
    cmp     r0, r1
    blo     1b
    dsb
    bx      lr

/* Cleans and invalidates all data and unified caches up to the level of coherency,
 * by set and way (B2.2.6, B4.1.20 CCSIDR, B4.1.23 CLIDR): this CPU is the only one that
 * runs. Keeps r4 to r6. */
data_caches_empty:
    dmb
    mrc     p15, 1, r0, c0, c0, 1   @ CLIDR
    ubfx    r3, r0, #24, #3
    lsls    r3, r3, #1
    mov     r10, #0                 @ level, in bits 3:1
1:  cmp     r10, r3
    bhs     5f
    add     r2, r10, r10, lsr #1
    lsr     r1, r0, r2
    and     r1, r1, #7
    cmp     r1, #2
    blo     4f                      @ none, or for instructions only
    mcr     p15, 2, r10, c0, c0, 0  @ CSSELR
    isb
    mrc     p15, 1, r1, c0, c0, 0   @ CCSIDR
    and     r2, r1, #7
    adds    r2, r2, #4              @ logarithm of the line size
    ubfx    r7, r1, #3, #10         @ the last way
    clz     r8, r7                  @ and its place
    ubfx    r9, r1, #13, #15        @ the last set
2:  mov     r11, r7
3:  lsl     r1, r11, r8
    lsl     r12, r9, r2
    orr     r1, r1, r12
    orr     r1, r1, r10
    mcr     p15, 0, r1, c7, c14, 2  @ DCCISW
    subs    r11, r11, #1
    bhs     3b
    subs    r9, r9, #1
    bhs     2b
    dsb                             @ between levels: Cortex-A7 erratum 814220
4:  add     r10, r10, #2
    b       1b
5:  mov     r10, #0
    mcr     p15, 2, r10, c0, c0, 0
    dsb
    isb
    bx      lr

    .ltorg

    .section .text.boot_vectors, "ax"
    .balign 32
boot_vectors:
    b.w     secure_abort
    b.w     not_secure              @ undefined
    .rept   6
    b.w     secure_abort            @ the fifth: data abort
    .endr
