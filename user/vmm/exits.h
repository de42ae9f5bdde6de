/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU's exits, as the service thread gets them: a call with the label
 * THIMBLE_LABEL_EXIT and six words, of which the first says what it is. */
#ifndef USER_VMM_EXITS_H
#define USER_VMM_EXITS_H

#include "abi.h"

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
