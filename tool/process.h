/* SPDX-License-Identifier: BSD-2-Clause */
/* Other programs, started and waited for. */
#ifndef TOOL_PROCESS_H
#define TOOL_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

#include "text.h"

/* Its exit status, or 128 and the signal that ended it. Its output is this program's. */
int process_run(const struct list *arguments);
/* Its stdout is kept in *output; so is its stderr, if `both` is 1; that is lost, if -1. */
int process_capture(const struct list *arguments, int both, char **output);

/* One that works beside this program; what it says comes by a pipe. */
struct process {
    pid_t id; /* 0: none */
    int pipe;
    char *output; /* what it has said so far */
    size_t size;
    size_t room;
};

void process_start(struct process *process, const struct list *arguments, int both);
/* Takes what there is of its output; 1: it has ended, and *status is how. */
int process_read(struct process *process, int *status);
/* Stops it, if it is there. */
void process_kill(struct process *process);
/* Processors that this program may use. */
size_t processors(void);

#endif
