/* SPDX-License-Identifier: BSD-2-Clause */
/* What a target's copies say, for people and for programs. */
#ifndef GDB_READOUT_H
#define GDB_READOUT_H

#include "stops.h"
#include "types.h"

/* How the run ended: who ran it knows that. */
struct end {
    const char *kind; /* "time", "idle", "request", "watchdog", "panic" */
    const char *words;
};

/* Of a cell: what its scheduling contexts have run, and how often they ran out. */
struct paid {
    u64 ticks;
    u32 depleted;
};

/* NULL: there is no such kind. */
const char *end_words(const char *kind);
/* What the core's last words were, if it has panicked; NULL: it has not. */
const char *panic_words(void);
/* Up to where the core has accounted for its time, in ticks. */
u64 state_time(void);
struct paid paid_of(u32 cell);
/* Writes all of it as JSON; false: the file could not be written, and that has been said. */
bool json_write(const char *file, struct end end, const struct stop *stops, u32 stop_count);

#endif
