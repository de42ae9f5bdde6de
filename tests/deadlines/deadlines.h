/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A search for deadlines that the checker accepts and that are missed.
 *
 * From each seed a description is drawn (draw.c): threads with budgets at few priorities, so that
 * some are equal; servers that they share; lines that devices raise; and below all of them
 * what may be in the way: mappings, restarts, faults with their dumps, crowds of sleepers, callers.
 * Each thread that may have a deadline gets the least one that the checker accepts. Then it runs
 * (act.c), with releases that coincide, and what is worst for each deadline is compared with its
 * bound (main.c).
 */
#ifndef DEADLINES_H
#define DEADLINES_H

#include <stdio.h>

#include "guest.h"
#include "source.h"
#include "system.h"

#define CELLS 15U
#define THREADS_EACH 8U
#define CAPS_EACH 10U
#define ACTORS 40U
#define US 1000ULL

enum act {
    ACT_JOB,    /* is released, works as long as the checker says is left, and waits */
    ACT_GREEDY, /* uses up each budget */
    ACT_CUNNING, /* sleeps with budget left, and wakes when that is renewed */
    ACT_NAPPER, /* wakes as often as is written, and works some */
    ACT_STORM,  /* becomes ready as often as its budget lets it */
    ACT_GUEST,  /* a vCPU: computes, sleeps until its timer comes, and exits */
    ACT_SERVER,
    ACT_MANAGER, /* starts the vCPU */
    ACT_CALLER, /* calls a server all the time, as all that follow without a budget */
    ACT_MAPPER,
    ACT_SLEEPER,
    ACT_FAULTER,
    ACT_RESTARTER,
};

#define SLOT_NOTE 1U
#define SLOT_IRQ 2U
#define SLOT_SERVER 3U /* and the next one */
#define SLOT_REGION 5U
#define SLOT_CELL 6U
#define SLOT_VCPU 7U

struct actor {
    enum act act;
    /* as drawn; times in instructions */
    u32 index;  /* of the thread: in the description, and its context */
    u32 sc;
    u64 first;  /* release */
    u64 budget;
    u64 period;
    u32 wakes;
    bool line;  /* released by it */
    bool apart; /* jobs come a period and a deadline apart */
    u32 irq;
    u32 calls[2]; /* of a job, to each server */
    u64 service; /* what a request takes */
    bool nested; /* of a server: calls the other one */
    u64 bound;  /* 0: no promise */
    u64 left;
    /* while it runs */
    u32 phase;
    u32 step;
    u64 release;
    u64 last;     /* greedy: when its last step should have ended, */
    u64 deadline; /* and what period that was of */
    u32 depleted;
    u64 worst;
    u64 worst_at;
    u32 count;
};

struct device {
    u32 line;
    u64 at; /* raises its line; SIM_TIME_NEVER */
    u64 earliest; /* may raise it when others begin, from then on; SIM_TIME_NEVER */
    u64 raised;
    bool high;
};

struct plan {
    struct source source;
    struct system system;
    struct system_cell cells[CELLS];
    struct system_thread threads[CELLS][THREADS_EACH];
    struct system_cap caps[CELLS][CAPS_EACH];
    struct system_region regions[2];
    struct system_notification notifications[ACTORS];
    struct system_irq irqs[8];
    u32 cell_count;
    u32 irq_count;
    struct actor actors[ACTORS];
    u32 actor_count; /* one for each thread, in the order of the description */
    u32 promises;
    bool target; /* for ARM: without lines and guests, which programs there do not have */
    struct device devices[8];
};

extern struct plan plan;

/* A control loop of 10 us in 100, alone but for what is less urgent: mappings, restarts, a
 * crowd. */
#define BYSTANDERS 3U
bool draw_bystanders(u32 which, FILE *errors);
/* False: the checker has refused it; with `errors`, it has said why. */
bool draw(u64 seed, bool target, FILE *errors);
/* What has been drawn, as a file for ARM. */
void emit(FILE *file, u64 seed);
/* What a job's hypercalls and requests take of what is left, at most. */
u64 job_gone(const struct actor *a);
void act(void *state, u32 *regs, struct sim_action *action);

#endif
