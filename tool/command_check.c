/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble check: the description alone. */
#include "build.h"
#include "command.h"
#include "process.h"

static const char *board;
static bool json;
static bool dot;
static bool quiet;

const struct choice choices_check[] = {
    {"board", "NAME", "place it on this board (default sim, the simulator's)", NULL, &board, NULL},
    {"json", NULL, "print it as JSON", &json, NULL, NULL},
    {"dot", NULL, "print cells and capabilities as a graph for Graphviz", &dot, NULL, NULL},
    {"quiet", NULL, "print errors and warnings alone", &quiet, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

int command_check(char **arguments)
{
    struct list check = {0};
    struct place place = place_find(arguments[0]);

    list_add(&check, build_describe(&place));
    if (board != NULL) {
        list_add(&check, "--board");
        list_add(&check, board);
    }
    list_add(&check, "--files");
    list_add(&check, place.folder);
    if (!quiet) {
        list_add(&check, json ? "--json" : dot ? "--dot" : "--print");
    }
    return process_run(&check);
}
