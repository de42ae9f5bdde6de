/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble qemu: the image of a board, run to an end. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "board_choice.h"
#include "build.h"
#include "command.h"
#include "expect.h"
#include "findings.h"
#include "quantity.h"
#include "results.h"

static const char *board = "virt";
static const char *duration = "100ms";
static const char *json;
static const char *trace;
static const char *expectations = "";

const struct choice choices_qemu[] = {
    {"board", "NAME", "the board (default virt)", NULL, &board, NULL},
    {"time", "TIME", "the board's time until the report (default 100ms)", NULL, &duration, NULL},
    {"trace", "FILE", "write a trace for Perfetto (ui.perfetto.dev)", NULL, &trace, NULL},
    {"json", "FILE", "write the report as JSON (- for stdout)", NULL, &json, NULL},
    {"expect", "WORDS", "fail with status 3 if it is otherwise: as for run", NULL, &expectations,
     NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

int command_qemu(char **arguments)
{
    uint64_t ns;
    struct target target;
    struct list goals = {0};

    expect_check(expectations);
    if (!duration_read(duration, &ns) || ns == 0) {
        fail(STATUS_USAGE, "--time %s: a time is a number with ns, us, ms or s behind it",
             duration);
    }
    board_known(board);
    struct place place = place_find(arguments[0]);
    const char *result = text("%s/result-%d.json", place.cache, (int)getpid());
    list_add(&goals, "readout");
    list_add(&goals, text("TIME_MS=%s", duration_option(ns)));
    list_add(&goals, text("JSON=%s", result));
    list_add(&goals, "READOUT_FLAGS=--console");
    if (trace != NULL) {
        /* The makefile works in another folder. */
        const char *here = trace[0] == '/' ? "" : text("%s/", getcwd(NULL, 0));
        list_add(&goals, text("TRACE=%s%s", here, trace));
    }
    build_target(&place, board, trace != NULL, &goals, &target);
    if (target.status != 0) {
        findings_build(target.said, stderr);
        return STATUS_BAD;
    }
    json_t *report = result_load(result);
    (void)unlink(result);
    if (json != NULL) {
        result_save(report, json);
    }
    if (json == NULL || strcmp(json, "-") != 0) {
        fputs(findings_rest(target.said), stdout);
    }
    int wrong = expect_judge(report, expectations, 0);
    json_decref(report);
    return wrong != 0 ? STATUS_UNEXPECTED : STATUS_GOOD;
}
