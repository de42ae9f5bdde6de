/* SPDX-License-Identifier: BSD-2-Clause */
/* Where every thread of a cell starts. Its first registers go to the end of its
 * stack, where thimble_first() finds the first call of a passive thread. */
    .syntax unified
    .arch armv7-a
    .thumb
    .section .text.start, "ax"
    .global thimble_start
    .type   thimble_start, %function
    .thumb_func
    .cfi_sections .debug_frame
    .cfi_startproc
    .cfi_undefined lr           @ for debuggers: nothing has called this
thimble_start:
    push    {r0-r7}
    bl      thimble_program
    mvn     r0, #2              @ fetching there says that the program has ended
    bx      r0
    .cfi_endproc
