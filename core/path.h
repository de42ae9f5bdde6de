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
    PATH_CALL_FAST,
    PATH_REPLY_FAST,
    PATH_CALL_SLOW,       /* checks and commit, off the fast path */
    PATH_REPLY_SLOW,
    PATH_RECV,
    PATH_BUFFER_WORD,     /* one word between message buffers */
    PATH_SIGNAL,
    PATH_WAIT,
    PATH_POLL,
    PATH_IRQ_BIND,
    PATH_IRQ_ACK,
    PATH_YIELD,
    PATH_CAP_COPY,        /* or moved, derived, transferred */
    PATH_REVOKE_STEP,
    PATH_MAP_STEP,        /* or unmap: one table */
    PATH_CACHE_STEP,      /* cache maintenance, up to one page: */
    PATH_CACHE_LINE,      /* one line of it */
    PATH_WINDOW,
    PATH_THREAD_STOP,
    PATH_RESTART_STEP,
    PATH_VERSION,
    PATH_INTERRUPT,       /* entry, acknowledge, priority drop */
    PATH_IRQ_FIRE,        /* binding looked up and signalled */
    PATH_TIMER,           /* charge and expiry */
    PATH_FAULT,
    PATH_SCHEDULE,        /* choice of a context, timer programmed */
    PATH_HOP,             /* one step along a chain of calls */
    PATH_SWITCH,          /* other registers and address space */
    PATHS
};

#endif
