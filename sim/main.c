/* SPDX-License-Identifier: BSD-2-Clause */
/* The program that runs one system in the simulated machine. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "console.h"
#include "describe.h"
#include "devices.h"
#include "host.h"
#include "host_output.h"
#include "options.h"
#include "printed.h"
#include "report.h"
#include "report_json.h"
#include "sim.h"
#include "trace_json.h"
#include "trace_run.h"
#include "where.h"

#define NS_PER_MS 1000000U
/* Plus the signal, as shells have it. */
#define EXIT_SIGNAL 128

/* When the run ends, if nothing else ends it. An instruction takes a nanosecond. */
static u64 run_until(u64 time_ns)
{
    if (time_ns != TIME_DEFAULT) {
        return time_ns;
    }
    u64 from = console_is_used() ? console_ended() : 0;
    return from == SIM_TIME_NEVER ? from : from + TIME_DEFAULT_NS;
}

/* In slices, so that what the UART sends is seen while the system runs. */
static enum sim_end run(u64 time_ns, FILE *trace)
{
    enum sim_end end = SIM_END_TIME;
    u64 until = 0;
    u64 last;

    while (until < (last = run_until(time_ns)) && end == SIM_END_TIME) {
        until = last - until < NS_PER_MS ? last : until + NS_PER_MS;
        end = sim_run(until);
        if (trace != NULL) {
            trace_json_drain();
        }
        if (end == SIM_END_IDLE && console_idle(until)) {
            end = SIM_END_TIME;
        }
        if (!console_poll() || sim_host.interrupted != 0) {
            return SIM_END_REQUEST;
        }
        console_pace();
    }
    return end;
}

/* NULL: it cannot be written, and it has been said why. */
static FILE *trace_open(const char *name)
{
    FILE *file = fopen(name, "w");

    if (file == NULL) {
        fprintf(stderr, "thimble: %s: %s\n", name, strerror(errno));
    } else {
        trace_run_begin(file);
    }
    return file;
}

static bool trace_close(FILE *file, const char *name)
{
    u64 lost = trace_run_end();

    if (!output_close(file, name)) {
        return false;
    }
    if (lost != 0) {
        fprintf(stderr, "thimble: %s: %" PRIu64 " events were lost\n", name, lost);
    }
    return true;
}

/* False: there is no such file, and it has been said. */
static bool console_open(const struct arguments *a)
{
    if (a->input != NULL) {
        int file = open(a->input, O_RDONLY | O_CLOEXEC);
        /* A folder opens, too. */
        if (file < 0 || read(file, NULL, 0) < 0) {
            fprintf(stderr, "thimble: %s: %s\n", a->input, strerror(errno));
            return false;
        }
        console_script(file);
    } else if (a->console) {
        console_interactive();
    }
    return true;
}

/* False: not all of the input was read, and it has been said. */
static bool console_read(const struct arguments *a)
{
    if (console_error() == 0) {
        return true;
    }
    fprintf(stderr, "thimble: %s: %s\n", a->input != NULL ? a->input : "stdin",
            strerror(console_error()));
    return false;
}

/* The description as it is to run. 0, or the exit status: it has been said why. Warnings are
 * for who reads the report. */
static int describe(struct arguments *a, struct changed *changed, struct described *described)
{
    char *text = NULL;
    size_t size = 0;

    change_begin(changed, &thimble_system);
    for (u32 i = 0; i < a->set_count; i++) {
        if (!change_make(changed, a->sets[i], stderr)) {
            return 2;
        }
    }
    FILE *errors = a->quiet ? open_memstream(&text, &size) : NULL;
    bool good = describe_compile(&changed->system, &board_sim, described,
                                 errors != NULL ? errors : stderr);
    if (errors != NULL) {
        fclose(errors);
        if (!good) {
            fputs(text, stderr);
        }
        free(text);
    }
    if (good && a->print) {
        describe_print(&changed->system, described, stdout);
    }
    return good ? 0 : 1;
}

/* What there is to do after a run, with the core as it was left. */
struct ending {
    const struct arguments *arguments;
    const struct boot *system;
    enum sim_end end;
    bool good; /* out: all was written */
};

static void table_write(void *argument)
{
    struct ending *e = argument;

    console_finish();
    printed_finish();
    if (!e->arguments->quiet) {
        report_print(e->system, e->end, stdout);
    }
}

static void json_write(void *argument)
{
    struct ending *e = argument;
    const char *name = e->arguments->json;
    bool to_stdout = strcmp(name, "-") == 0;
    FILE *file = to_stdout ? stdout : fopen(name, "w");

    if (file == NULL) {
        fprintf(stderr, "thimble: %s: %s\n", name, strerror(errno));
        e->good = false;
        return;
    }
    e->good = report_json(e->system, e->end, e->arguments->sets, e->arguments->set_count,
                          thimble_system.expect, file);
    if (!to_stdout) {
        e->good = output_close(file, name) && e->good;
    }
}

/* A program that has written over the simulator's memory may have left nothing to report. */
static bool reports_write(struct ending *e)
{
    e->good = true;
    bool whole = host_try(table_write, e);
    if (e->arguments->json != NULL) {
        whole = host_try(json_write, e) && whole;
    }
    if (!whole) {
        fputs("thimble: the rest of the report is lost: the simulator's memory is damaged\n",
              stderr);
    }
    return whole && e->good;
}

static int run_described(const struct arguments *a, const struct described *described)
{
    const struct boot *boot = &described->boot;
    struct sim_options options = {
        .seed = a->seed, .observe = true, .check = a->check, .boot_time = true,
        .boot_lines = a->boot, .devices = described->devices,
        .watchdog_ms = (u32)((a->watchdog_ns + NS_PER_MS - 1U) / NS_PER_MS)};
    for (u32 i = 0; i < a->input_count; i++) {
        if (!sim_devices_input(described->devices, a->inputs[i])) {
            return 1;
        }
    }
    const char *misfit = sim_boot(boot, &options);
    if (misfit != NULL) {
        fprintf(stderr, "thimble: system %s does not boot: %s\n", thimble_system.name, misfit);
        return 1;
    }
    sim_host.ends_whole = true; /* run() looks whether it is to end */
    where_install();
    if (a->quiet) {
        console_quiet();
        printed_quiet();
    }
    FILE *trace = NULL;
    if (!console_open(a) || (a->trace != NULL && (trace = trace_open(a->trace)) == NULL)) {
        return 1;
    }
    struct ending e = {.arguments = a, .system = boot, .end = run(a->time_ns, trace)};
    bool good = (trace == NULL || trace_close(trace, a->trace)) && console_read(a);
    good = reports_write(&e) && good;
    sim_shutdown();
    if (sim_host.interrupted != 0) {
        return EXIT_SIGNAL + sim_host.interrupted;
    }
    return e.end == SIM_END_WATCHDOG || e.end == SIM_END_PANIC || e.end == SIM_END_CHECK ||
           sim_host.crashes != 0 || !good;
}

int main(int argc, char **argv)
{
    struct arguments a = {.seed = 1, .time_ns = TIME_DEFAULT, .watchdog_ns = 500000000U};
    struct changed changed;
    struct described described = {.board = NULL};

    output_must_arrive();
    if (!arguments_parse(argc, argv, thimble_system.name, &a)) {
        return 2;
    }
    int status = describe(&a, &changed, &described);
    if (status == 0) {
        status = run_described(&a, &described);
    }
    describe_free(&described);
    change_free(&changed);
    arguments_free(&a);
    return status;
}
