/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and lines of programs, from the debugging information of the running process. */
#ifndef SIM_WHERE_H
#define SIM_WHERE_H

/* From here on spot_text() finds places. Nothing is read before the first is asked for. */
void where_install(void);

#endif
