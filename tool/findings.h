/* SPDX-License-Identifier: BSD-2-Clause */
/* What compiler and linker say, in lines for somebody who writes a system. */
#ifndef TOOL_FINDINGS_H
#define TOOL_FINDINGS_H

#include <stdio.h>

/* Files below this folder are said to be below that one. */
void findings_moved(const char *from, const char *to);
/* One line for each finding; what is no finding is left out. Files below the working directory
 * are named from there. */
void findings_compiler(const char *said, FILE *file);
void findings_linker(const char *said, FILE *file);
/* Of a makefile's output: what went wrong; the compiler's warnings; and what is neither of
 * them, nor a line that says what is being built. */
void findings_build(const char *said, FILE *file);
const char *findings_warnings(const char *said);
const char *findings_rest(const char *said);

#endif
