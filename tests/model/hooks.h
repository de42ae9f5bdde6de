/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver's eyes and hands inside a step of the core, by way of the linker
 * (--wrap): at each preemption point something can happen, and what the core
 * chose there is written down for the model.
 */
#ifndef HOOKS_H
#define HOOKS_H

#include "model.h"

/* At the point of this number and kind, counted from the start of the step. */
struct hooks_plan {
    bool hop;
    u32 number; /* 0: nothing is planned */
    enum model_event event;
    u32 argument;
};

void hooks_begin(const struct hooks_plan *plan);
/* What the core chose since. */
const struct model_choices *hooks_choices(void);
/* How many preemption points it has come to since: hops, or others. */
u32 hooks_points(bool hop);
/* What happened to lines of caches since: how often, and in order. */
u32 hooks_lines(const u32 **events);
/* Makes it happen on the simulated machine. */
void hooks_event(enum model_event event, u32 argument);

#endif
