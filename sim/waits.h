/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who waits for whom, as the core's state is now: for the report. A thread that can never run
 * again is lost: it waits, for ever, for what only lost threads and stopped ones could give it.
 * Who may give what is taken from the capabilities that there are, so that no thread is called
 * lost that is not.
 */
#ifndef SIM_WAITS_H
#define SIM_WAITS_H

#include "config.h"
#include "types.h"

enum wait_kind {
    WAIT_NOTHING = 0,  /* it runs, is ready, or is stopped */
    WAIT_CALLED,       /* to be called */
    WAIT_CALL,         /* for the reply of a thread */
    WAIT_FAULT,        /* for its fault handler, a thread */
    WAIT_NOTIFICATION,
    WAIT_GUEST         /* a vCPU at its WFI */
};

struct wait {
    enum wait_kind kind;
    u32 object; /* kernel index of the thread, or the notification; NONE: not known */
    u64 until;  /* ns, SIM_TIME_NEVER: for ever */
};

struct wait wait_of(u32 thread);
/* One word: "runs", "ready", "stopped", "idle" (to be called), "calls", "faults", "waits". */
const char *wait_word(u32 thread);
/* "cell.thread" of a kernel index; valid until the eighth call after it. */
const char *wait_thread_name(u32 thread);
/* The name of what it waits for: "cell.thread" or a notification's; NULL: nothing. */
const char *wait_object_name(const struct wait *wait);

/* Finds the lost ones: lost[kernel index]. */
void wait_find_lost(bool lost[THREAD_MAX]);
/* The next cycle of lost threads that wait for each other, those of `seen` left out, which
 * gets all that were looked at. How many there are in it, in turn; 0: no more. */
u32 wait_cycle(const bool lost[THREAD_MAX], bool seen[THREAD_MAX], u16 list[THREAD_MAX]);

#endif
