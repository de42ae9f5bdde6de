/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UART's other end. What it sends goes to stdout. What it receives comes
 * from one of
 *   nobody      (the default)
 *   a terminal  its keys, as they come; virtual time keeps pace with the host's,
 *               so that a person can talk to the system. Ctrl-A x ends the run. What the
               system has no room for stays in the terminal
 *   a script    a file or a pipe, whose characters arrive at fixed virtual times:
 *               the run is the same whenever it is made, and not held back
 */
#ifndef SIM_CONSOLE_H
#define SIM_CONSOLE_H

#include "types.h"

/* The script's line n arrives at n x 100 ms, or after the line before if that is
 * longer; its characters are 1 ms apart. */
#define CONSOLE_LINE_MS 100U
#define CONSOLE_KEY_MS 1U

/* The terminal on stdin, given back at exit; a script, if stdin is none. */
void console_interactive(void);
void console_script(int file);
/* From here on, what the UART sends is not shown. */
void console_quiet(void);
/* Why the script could not be read to its end; 0: it could. */
int console_error(void);
/* Is there, or was there, anybody to type? */
bool console_is_used(void);

/* Prints what the UART has sent, and passes on what has been typed by now.
 * False: the user wants to end. */
bool console_poll(void);
/* Nothing happens by itself any more. If a character may still come, and the
 * UART would tell, time passes until then; false: it will not. */
bool console_idle(u64 until);
/* With a terminal: waits until the host's clock has come as far as virtual time. */
void console_pace(void);
/* Virtual time of the end of the input; SIM_TIME_NEVER before. */
u64 console_ended(void);
/* The run is over: prints the rest of what the UART has sent, and what the core has
 * printed that never got there. The cursor is at the start of a line then. */
void console_finish(void);
/* Gives the terminal back. Safe in signal handlers. */
void console_restore(void);

#endif
