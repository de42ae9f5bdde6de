/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands; each has a file of its own, command_NAME.c. */
#ifndef TOOL_COMMAND_H
#define TOOL_COMMAND_H

#include "options.h"

extern const struct choice choices_new[];
extern const struct choice choices_check[];
extern const struct choice choices_run[];
extern const struct choice choices_sweep[];
extern const struct choice choices_compare[];
extern const struct choice choices_image[];
extern const struct choice choices_qemu[];
extern const struct choice choices_gdb[];

int command_new(char **arguments);
int command_check(char **arguments);
int command_run(char **arguments);
int command_sweep(char **arguments);
int command_compare(char **arguments);
int command_image(char **arguments);
int command_qemu(char **arguments);
int command_gdb(char **arguments);

#endif
