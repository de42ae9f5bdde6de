/* SPDX-License-Identifier: BSD-2-Clause */
/* The explorer's steps and states, as spin.pml has them. */
#ifndef SPIN_H
#define SPIN_H

#include "explore.h"
#include "klog.h"

#define SPIN_STEPS 32U /* at most: options of spin.pml */
#define SPIN_WAYS 256U

struct spin {
    u32 steps; /* of this state */
    u32 base;  /* that is being made, */
    u32 ways;  /* in how many ways: plain, or with an event at a point inside */
    u32 points;
    u32 events;
};

extern struct spin spin;
extern struct normal spin_normal;

void spin_begin(void);
void spin_step(u32 base);
/* NULL, or what is wrong. */
const char *spin_way(u32 way);

#endif
