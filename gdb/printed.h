/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs have printed on a target: "[cell.thread] text", a thread at a time. */
#ifndef GDB_PRINTED_H
#define GDB_PRINTED_H

/* To stdout. "..." stands for what was overwritten by later text. */
void printed_print(void);

#endif
