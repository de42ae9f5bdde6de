/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble: the way in for whoever makes systems of cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "host_output.h"
#include "model.h"
#include "place.h"

const struct command commands[] = {
    {"new", "NAME", "make a folder with a small system to start from",
     "Two cells, a deadline, expectations, a test; it builds and runs as it is.", choices_new, 1, 1,
     command_new},
    {"check", "PATH", "check a description, and show what follows from it",
     "Memory, capabilities, levels of urgency, and the bounds of all deadlines.", choices_check, 1,
     1, command_check},
    {"run", "PATH", "run a system in the simulator",
     "Time is simulated: the same seed gives the same run, to the last event.", choices_run, 1, 1,
     command_run},
    {"sweep", "PATH", "run it with many seeds and settings at once",
     "Statistics of all runs, and the command that repeats the worst of them.", choices_sweep, 1,
     1, command_sweep},
    {"compare", "A B", "what differs between two results, or two systems",
     "A and B are files of `run --json` or `sweep --json`, or systems, which are\n"
     "then run alike. What is exact and what varies with the seed are kept apart.",
     choices_compare, 2, 2, command_compare},
    {"image", "PATH", "build an image for a board", "", choices_image, 1, 1, command_image},
    {"qemu", "PATH", "run the image of a board in QEMU, and report",
     "The same report as the simulator's, read out of the machine's memory.", choices_qemu, 1, 1,
     command_qemu},
    {"gdb", "PATH", "run it in the simulator, under the debugger",
     "gdb with commands for cells and threads: `help thimble` there lists them.", choices_gdb, 1, 1,
     command_gdb},
    {NULL, NULL, NULL, NULL, NULL, 0, 0, NULL}};

static void names_print(void (*get)(struct list *names))
{
    struct list names = {0};

    get(&names);
    for (size_t i = 0; i < names.count; i++) {
        printf("%s\n", names.at[i]);
    }
}

static int generated(const char *what)
{
    if (what != NULL && strcmp(what, "boards") == 0) {
        names_print(boards);
    } else if (what != NULL && strcmp(what, "systems") == 0) {
        names_print(shipped_systems);
    } else if (what == NULL || !generate(what)) {
        fail(STATUS_USAGE, "--generate takes man, completion, boards or systems");
    }
    return STATUS_GOOD;
}

static int other(const char *first, const char *second)
{
    char suggestion[SUGGESTION_SIZE];
    struct nearest near;

    if (strcmp(first, "--help") == 0 || strcmp(first, "help") == 0) {
        help_all(stdout);
        return STATUS_GOOD;
    }
    if (strcmp(first, "--version") == 0) {
        printf("thimble %s\n", TOOL_VERSION);
        return STATUS_GOOD;
    }
    if (strcmp(first, "--generate") == 0) {
        return generated(second);
    }
    nearest_start(&near, first);
    for (const struct command *c = commands; c->name != NULL; c++) {
        nearest_offer(&near, NULL, c->name);
    }
    nearest_text(&near, suggestion);
    fail(STATUS_USAGE, "no such command: %s%s; `thimble --help` has them", first, suggestion);
}

int main(int argc, char **argv)
{
    output_must_arrive();
    if (argc < 2) {
        help_all(stderr);
        return STATUS_USAGE;
    }
    for (const struct command *c = commands; c->name != NULL; c++) {
        if (strcmp(argv[1], c->name) == 0) {
            return c->run(options_parse(c, argc - 1, argv + 1));
        }
    }
    return other(argv[1], argv[2]);
}
