/* SPDX-License-Identifier: BSD-2-Clause */
/* Quantities on the command line: durations, and seeds. */
#ifndef TOOL_QUANTITY_H
#define TOOL_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/* `1s`, `2.5ms`, `400us`, `80ns`, and a number alone: milliseconds. Rounded to ns. */
bool duration_read(const char *text, uint64_t *ns);
/* As short as it can be said with three digits or exactly: "1 s", "2.5 ms". */
const char *duration_text(uint64_t ns);
/* The same as an option takes it: "1s", "2500us". */
const char *duration_option(uint64_t ns);
/* `7`, or `1..200`, both included. */
bool range_read(const char *text, uint64_t *first, uint64_t *last);
bool number_read(const char *text, uint64_t *value);

#endif
