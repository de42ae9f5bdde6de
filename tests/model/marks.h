/* SPDX-License-Identifier: BSD-2-Clause */
/* Rare states that the core names: core/mark.h. */
#ifndef MARKS_H
#define MARKS_H

/* How many a run has come to, and a line for each that it has not. */
void marks_print(const char *who);

#endif
