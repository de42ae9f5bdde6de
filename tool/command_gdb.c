/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble gdb: a run in the simulator, under the debugger. */
#include "build.h"
#include "command.h"
#include "process.h"

static const char *seed;
static const char *commands_file;
static struct list settings;

const struct choice choices_gdb[] = {
    {"seed", "N", "what is random follows from N (default 1)", NULL, &seed, NULL},
    {"set", "FIELD=VALUE", "cell.thread.budget_us=500: another value for this run", NULL, NULL,
     &settings},
    {"commands", "FILE", "gdb's commands, and then the end", NULL, &commands_file, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

int command_gdb(char **arguments)
{
    struct list gdb = {0};
    struct place place = place_find(arguments[0]);
    const char *run = build_run(&place);

    list_add(&gdb, "gdb");
    list_add(&gdb, "-q");
    list_add(&gdb, "-x");
    list_add(&gdb, text("%s/gdb/thimble.py", thimble_root()));
    if (commands_file != NULL) {
        list_add(&gdb, "-batch");
        list_add(&gdb, "-x");
        list_add(&gdb, commands_file);
    }
    list_add(&gdb, "--args");
    list_add(&gdb, run);
    list_add(&gdb, "--watchdog");
    list_add(&gdb, "0");
    if (seed != NULL) {
        list_add(&gdb, "--seed");
        list_add(&gdb, seed);
    }
    for (size_t i = 0; i < settings.count; i++) {
        list_add(&gdb, "--set");
        list_add(&gdb, settings.at[i]);
    }
    return process_run(&gdb);
}
