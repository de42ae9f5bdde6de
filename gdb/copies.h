/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was copied out of a target's memory: the core's state, its text, the trace,
 * the programs' figures, and what lies at their stack pointers.
 */
#ifndef GDB_COPIES_H
#define GDB_COPIES_H

#include "figures.h"
#include "kernel.h"

/* Bytes that are copied from each thread's stack pointer on. */
#define COPIES_STACK 2048U

/* Prints what to copy: file, symbol or address, size; and where it is said what time
 * it is and who runs. */
void copies_ranges(void);
/* Prints what to copy besides, which the state says: threads' stacks. */
void copies_ranges_more(void);

/* Reads the state in this folder into `kernel`, `klog` and `trace_ring`. False: it is
 * another's, or of a machine that has not booted, and that has been said. */
bool copies_read(const char *folder);
/* The text that the UART has sent, in memory of its own; NULL: there is none. */
char *copies_console(void);
/* A cell's statistics page; NULL: it has none. Good until the next call. */
const u8 *copies_stats(u32 cell);
/* A word of a thread's stack; false: it was not copied. */
bool copies_stack_word(u32 thread, u32 address, u32 *word);

/* "cell.thread" of a kernel index, good until the eighth call after this one. */
const char *thread_words(u32 thread);

#endif
