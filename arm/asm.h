/* SPDX-License-Identifier: BSD-2-Clause */
/* For assembly: where a function begins that others call. */
#ifdef __ASSEMBLER__
    .macro  function name
    .global \name
    .type   \name, %function
\name:
    .endm
#endif
