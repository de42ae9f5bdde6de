/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of the program that runs one system. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "types.h"

/* No time was given: the run lasts as long as it needs. */
#define TIME_DEFAULT UINT64_MAX
#define TIME_DEFAULT_NS 1000000000U

struct arguments {
    u64 seed;
    u64 time_ns;     /* simulated */
    u64 watchdog_ns; /* CPU time of the host */
    bool boot;
    bool check;
    bool print;
    bool console;
    bool quiet;
    const char *trace; /* file name; NULL: no trace */
    const char *input; /* file name; NULL: no script for the UART */
    const char *json;  /* file name, "-" for stdout; NULL: none */
    const char **sets; /* changes of the description, as given */
    u32 set_count;
    const char **inputs; /* "NAME=FILE", of devices with a model */
    u32 input_count;
};

/* False: the arguments are no good, and it has been said why, with the usage. Ends the
 * program itself after --help. `system`: its name. */
bool arguments_parse(int argc, char **argv, const char *system, struct arguments *a);
void arguments_free(struct arguments *a);

#endif
