/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fault sweeps: scripted scenarios, each run once for every fault at every point, and, drawn
 * from a seed, with two faults. A
 * point is the boundary before a step, a preemption point inside one, or a hop along a
 * chain of calls. A fault is: a manager, more urgent than all others, stops a thread,
 * restarts a cell, or revokes a capability that was derived from its own; the running
 * context's budget is used up; a device's interrupt is lost, comes twice, storms, is
 * spurious or late. Besides, each quota is set to each value below what the scenario
 * needs, and each budget to each from one tick up.
 *
 * Steps are those of soak: after each, kernel_check() holds, and core and reference model
 * agree. At the end nobody waits for a reply, and no long hypercall or revocation is
 * under way (progress_owed()); all programs have come to their end; and where the manager
 * has restarted what it had stopped, in a round in which nothing failed.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "step.h"
#include "system.h"

/* ---- programs ----------------------------------------------------------------*/

/* One step of a thread. */
struct op {
    u8 kind;   /* enum step_kind */
    u8 number;
    u8 flags;  /* OP_* */
    u8 label;  /* passive threads: of the message that it belongs to the answer of */
    u32 regs[8]; /* of an access: address, value; of an event: its value */
};

#define OP_ANY 1U   /* whatever comes of it */
#define OP_AFTER 2U /* regs[1] is a deadline, so many ticks from now */

/* Active threads make all their ops, and again if one has failed, ROUNDS times at most, a
 * pause between; then they wait. Passive ones make the ops of the message's label, and
 * reply: the label of the reply tells if one has failed. Of a fault: FAULT_OPS, and RETRY
 * or STOP. A guest makes its ops for ever. */
#define ROUNDS 8U
#define PAUSE 5U
#define FAULT_OPS 9U

struct program {
    u32 thread;
    bool forever; /* an active thread that makes its ops again and again: waits in the end */
    const struct op *ops;
    u32 count;
};

struct scenario {
    const char *name;
    const char *what;
    void (*build)(struct system_drawn *d);
    const struct program *programs;
    u32 count;
};

extern const struct scenario scenarios[];
extern const u32 scenario_count;

/* ---- systems -----------------------------------------------------------------*/

/* Thread 1 is the manager's, cell 0 its cell. Its table: */
#define MANAGER 1U
#define MANAGER_BELL 1U  /* notification 0: the line of irq 0 wakes it */
#define MANAGER_IRQ 2U   /* irq 0 */
#define MANAGER_SLEEP 3U /* notification 1, which nobody signals */
#define MANAGER_CELL(cell) (4U + (cell))
#define MANAGER_THREAD(thread) (8U + (thread))
#define MANAGER_FREE 20U /* from here on: of what it has lent */
#define MANAGER_SLOTS 40U
#define SLEEP_SLOT 1U    /* others: a notification of their own, which nobody signals */

/* Capabilities that are derived from the manager's. */
#define LENT_MAX 20U
extern u32 lent_count;
extern u32 lent[LENT_MAX]; /* indices in all tables */

/* Boots a scenario. */
struct quota {
    u8 kind;   /* enum quota_kind */
    u8 object; /* cell, or context */
    u32 value;
};
enum quota_kind {
    QUOTA_NONE,
    QUOTA_TABLES,
    QUOTA_REGIONS,
    QUOTA_SLOTS,
    QUOTA_BUDGET,
    QUOTA_KINDS
};
const char *scenario_boot(const struct scenario *scenario, const struct quota *quota);

/* ---- runs --------------------------------------------------------------------*/

enum fault_kind {
    FAULT_NONE,
    FAULT_STOP,    /* of thread `object`, and its cell is restarted some time after */
    FAULT_RESTART, /* of cell `object` */
    FAULT_REVOKE,  /* of lent capability `object` */
    FAULT_BUDGET,  /* what is left of the running context's passes */
    FAULT_LOSE,    /* the next rise of the device's line is not seen */
    FAULT_TWICE,   /* the device's line rises (again) */
    FAULT_STORM,
    FAULT_SPURIOUS, /* 1: by a virtual timer that nobody wants any more */
    FAULT_LATE,    /* the device's `step`-th interrupt comes `object` steps late */
    FAULT_KINDS
};

enum point_kind {
    POINT_BOUNDARY,
    POINT_INSIDE, /* a preemption point */
    POINT_HOP,
    POINT_KINDS
};

struct fault {
    u8 kind;   /* enum fault_kind */
    u8 object;
    u8 point;  /* enum point_kind */
    u8 number; /* of the preemption point or hop, from 1 */
    u32 step;
};

#define FAULTS_MAX 2U
#define STEPS_MAX 3000U

/* What there was in a run. */
struct run {
    u32 steps;
    u8 points[STEPS_MAX][POINT_KINDS]; /* of each step */
    u32 pokes; /* the device's interrupts */
    u32 acted;    /* faults that the manager has seen to */
    u32 restarts; /* threads that have started again */
    u32 failures; /* ops that have not gone well */
    u32 tables[CELL_MAX]; /* the most that each cell had */
    u32 regions[CELL_MAX];
    u32 slots[CELL_MAX];
    u32 budget[SC_MAX]; /* ticks */
};

/* A run from boot to end: NULL, or what is wrong. With `ticks`, each step takes one. Output,
 * if not NULL, gets each step. */
struct run_options {
    struct fault faults[FAULTS_MAX]; /* FAULT_NONE: none */
    struct quota quota;
    bool ticks;
    bool unanswered; /* for self-test: servers' replies do not go out, */
    bool unhealed;   /* the manager restarts nothing */
    FILE *out;
};
const char *run_make(const struct scenario *scenario, const struct run_options *options,
                     struct run *run);

#endif
