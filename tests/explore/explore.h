/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exhaustive exploration: from the state after boot on, every step that a scope
 * allows is made in every state that is reached, on the core and on the reference
 * model, until there is no new state. Interrupts and the timer come between any two
 * steps, and at each preemption point inside one.
 *
 * Two states are one if the core and the machine will do the same from there on: times
 * count from now, what has been consumed does not count, and neither do registers that
 * will be written before they are read (state.c). So the space of a small system with
 * budgets of a few ticks is finite.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "kernel.h"
#include "sim.h"
#include "step.h"
#include "system.h"

/* What a thread may do in a scope, any time that it runs. */
struct call {
    u8 thread;
    u8 flags; /* CALL_* */
    u8 kind;  /* enum step_kind */
    u8 number;
    u32 regs[8]; /* of an access, fault, or guest: address, value */
};

#define CALL_FORCED 1U /* ends what others wait for by force: not counted as progress */
#define CALL_LONG 2U   /* left out in the short form */
#define CALL_FIRST 4U  /* made once, before exploration begins */

#define SCOPE_TABLES 1U /* page tables and the TLB are part of the state */
#define SCOPE_LONG 4U   /* left out in the short form, unless it is asked for; more lines than
                           list registers, all of different priorities */
#define SCOPE_ROOM 8U   /* fewer lines than list registers, all of different priorities */
#define SCOPE_TICKS 2U  /* single ticks pass, too, not only all up to the next deadline */

struct scope {
    const char *name;
    const char *what;
    void (*build)(struct system_drawn *d);
    const struct call *calls;
    u32 count;
    u32 flags;
};

extern const struct scope scopes[];
extern const u32 scope_count;

/* A step as a number: which call or event of those that its state allows; and what
 * happens inside it. */
struct action {
    u8 base;
    u8 hop;    /* inside: at a hop or a preemption point, */
    u8 number; /* of this number; 0: nothing, */
    u8 event;  /* this event */
};

/* ---- state.c -------------------------------------------------------------*/
struct packed; /* a state, as its differences from the first */

void state_begin(const struct scope *scope);
struct packed *state_pack(void);
void state_unpack(const struct packed *packed);
/* The state that was unpacked, or packed, last. */
void state_again(void);
u64 state_hash(void);
/* What is hashed, without page tables. */
struct normal {
    struct kernel kernel;
    u64 cval[SIM_TIMER_KINDS];
    u64 ctl[SIM_TIMER_KINDS];
    struct sim_gic gic;
};
const struct normal *state_normal(void);
size_t state_bytes(void);

/* ---- owed.c --------------------------------------------------------------*/
/* What somebody waits for in this state: a bit for each thread in a call, one for each in
 * a long hypercall, and one for a revocation. */
u32 progress_owed(void);
const char *progress_name(u32 bit);

/* ---- progress.c ----------------------------------------------------------*/

struct graph {
    u32 states;
    u32 *parent;
    struct action *action; /* by which it was reached from its parent */
    u16 *owed;
    u64 *first; /* edge of each state; of one more */
    u32 *edges; /* the state that it leads to; GRAPH_FORCED */
    u64 edge_count;
};
#define GRAPH_FORCED 0x80000000U

/* A state in which something is owed that is not given in any state that can be reached
 * from there unless by force, and its bit; false if there is none. */
bool progress_check(const struct graph *g, u32 *state, u32 *bit);

#endif
