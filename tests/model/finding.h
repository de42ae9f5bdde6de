/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A finding: a system and the steps on it that end in a difference. The steps
 * stand for themselves; nothing is drawn any more.
 */
#ifndef FINDING_H
#define FINDING_H

#include "step.h"
#include "system.h"

#define FINDING_STEPS 4608U

struct finding {
    struct system_drawn system;
    u32 count;
    struct step steps[FINDING_STEPS];
};

/* Makes a step and compares everything. Nobody but lines, time and devices does
 * anything while the idle thread runs, and native threads do nothing of what guests do:
 * such a step is left out. */
const char *finding_step(struct step *step);
/* Boots the system and makes the steps. NULL, or the first difference, found at
 * step *at: `count` if it is in memory, at the end. */
const char *finding_run(struct finding *f, u32 *at);

#endif
