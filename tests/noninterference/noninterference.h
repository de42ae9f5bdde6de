/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Non-interference by running twice. A random system has three *parties* of two cells
 * each, and no channel from one party to another: no capability, notification, region,
 * line or handler of one names anything of another's, and all capabilities derive within
 * their party. The first is the actor's: a cell that does anything, and an accomplice. The
 * others observe. A pair is two runs of one system in which only the actor does
 * something else; all that observers see must be the same.
 *
 * What an observer sees: at each of its steps its registers, what it read, whether it was
 * restarted or interrupted, and all that the core and the interrupt controller keep of
 * its party (view.c). Times are erased, and so is what they decide. So each pair is
 * one of three modes, in which observers have the freedom that leaves their order to them:
 *
 *   erased  real prices of paths, any priorities: the actor's threads and interrupts
 *           preempt observers anywhere, also inside long hypercalls. Observers know no
 *           time: no deadlines, budgets that last, priorities that differ; their devices
 *           raise lines when they themselves ask for it
 *   exact   observers are more urgent than the actor, and paths cost nothing: so observers
 *           may have deadlines and budgets that run out, and their times are the same, too
 *   timed   real prices; one observer is the most urgent of all and is released at
 *           fixed times. When it is done differs by no more than what the checker of
 *           descriptions prints as its bound
 */
#ifndef NONINTERFERENCE_H
#define NONINTERFERENCE_H

#include "guest.h"
#include "source.h"
#include "types.h"

#define PARTIES 3U
#define PARTY_CELLS 2U
#define PARTY_THREADS 6U
#define CELL_SLOTS 20U
#define CELL_TABLES 4U
#define ACTOR 0U /* its party; its first cell is the actor's */

enum mode {
    MODE_ERASED,
    MODE_EXACT,
    MODE_TIMED,
    MODES
};

struct party {
    u32 cells[PARTY_CELLS];
    u32 notifications[2];
    u32 irqs[2];
    u32 lines[2];
    u32 threads[PARTY_THREADS]; /* kernel indices; active ones first */
    u32 actives;
    u32 count;
    u32 vcpu; /* kernel index of its vCPU; 0: none */
    u32 low;  /* its lowest priority */
};

/* A thread's program. */
struct actor {
    struct source source;
    u32 thread;
    u32 party;
    u32 cell;
    bool active;
    bool vcpu;
    bool hungry; /* an actor that takes all objects and pages that it can get */
    bool lowest; /* of its party's active threads: it does not wait for others */
    u32 steps;
    u32 left;    /* steps of the job, in MODE_TIMED */
    u32 jobs;
    bool revokes; /* this job has needed a revocation */
    struct sim_action last;
    u32 files;   /* register files that it has had */
};

struct plan {
    enum mode mode;
    struct party parties[PARTIES];
};

extern struct plan plan;
extern struct actor actors[THREAD_MAX];

/* ---- system.c --------------------------------------------------------------*/
/* The system of this seed, booted; the actor does what `variant` says. Variant 0 and
 * others; SILENT: nothing at all. */
#define SILENT 0xffffffffU
const char *system_make(u64 seed, u32 variant);
/* How much later the most urgent job may be done, by the costs of user/describe: instructions. */
u64 system_bound(void);

/* ---- script.c --------------------------------------------------------------*/
void script_step(void *state, u32 *regs, struct sim_action *action);

/* ---- view.c ----------------------------------------------------------------*/
enum view_part {
    VIEW_CAPS,
    VIEW_REGIONS,
    VIEW_CELLS,
    VIEW_THREADS,
    VIEW_REGISTERS,
    VIEW_NOTIFICATIONS,
    VIEW_LINES,
    VIEW_VCPU,
    VIEW_TIME,
    VIEW_PARTS
};
/* A hash of each part of what there is of a party. */
void view_take(u32 party, u32 *parts);
/* Of its memory, as it is seen through caches. */
u64 view_memory(u32 party);

/* ---- record.c --------------------------------------------------------------*/
/* An observer is about to make a step, in the registers that it sees. */
void record_step(const struct actor *a, const u32 *regs, const struct sim_action *seen);
/* What it has chosen to do. */
void record_action(const struct actor *a, const u32 *regs, const struct sim_action *action);
/* r1 to r7 after a server has died are its own of some time before. */
bool record_own(const struct actor *a, const u32 *regs);
void record_job(const struct actor *a);
/* The party has made its steps, or the actor's has: nobody of it makes any more. */
bool record_done(u32 party);
/* A thread of it makes no more steps. */
void record_wrong(const char *what);

#endif
