/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble run: one run in the simulator. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "command.h"
#include "expect.h"
#include "process.h"
#include "quantity.h"
#include "results.h"

static const char *seed;
static const char *duration;
static const char *watchdog;
static const char *trace;
static const char *json;
static struct list inputs;
static struct list expectations;
static struct list settings;
static bool quiet;
static bool console;
static bool boot;
static bool check;
static bool show;

const struct choice choices_run[] = {
    {"seed", "N", "what is random follows from N (default 1)", NULL, &seed, NULL},
    {"time", "TIME", "simulated time: 250us, 10ms, 1s (default 1s)", NULL, &duration, NULL},
    {"trace", "FILE", "write a trace for Perfetto (ui.perfetto.dev)", NULL, &trace, NULL},
    {"json", "FILE", "write the report as JSON (- for stdout)", NULL, &json, NULL},
    {"input", "DEVICE=FILE", "what a device receives: uart=FILE, line n at n x 100 ms", NULL, NULL,
     &inputs},
    {"expect", "WORDS", "fail with status 3 if it is otherwise, e.g.\n"
                        "no-miss,no-stop,no-refused,latency:control<5us", NULL, NULL,
     &expectations},
    {"set", "FIELD=VALUE", "cell.thread.budget_us=500: another value for this run", NULL, NULL,
     &settings},
    {"console", NULL, "the terminal is the UART's (Ctrl-A x ends the run)", &console, NULL, NULL},
    {"quiet", NULL, "no report, only what went wrong", &quiet, NULL, NULL},
    {"print", NULL, "show the description first", &show, NULL, NULL},
    {"boot", NULL, "show what the core prints at boot", &boot, NULL, NULL},
    {"check", NULL, "check the core's invariants after every step", &check, NULL, NULL},
    {"watchdog", "TIME", "CPU time that a program may loop without reaching the\n"
                         "core (default 500ms; 0: for ever)", NULL, &watchdog, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

static void pass(struct list *list, const char *option, const char *value)
{
    if (value != NULL) {
        list_add(list, option);
        list_add(list, value);
    }
}

static void pass_flag(struct list *list, const char *option, bool given)
{
    if (given) {
        list_add(list, option);
    }
}

static void pass_duration(struct list *list, const char *option, const char *value)
{
    uint64_t ns = 0;

    if (value != NULL && !duration_read(value, &ns)) {
        fail(STATUS_USAGE, "%s %s: a time is a number with ns, us, ms or s behind it", option,
             value);
    }
    pass(list, option, value != NULL ? duration_option(ns) : NULL);
}

/* What was expected of it; without a result only the run's own status counts. */
static int judged(const char *path, int status)
{
    int wrong = 0;

    if (access(path, R_OK) != 0) {
        return status;
    }
    json_t *result = result_load(path);
    if (json != NULL) {
        result_save(result, json);
    }
    const char *words = "";
    for (size_t i = 0; i < expectations.count; i++) {
        words = text("%s,%s", words, expectations.at[i]);
    }
    wrong = expect_judge(result, words, 0);
    json_decref(result);
    return status == STATUS_GOOD && wrong != 0 ? STATUS_UNEXPECTED : status;
}

int command_run(char **arguments)
{
    struct list run = {0};

    for (size_t i = 0; i < expectations.count; i++) {
        expect_check(expectations.at[i]);
    }
    struct place place = place_find(arguments[0]);
    list_add(&run, build_run(&place));
    const char *result = text("%s/result-%d.json", place.cache, (int)getpid());
    pass(&run, "--seed", seed);
    pass_duration(&run, "--time", duration);
    pass_duration(&run, "--watchdog", watchdog);
    pass(&run, "--trace", trace);
    for (size_t i = 0; i < inputs.count; i++) {
        pass(&run, "--input", inputs.at[i]);
    }
    for (size_t i = 0; i < settings.count; i++) {
        pass(&run, "--set", settings.at[i]);
    }
    pass_flag(&run, "--console", console);
    pass_flag(&run, "--quiet", quiet || (json != NULL && strcmp(json, "-") == 0));
    pass_flag(&run, "--print", show);
    pass_flag(&run, "--boot", boot);
    pass_flag(&run, "--check", check);
    pass(&run, "--json", result);
    int status = judged(result, process_run(&run));
    (void)unlink(result);
    return status;
}
