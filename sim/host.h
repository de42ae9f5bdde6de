/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the simulator needs of the host: stacks, signals, the watchdog, and the
 * flags that steer a run. Nothing here is part of the simulated machine.
 */
#ifndef SIM_HOST_H
#define SIM_HOST_H

#include <signal.h>
#include <stddef.h>

#include "sim.h"
#include "spot.h"
#include "trap.h"

#if defined(__SANITIZE_ADDRESS__)
#define HOST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOST_ASAN 1
#endif
#endif

struct sim_host {
    bool running; /* inside of sim_run() */
    bool leave;   /* the next exit from the core goes to the main loop */
    bool observe; /* trace hash and figures */
    bool check;   /* kernel_check() after every step */
    enum sim_end end;
    const char *broken; /* the invariant, or the panic's reason */
    const struct boot *system;
    u64 crashes; /* host signals raised by guests, and calls of exit() */
    char crash[96]; /* the last one, in words, */
    struct sim_spot crash_spot; /* and where; */
    bool crashed; /* the next fault tells the core of it */
    bool ends_whole; /* the program looks at this, and ends the run itself; else they end it: */
    volatile sig_atomic_t interrupted; /* SIGINT or SIGTERM from outside */
};

extern struct sim_host sim_host;

/* A stack of SIM_STACK_SIZE with an inaccessible guard below it; its lowest
 * address. Stacks are kept for reuse after host_stack_free(). */
u8 *host_stack_new(void);
/* From now on its lowest host_stack_guard(limit) bytes are inaccessible, too: whole pages, and
 * at least `limit` bytes are left (0: all). host_stack_free() is told the limit. */
void host_stack_limit(u8 *stack, u32 limit);
u32 host_stack_guard(u32 limit);
/* What is on it means nothing any more. */
void host_stack_forget(u8 *stack);
void host_stack_free(u8 *stack, u32 limit);
/* What is on a stack, or was: whole words, of which AddressSanitizer learns nothing, as some are
 * its red zones. */
void host_stack_copy(u8 *to, const u8 *from, size_t size);

/* The running stack is now that of this context (NULL: the kernel stack): told
 * to AddressSanitizer, which wants to know every stack. */
#if defined(HOST_ASAN)
void host_stack_entered(const struct sim_context *context);
#else
static inline void host_stack_entered(const struct sim_context *context)
{
    (void)context;
}
#endif

/* From the guest that runs: a line says what is wrong, and it has crashed. */
_Noreturn void host_guest_stop(const char *what);

/* Signals that guests raise become faults of their threads; a timer of the
 * host notices guests that loop without reaching the core (0: no timer). */
void host_signals_install(void);
void host_watchdog_start(u32 milliseconds);

/* Does f(argument), unless the host says that an instruction in it is wrong: false then. For
 * what is left to do when a program may have written over the simulator's memory. */
bool host_try(void (*f)(void *), void *argument);
/* "while cell a, thread b ran, at file.c:42", of the hosted guest that ran last, by what the
 * simulator knows without the core. False: none has. */
bool host_last_guest(char *text, size_t size);

/* Gives up the run from within: sim_run() returns. */
_Noreturn void sim_run_abandon(enum sim_end end);

#endif
