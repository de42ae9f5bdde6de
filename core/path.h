/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The segments that kernel paths consist of. The core names each as it enters
 * it; the simulator charges virtual time for it (instructions, from a cost
 * table), the ARM machine compiles the naming to nothing.
 */
#ifndef CORE_PATH_H
#define CORE_PATH_H

enum path {
    PATH_TRAP,            /* vector, save, return to user */
    PATH_LOOK_UP,         /* a slot's capability, off the fast paths */
    PATH_MANAGE,          /* one step of a hypercall that manages objects */
    PATH_CALL_FAST,
    PATH_REPLY_FAST,
    PATH_CALL_SLOW,       /* checks and commit, off the fast path */
    PATH_REPLY_SLOW,
    PATH_RECV,
    PATH_BUFFER,          /* a message beyond the registers, in the fast way */
    PATH_BUFFER_WORD,     /* one word between message buffers */
    PATH_SIGNAL,
    PATH_WAIT,
    PATH_BLOCK,           /* a context leaves the run queue */
    PATH_POLL,
    PATH_IRQ_BIND,
    PATH_IRQ_ACK,
    PATH_YIELD,
    PATH_CAP_COPY,        /* or moved, derived, transferred */
    PATH_CAP_DESTROY,
    PATH_REVOKE_STEP,
    PATH_REGION_MAKE,
    PATH_REGION_FREE,
    PATH_MAP_STEP,        /* up to 64 entries of one table */
    PATH_MAP_ENTRY,       /* one of them written */
    PATH_UNMAP_STEP,
    PATH_UNMAP_ENTRY,
    PATH_TABLE,           /* a table taken, and cleared */
    PATH_CACHE_STEP,      /* cache maintenance, up to one page: */
    PATH_CACHE_LINE,      /* one line of it */
    PATH_CACHE_UNIFY,     /* one line, data and instructions */
    PATH_WINDOW,
    PATH_THREAD_STOP,
    PATH_THREAD_RESET,
    PATH_RESTART_STEP,
    PATH_RESTART_ITEM,    /* one object looked at */
    PATH_VERSION,
    PATH_INTERRUPT,       /* entry, acknowledge, priority drop */
    PATH_IRQ_FIRE,        /* binding looked up and signalled */
    PATH_TIMER,           /* charge and expiry */
    PATH_EXPIRE,          /* a deadline goes straight to its waiter, if it may */
    PATH_FAULT,
    PATH_FAULT_ANSWER,
    PATH_SCHEDULE,        /* choice of a context, timer programmed */
    PATH_WAKE,            /* straight to the waiter, timer programmed */
    PATH_READY,           /* a context becomes ready */
    PATH_DEADLINE,        /* one is set, or there is none any more */
    PATH_DEPLETED,        /* a budget is used up */
    PATH_HOP,             /* one step along a chain of calls */
    PATH_SWITCH,          /* other registers and address space */
    PATH_DUMP,            /* what is kept of a fault, to be printed or not */
    PATH_EXIT,            /* a guest's, to its handler */
    PATH_EXIT_REPLY,
    PATH_LIST_STRAIGHT,   /* a line into a list register, nothing in the way */
    PATH_LISTS,           /* list registers brought up to date */
    PATH_SLEEP,
    PATH_VCPU,            /* a guest's state stored, or loaded */
    PATHS
};

#endif
