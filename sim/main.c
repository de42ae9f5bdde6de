/* SPDX-License-Identifier: BSD-2-Clause */
/* The program that runs one system in the simulated machine. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "describe.h"
#include "host.h"
#include "host_output.h"
#include "report.h"
#include "sim.h"
#include "trace_json.h"
#include "trace_run.h"

static void usage(FILE *file, const char *program)
{
    fprintf(file,
            "usage: %s [options]\n"
            "Runs the system %s in the simulated machine and reports on it.\n\n"
            "  --seed N       what is random follows from N (default 1)\n"
            "  --time MS      simulated milliseconds (default 1000; with --console or\n"
            "                 --input: until one second after the end of the input)\n"
            "  --check        kernel_check() after every step\n"
            "  --watchdog MS  CPU time a guest may loop without reaching the core\n"
            "                 (default 2000; 0: for ever)\n"
            "  --trace FILE   write a trace for Perfetto (ui.perfetto.dev)\n"
            "  --console      the terminal is the UART's; virtual time runs as fast as\n"
            "                 the host's (Ctrl-A x ends the run). If stdin is no terminal,\n"
            "                 as --input\n"
            "  --input FILE   the UART receives FILE: line n at n x 100 ms of virtual time\n"
            "  --boot         show what the core prints at boot\n"
            "  --print        print the system first: memory, capabilities, threads\n"
            "  --help         this text\n"
            "SIGINT and SIGTERM end the run with its report, and the trace is whole.\n",
            program, thimble_system.name);
}

#define TIME_DEFAULT UINT64_MAX
#define TIME_DEFAULT_MS 1000U
#define INSTRUCTIONS_PER_MS 1000000U
/* Plus the signal, as shells have it. */
#define EXIT_SIGNAL 128

struct arguments {
    u64 seed;
    u64 time_ms; /* TIME_DEFAULT: not given */
    u64 watchdog_ms;
    bool boot;
    bool check;
    bool print;
    bool console;
    const char *trace; /* file name; NULL: no trace */
    const char *input; /* file name; NULL: no script for the UART */
};

/* A decimal or 0x number up to max; false: it is none. */
static bool number(const char *text, u64 max, u64 *value)
{
    char *end;

    errno = 0;
    /* Not base 0: that takes 010 for eight. */
    *value = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return errno == 0 && end != text && *end == '\0' && strchr(text, '-') == NULL && *value <= max;
}

/* False: the arguments are no good, and it has been said why. */
static bool arguments_parse(int argc, char **argv, struct arguments *a)
{
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},     {"time", required_argument, NULL, 't'},
        {"check", no_argument, NULL, 'c'},          {"print", no_argument, NULL, 'p'},
        {"watchdog", required_argument, NULL, 'w'}, {"help", no_argument, NULL, 'h'},
        {"trace", required_argument, NULL, 'T'},    {"console", no_argument, NULL, 'C'},
        {"input", required_argument, NULL, 'i'},
        {"boot", no_argument, NULL, 'b'},
        {NULL, 0, NULL, 0},
    };
    bool good = true;
    int o;

    while (good && (o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (o) {
        case 's':
            good = number(optarg, UINT64_MAX, &a->seed);
            break;
        case 't':
            good = number(optarg, 1000000000, &a->time_ms);
            break;
        case 'w':
            good = number(optarg, 3600000, &a->watchdog_ms);
            break;
        case 'b':
            a->boot = true;
            break;
        case 'c':
            a->check = true;
            break;
        case 'T':
            a->trace = optarg;
            break;
        case 'i':
            a->input = optarg;
            break;
        case 'C':
            a->console = true;
            break;
        case 'p':
            a->print = true;
            break;
        case 'h':
            usage(stdout, argv[0]);
            exit(0);
        default:
            return false;
        }
        if (!good) {
            fprintf(stderr, "%s: not a number that fits: %s\n", argv[0], optarg);
        }
    }
    if (good && optind < argc) {
        fprintf(stderr, "%s: unexpected argument: %s\n", argv[0], argv[optind]);
        return false;
    }
    return good;
}

/* When the run ends, if nothing else ends it. */
static u64 run_until(u64 time_ms)
{
    if (time_ms != TIME_DEFAULT) {
        return time_ms * INSTRUCTIONS_PER_MS;
    }
    u64 from = console_is_used() ? console_ended() : 0;
    return from == SIM_TIME_NEVER ? from : from + TIME_DEFAULT_MS * INSTRUCTIONS_PER_MS;
}

/* In slices, so that what the UART sends is seen while the system runs. */
static enum sim_end run(u64 time_ms, FILE *trace)
{
    enum sim_end end = SIM_END_TIME;
    u64 until = 0;

    while (until < run_until(time_ms) && end == SIM_END_TIME) {
        until += INSTRUCTIONS_PER_MS;
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

int main(int argc, char **argv)
{
    struct arguments a = {.seed = 1, .time_ms = TIME_DEFAULT, .watchdog_ms = 2000};
    struct described described;

    output_must_arrive();
    if (!arguments_parse(argc, argv, &a)) {
        usage(stderr, argv[0]);
        return 2;
    }
    if (!describe_compile(&thimble_system, &board_sim, &described, stderr)) {
        return 1;
    }
    if (a.print) {
        describe_print(&thimble_system, &described, stdout);
    }
    struct sim_options options = {
        .seed = a.seed, .observe = true, .check = a.check,
        .boot_time = true, .boot_lines = a.boot, .watchdog_ms = (u32)a.watchdog_ms};
    const char *misfit = sim_boot(&described.boot, &options);
    if (misfit != NULL) {
        fprintf(stderr, "thimble: system %s does not boot: %s\n", thimble_system.name, misfit);
        describe_free(&described);
        return 1;
    }
    sim_host.ends_whole = true; /* run() looks whether it is to end */
    FILE *trace = NULL;
    if (!console_open(&a) || (a.trace != NULL && (trace = trace_open(a.trace)) == NULL)) {
        describe_free(&described);
        return 1;
    }
    enum sim_end end = run(a.time_ms, trace);
    bool good = (trace == NULL || trace_close(trace, a.trace)) && console_read(&a);
    console_finish();
    report_print(&described.boot, end, stdout);
    sim_shutdown();
    describe_free(&described);
    if (sim_host.interrupted != 0) {
        return EXIT_SIGNAL + sim_host.interrupted;
    }
    return end == SIM_END_WATCHDOG || end == SIM_END_PANIC || end == SIM_END_CHECK ||
           sim_host.crashes != 0 || !good;
}
