/* SPDX-License-Identifier: BSD-2-Clause */
/* Program "thimble" of Linux guests: thimble COMMAND [COUNT]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"

static const struct {
    const char *name;
    int (*run)(uint32_t count);
    const char *help;
} commands[] = {
    {"talk", talk, "sends numbered messages to a cell, and checks its answers (two-linux)"},
    {"serve", serve, "a real-time task: serves so many of a cell's alarms (linux-prio)"},
    {"load", load, "keeps the CPU busy (linux-prio)"},
};

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : 0);
        }
    }
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        fprintf(stderr, "thimble %s [COUNT]: %s\n", commands[i].name, commands[i].help);
    }
    return 2;
}
