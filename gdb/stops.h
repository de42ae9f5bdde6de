/* SPDX-License-Identifier: BSD-2-Clause */
/* Which threads of a target a fault has stopped, as far back as the core's text goes, and what
 * each thread waits for. */
#ifndef GDB_STOPS_H
#define GDB_STOPS_H

#include "config.h"
#include "places.h"
#include "types.h"

#define STOPS_MOST 64U
#define TIME_UNKNOWN UINT64_MAX

struct stop {
    u64 time; /* ticks; TIME_UNKNOWN: it was not traced */
    u32 thread;
    u32 kind;   /* THIMBLE_FAULT_* */
    u32 access; /* ACCESS_*; 0: it was no access */
    u32 address;
    u32 pc;
    bool at_rest; /* the thread has not been started anew since */
    bool decided; /* by its fault handler */
    bool placed;
    struct place place;
};

/* All of them, the oldest first. */
u32 stops_read(struct stop *stops);
/* What happened: "memory fault, write at 0xdead0000", and more if more is known. */
void stop_words(const struct stop *stop, char *to, size_t size);

/* What a thread does, in the words of the simulator's report. */
struct doing {
    const char *state; /* "runs", "ready", "stopped", "idle", "calls", "faults", "waits" */
    const char *kind;  /* of what it waits for: "call", "fault", "notification"; NULL: nothing */
    const char *what;  /* its name; NULL: not known. Good until the eighth call after */
    u64 until;         /* ticks; TIME_UNKNOWN: for ever */
};
struct doing doing_of(u32 thread);

/* The next cycle of threads that wait for each other for ever and that nothing else could wake:
 * in turn, each for the next. Marks them in `seen`. How many; 0: no more. */
u32 deadlock_next(bool seen[THREAD_MAX], u16 list[THREAD_MAX]);

#endif
