/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands and their options. One table for each command: the parser, `--help`, the man page
 * and the completion of the shell are made of it.
 */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "text.h"

struct choice {
    const char *name;  /* without "--"; NULL ends the table */
    const char *value; /* what follows, in capitals; NULL: nothing */
    const char *help;
    /* One of these takes it. */
    bool *flag;
    const char **word;
    struct list *words; /* may be given several times */
};

struct command {
    const char *name;
    const char *arguments; /* as the usage has them */
    const char *summary;   /* one line */
    const char *detail;    /* what else `--help` says; lines of at most 78 */
    const struct choice *choices;
    int least;             /* arguments */
    int most;
    int (*run)(char **arguments); /* ends with NULL; returns STATUS_* */
};

extern const struct command commands[]; /* ends with name NULL */

/* Fills in what the table says, and returns the arguments that are no options. Wrong ones end
 * the program with one line; `--help` ends it, too. */
char **options_parse(const struct command *command, int argc, char **argv);

void help_all(FILE *file);
/* For the build: "man" or "completion"; false: there is nothing else. */
bool generate(const char *what);

#endif
