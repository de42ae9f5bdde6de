/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UART's other end: what it sends goes to stdout. Interactive, the
 * terminal's keys are its input, and virtual time keeps pace with the host's,
 * so that a person can talk to the system. Ctrl-A x ends the run.
 */
#ifndef SIM_CONSOLE_H
#define SIM_CONSOLE_H

#include "types.h"

/* Takes over the terminal on stdin, if it is one; it is given back at exit. */
void console_interactive(void);
/* Prints what the UART has sent, and takes keys. False: the user wants to end. */
bool console_poll(void);
/* Interactive: a key may wake a system in which nothing would happen otherwise,
 * so idle time passes. False: not interactive. */
bool console_idle(u64 until);
/* Interactive: waits until the host's clock has come as far as virtual time. */
void console_pace(void);

#endif
