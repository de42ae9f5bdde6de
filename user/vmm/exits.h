/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU's exits, as the service thread gets them: a call with the label
 * THIMBLE_LABEL_EXIT and six words, of which the first says what it is. */
#ifndef USER_VMM_EXITS_H
#define USER_VMM_EXITS_H

#include "abi.h"

/* Until core/abi.h has them. */
#ifndef THIMBLE_LABEL_EXIT
#define THIMBLE_LABEL_EXIT 0xfffdU
#define THIMBLE_EXIT_MMIO 16U     /* 1 guest-physical address, 2 access, 3 pc, 4 value */
#define THIMBLE_EXIT_HVC 17U      /* 1 to 4: the guest's r0 to r3, 5 pc */
#define THIMBLE_EXIT_SMC 18U      /* likewise */
#define THIMBLE_EXIT_REGISTER 19U /* 1 register, 2 access, 3 pc, 4 and 5 value */
#define THIMBLE_EXIT_CACHE 20U    /* the guest turns its caches on */
#define THIMBLE_EXIT_UNDEF 3U     /* an answer: the guest gets Undefined Instruction */
#endif

/* Word 2 of MMIO: what it does, and bytes << 8 (0: cannot be emulated). */
#define EXIT_READ 1U
#define EXIT_WRITE 2U
#define EXIT_EXECUTE 4U
#define EXIT_BYTES_SHIFT 8U

/* Word 1 of REGISTER. */
#define EXIT_REGISTER(coproc, opc1, crn, crm, opc2) \
    ((coproc) << 16 | (opc1) << 12 | (crn) << 8 | (crm) << 4 | (opc2))
#define EXIT_REGISTER_64 (1U << 24)

#endif
