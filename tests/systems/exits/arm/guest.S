/* SPDX-License-Identifier: BSD-2-Clause */
/* See guest.h. It runs wherever it is copied to. */
#include "../exits.h"
#include "guest.h"

    .syntax unified
    .arch armv7-a
    .arch_extension virt
    .arch_extension sec

    .macro  label name
    .global guest_\name
guest_\name:
    .endm

    .macro  guest name
    .arm
    .balign 4
    label   \name
    .endm

    /* The last exit. */
    .macro  done name
    label   \name
    hvc     #0
    b       .
    .endm

    .macro  vectors_here
    mcr     p15, 0, r3, c12, c0, 0  @ VBAR
    isb
    .endm

    /* r3: its RAM. Sections, each mapped to where it is, but two. */
    .macro  mmu_on
    movw    r4, #(GUEST_TABLE & 0xffff)
    movt    r4, #(GUEST_TABLE >> 16)
    add     r4, r4, r3
    movw    r5, #0x1c02             @ a section, read and written, normal, not cached, domain 0
    mov     r6, #0
1:  orr     r7, r5, r6, lsl #20
    str     r7, [r4, r6, lsl #2]
    add     r6, r6, #1
    cmp     r6, #4096
    bne     1b
    movw    r6, #(GUEST_FIXED_VIRTUAL >> 20)
    movw    r7, #0x1c02
    movt    r7, #(GUEST_FIXED >> 16)
    str     r7, [r4, r6, lsl #2]
    movw    r6, #(GUEST_RAM_VIRTUAL >> 20)
    movw    r7, #0x1c02
    movt    r7, #(GUEST_RAM >> 16)
    str     r7, [r4, r6, lsl #2]
    mcr     p15, 0, r4, c2, c0, 0   @ TTBR0
    mcr     p15, 0, r4, c2, c0, 1   @ TTBR1
    mov     r6, #0
    mcr     p15, 0, r6, c2, c0, 2   @ TTBCR
    mcr     p15, 0, r6, c8, c7, 0   @ TLBIALL
    mov     r6, #3
    mcr     p15, 0, r6, c3, c0, 0   @ DACR
    dsb
    isb
    mmu_bit
    .endm
    .macro  mmu_bit
    mrc     p15, 0, r6, c1, c0, 0   @ SCTLR
    orr     r6, r6, #1
    mcr     p15, 0, r6, c1, c0, 0
    isb
    .endm

    .section .text.guest, "ax"
    .arm
    .balign 32
    .global guest_begin
guest_begin:
    b       .
    b       undefined
    b       .
    b       prefetch_abort
    b       .
    b       .
    b       interrupt
    b       .

undefined:
    mov     r0, #VECTOR_UNDEFINED
    mov     r1, lr
    mrs     r2, spsr
    mov     r3, #0
    done    undefined_exit
prefetch_abort:
    mov     r0, #VECTOR_PREFETCH
    mov     r1, lr
    mrs     r2, spsr
    mrc     p15, 0, r3, c5, c0, 1   @ IFSR
    done    abort_exit

    /* Handlers nest: at their beginnings and ends they say r0, the line. */
    .macro  interface_here
    movw    r4, #(GUEST_DEVICE & 0xffff)
    movt    r4, #(GUEST_DEVICE >> 16)
    .endm
interrupt:
    sub     lr, lr, #4
    srsdb   sp!, #0x13
    cps     #0x13
    push    {r0-r5}
    interface_here
    ldr     r5, [r4, #0xc]          @ GICV_IAR
    mov     r0, r5
    label   nested_begins
    hvc     #0
    cpsie   i
    isb
    cpsid   i
    str     r5, [r4, #0x10]         @ GICV_EOIR
    mov     r0, r5
    label   nested_ends
    hvc     #0
    pop     {r0-r5}
    rfeia   sp!

/* ---- caches that go on ----------------------------------------------------------------*/

    /* Before, what is seen while they are off, and done by the core. */
    guest   caches
    mcr     p15, 0, r3, c2, c0, 0   @ TTBR0
    mrc     p15, 0, r4, c1, c0, 0
    orr     r4, r4, #4
    label   caches_on
    mcr     p15, 0, r4, c1, c0, 0
    isb
    mrc     p15, 0, r0, c1, c0, 0
    and     r0, r0, #4
    mrc     p15, 0, r1, c2, c0, 0
    done    caches_exit

/* ---- calls ------------------------------------------------------------------------------*/

    guest   hvc
    label   hvc_first
    hvc     #0
    done    hvc_second

    guest   hvc_thumb
    adr     r12, 1f + 1
    bx      r12
    .thumb
1:  nop
    label   hvc_thumb_first
    hvc     #0
    done    hvc_thumb_second

    guest   smc
    label   smc_first
    smc     #0
    done    smc_second

    guest   hvc_refused
    vectors_here
    label   hvc_refused_at
    hvc     #0
    b       .

    guest   hvc_refused_thumb
    vectors_here
    adr     r12, 1f + 1
    bx      r12
    .thumb
1:  nop
    label   hvc_refused_thumb_at
    hvc     #0
    b       .

    guest   smc_refused
    vectors_here
    label   smc_refused_at
    smc     #0
    b       .

/* ---- what it may not ------------------------------------------------------------------*/

    /* Between them accesses elsewhere, whose page may still be in HPFAR. */
    guest   permission
    mov     r4, #GUEST_NOTHING
    mov     r5, #GUEST_FIXED
    label   permission_nothing
    ldr     r6, [r4, #0x10]
    label   permission_word
    str     r0, [r5, #0x20]
    label   permission_byte
    strb    r1, [r5, #0x31]
    add     r5, r5, #0x40
    label   permission_back
    str     r0, [r5], #4
    done    permission_exit

    guest   permission_mapped
    mmu_on
    mov     r4, #GUEST_NOTHING
    mov     r5, #GUEST_FIXED_VIRTUAL
    add     r12, r3, #(GUEST_RAM_VIRTUAL - GUEST_RAM)
    adr     r6, 2f
    sub     r6, r6, r3
    add     pc, r6, r12             @ not where it is in memory
2:
    label   permission_mapped_nothing
    ldr     r6, [r4, #0x10]
    label   permission_mapped_word
    str     r0, [r5, #0x20]
    add     r5, r5, #0x40
    label   permission_mapped_back
    str     r0, [r5], #4
    done    permission_mapped_exit

    guest   fetch
    mov     r4, #GUEST_FIXED
    bx      r4

    /* A table that is not in its memory: TTBR0 is for the lower half, and code above. */
    .macro  walk name, low
    mmu_on
    mov     r4, #1
    mcr     p15, 0, r4, c2, c0, 2   @ TTBCR.N
    isb
    movw    r4, #(\low & 0xffff)
    movt    r4, #(\low >> 16)
    mcr     p15, 0, r4, c2, c0, 0   @ TTBR0
    mov     r6, #0
    mcr     p15, 0, r6, c8, c7, 0   @ TLBIALL
    dsb
    isb
    mov     r4, #0
    label   \name
    ldr     r4, [r4, #0x10]
    b       .
    .endm

    guest   walk_nothing
    walk    walk_nothing_at, GUEST_NOTHING
    guest   walk_device
    walk    walk_device_at, GUEST_DEVICE

/* ---- accesses ----------------------------------------------------------------------------*/

    guest   plain
    mov     r4, #GUEST_NOTHING
    label   plain_load
    ldrsb   r0, [r4, #5]
    done    plain_exit

    guest   several
    mov     r4, #GUEST_NOTHING
    label   several_back
    str     r1, [r4], #4
    label   several_multiple
    ldm     r4, {r5, r6}
    label   several_exclusive
    ldrex   r5, [r4]
    done    several_exit

    guest   several_thumb
    mov     r4, #GUEST_NOTHING
    adr     r12, 1f + 1
    bx      r12
    .thumb
    .balign 4
1:  nop
    label   several_thumb_short
    stm     r4!, {r1}
    label   several_thumb_pair
    ldrd    r5, r6, [r4]
    nop
    label   several_thumb_half
    strh    r1, [r4], #2
    done    several_thumb_exit

/* ---- registers ---------------------------------------------------------------------------*/

    /* For 30 ms in which native cells fault, and in exits for which the hypervisor translates. */
    guest   par
    mmu_on
    movw    r4, #(KEPT & 0xffff)
    movt    r4, #(KEPT >> 16)
    mcrr    p15, 0, r4, r4, c7      @ PAR
    isb
    mov     r0, #0
    movw    r7, #0x0000
    movt    r7, #0x50               @ 6 instructions each
1:  mrrc    p15, 0, r5, r6, c7
    cmp     r5, r4
    cmpeq   r6, r4
    addne   r0, r0, #1
    subs    r7, r7, #1
    bne     1b
    mov     r5, #GUEST_FIXED_VIRTUAL
    label   par_word
    str     r1, [r5, #0x20]
    label   par_back
    str     r1, [r5], #4
    mrrc    p15, 0, r1, r2, c7
    done    par_exit

/* ---- interrupts -----------------------------------------------------------------------------*/

    guest   nested
    vectors_here
    add     sp, r3, #GUEST_TABLE
    interface_here
    mov     r5, #0xf8
    str     r5, [r4, #4]            @ GICV_PMR
    mov     r5, #1
    str     r5, [r4]                @ GICV_CTLR
    label   nested_start
    hvc     #0
    cpsie   i
    isb
    cpsid   i
    ldr     r0, [r4, #0xd0]         @ GICV_APR
    done    nested_exit

/* ---- a user's own exceptions ------------------------------------------------------------*/

    guest   user_breakpoint
    vectors_here
    cps     #0x10
    label   user_breakpoint_at
    bkpt    #0
    b       .

    guest   user_undefined
    vectors_here
    cps     #0x10
    label   user_undefined_at
    udf     #0
    b       .

    .balign 4
    .global guest_end
guest_end:
