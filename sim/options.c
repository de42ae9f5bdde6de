/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of the program that runs one system: see options.h. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"

static void usage(FILE *file, const char *program, const char *system)
{
    fprintf(file,
            "usage: %s [options]\n"
            "Runs the system %s in the simulated machine and reports on it.\n\n"
            "  --seed N       what is random follows from N (default 1)\n"
            "  --time T       simulated time: 10ms, 1s, 250us, 5000ns; a plain number is ms\n"
            "                 (default 1s; with --console or --input: until one second after\n"
            "                 the end of the input)\n"
            "  --set C.T.F=V  another value of a field of thread C.T in the description:\n"
            "                 priority, budget_us, period_us, deadline_us, wakes, level,\n"
            "                 service_us, argument; again for more\n"
            "  --check        kernel_check() after every step\n"
            "  --watchdog T   CPU time a guest may loop without reaching the core\n"
            "                 (default 500ms; 0: for ever)\n"
            "  --trace FILE   write a trace for Perfetto (ui.perfetto.dev)\n"
            "  --json FILE    write the report as JSON (docs/results.md); -: to stdout, where\n"
            "                 nothing else comes then\n"
            "  --quiet        no report, and nothing that the system prints: only errors\n"
            "  --console      the terminal is the UART's; virtual time runs as fast as\n"
            "                 the host's (Ctrl-A x ends the run). If stdin is no terminal,\n"
            "                 as --input\n"
            "  --input FILE   the UART receives FILE (also uart=FILE): line n at n x 100 ms of\n"
            "                 virtual time\n"
            "  --input NAME=FILE  the model of device NAME reads FILE\n"
            "  --boot         show what the core prints at boot\n"
            "  --print        print the system first: memory, capabilities, threads\n"
            "  --help         this text\n"
            "SIGINT and SIGTERM end the run with its report, and the trace is whole.\n",
            program, system);
}

/* A decimal or 0x number up to max; *end: what follows. */
static bool number_start(const char *text, u64 max, u64 *value, char **end)
{
    errno = 0;
    /* Not base 0: that takes 010 for eight. */
    *value = strtoull(text, end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return errno == 0 && *end != text && strchr(text, '-') == NULL && *value <= max;
}

static bool number(const char *text, u64 *value)
{
    char *end;

    return number_start(text, UINT64_MAX, value, &end) && *end == '\0';
}

/* A number with its unit; without one it is ms. */
static bool duration(const char *text, u64 max_ns, u64 *ns)
{
    static const struct {
        const char *name;
        u32 ns;
    } units[] = {{"", 1000000}, {"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
    char *end;
    u64 value;

    if (!number_start(text, UINT64_MAX, &value, &end)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        if (strcmp(end, units[i].name) == 0) {
            *ns = value * units[i].ns;
            return value <= max_ns / units[i].ns;
        }
    }
    return false;
}

/* "uart=FILE" is "FILE". */
static const char *input_file(const char *text)
{
    static const char uart[] = "uart=";

    return strncmp(text, uart, strlen(uart)) == 0 ? text + strlen(uart) : text;
}

static void text_add(const char ***list, u32 *count, const char *text)
{
    const char **more = realloc(*list, (*count + 1U) * sizeof(*more));

    if (more == NULL) {
        perror("thimble: no memory for an option");
        exit(1);
    }
    *list = more;
    more[*count] = text;
    (*count)++;
}

static void input_take(struct arguments *a, const char *text)
{
    if (sim_devices_input_is(text)) {
        text_add(&a->inputs, &a->input_count, text);
    } else {
        a->input = input_file(text);
    }
}

#define TIME_MAX_NS 1000000000000000U /* a million seconds */
#define WATCHDOG_MAX_NS 3600000000000U

/* Those with a value. False: it is none for this option. */
static bool value_take(int option, const char *value, struct arguments *a)
{
    switch (option) {
    case 's':
        return number(value, &a->seed);
    case 't':
        return duration(value, TIME_MAX_NS, &a->time_ns);
    case 'w':
        return duration(value, WATCHDOG_MAX_NS, &a->watchdog_ns);
    case 'T':
        a->trace = value;
        break;
    case 'j':
        a->json = value;
        break;
    case 'i':
        input_take(a, value);
        break;
    case 'S':
        text_add(&a->sets, &a->set_count, value);
        break;
    default:
        return false;
    }
    return true;
}

static bool *flag_of(int option, struct arguments *a)
{
    switch (option) {
    case 'b':
        return &a->boot;
    case 'c':
        return &a->check;
    case 'C':
        return &a->console;
    case 'p':
        return &a->print;
    case 'q':
        return &a->quiet;
    default:
        return NULL;
    }
}

static const struct option options[] = {
    {"seed", required_argument, NULL, 's'},  {"time", required_argument, NULL, 't'},
    {"set", required_argument, NULL, 'S'},   {"watchdog", required_argument, NULL, 'w'},
    {"trace", required_argument, NULL, 'T'}, {"json", required_argument, NULL, 'j'},
    {"input", required_argument, NULL, 'i'}, {"check", no_argument, NULL, 'c'},
    {"print", no_argument, NULL, 'p'},       {"console", no_argument, NULL, 'C'},
    {"boot", no_argument, NULL, 'b'},        {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0},
};

static bool parse(int argc, char **argv, const char *system, struct arguments *a)
{
    int o;

    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        bool *flag = flag_of(o, a);
        if (o == 'h') {
            usage(stdout, argv[0], system);
            exit(0);
        }
        if (o == '?') {
            return false;
        }
        if (flag != NULL) {
            *flag = true;
        } else if (!value_take(o, optarg, a)) {
            fprintf(stderr, "%s: not a %s that fits: %s\n", argv[0],
                    o == 's' ? "number" : "duration (10ms, 1s, 250us, 5000ns)", optarg);
            return false;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "%s: unexpected argument: %s\n", argv[0], argv[optind]);
        return false;
    }
    if (a->json != NULL && strcmp(a->json, "-") == 0) {
        a->quiet = true;
    }
    return true;
}

bool arguments_parse(int argc, char **argv, const char *system, struct arguments *a)
{
    if (parse(argc, argv, system, a)) {
        return true;
    }
    usage(stderr, argv[0], system);
    return false;
}

void arguments_free(struct arguments *a)
{
    free(a->sets);
    free(a->inputs);
    a->sets = NULL;
    a->inputs = NULL;
}
