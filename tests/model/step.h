/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps of a run: one is drawn, looking at what the model says is there, made
 * on the core and on the model, and both are compared.
 */
#ifndef STEP_H
#define STEP_H

#include <stdio.h>

#include "hooks.h"
#include "source.h"

enum step_kind {
    STEP_HYPERCALL, /* number, regs */
    STEP_ACCESS,    /* number: ACCESS_*; address, size, value */
    STEP_FAULT,     /* number: kind; address, value: pc */
    STEP_EVENT,     /* number: enum model_event; value */
    STEP_GUEST,     /* number: enum model_guest; value; address: time of the timer, kind of
                     * the exit, whose words are in regs */
    STEP_KINDS
};

struct step {
    enum step_kind kind;
    u32 thread; /* that ran */
    u32 number;
    u32 regs[8];
    u32 address;
    u32 size; /* in bytes: 1, 2 or 4 */
    u32 value;
    struct hooks_plan plan;
    u32 next;   /* who runs after it, */
    u32 result; /* and its r0 */
};

/* A new system: what its threads do most, of STEP_MOODS. */
#define STEP_MOODS 4U
void step_begin(u32 mood);
void step_choose(struct source *s, struct step *step);
/* NULL, or what differs between model and core, or what is broken. Full: all of
 * the state is compared, and kernel_check() asked. */
const char *step_run(struct step *step, bool full);
/* As in abi.h, in small letters; NULL: there is no such hypercall. */
const char *step_hypercall_name(u32 number);
void step_print(FILE *out, const struct step *step);
/* Nobody will ever run again unless a line does something. */
bool step_dead(void);

#endif
