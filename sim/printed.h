/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs print (user/lib/print.h): lines on stdout, "[cell.thread] text", as they come. */
#ifndef SIM_PRINTED_H
#define SIM_PRINTED_H

/* Shows what has no end of line yet. At the end of a run. */
void printed_finish(void);
/* Nothing is shown any more. */
void printed_quiet(void);

#endif
