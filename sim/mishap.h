/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What went wrong in a run: hypercalls that the core refused, and threads that a fault has
 * stopped. Kept for the report while the run is observed; no part of any state or hash.
 */
#ifndef SIM_MISHAP_H
#define SIM_MISHAP_H

#include <stdio.h>

#include "spot.h"
#include "types.h"

/* All refusals of a kind of hypercall to a thread with the same error. */
struct mishap_refusal {
    u16 thread; /* kernel index */
    u8 hypercall;
    u8 error;
    u32 slot;  /* the one in r0 that came most often */
    u32 votes; /* by which that is known */
    u64 count;
    struct sim_spot spot; /* of one with this slot */
};

struct mishap_stop {
    u64 time;
    u16 thread;
    u8 kind;    /* THIMBLE_FAULT_* */
    u8 access;
    u32 address;
    bool decided; /* by its fault handler */
    char crash[96]; /* what the host said of a crash */
    struct sim_spot spot;
};

#define MISHAP_REFUSALS 256U
#define MISHAP_STOPS 64U
#define MISHAP_OPEN 32U

struct mishaps {
    u32 refusal_count;
    u32 stop_count; /* kept */
    u64 stops_all;
    u64 refused_more; /* of kinds for which there was no room */
    u32 open_count;
    u16 index[4U * MISHAP_REFUSALS]; /* by hash: one more than the number; 0: free */
    struct mishap_refusal refusals[MISHAP_REFUSALS];
    struct mishap_stop stops[MISHAP_STOPS];
    struct mishap_stop open[MISHAP_OPEN]; /* faults that handlers have: by thread */
};

extern struct mishaps mishaps;

void mishap_reset(void);
/* A hypercall of `thread` was refused; `slot` is what it had in r0. */
void mishap_refused(u32 thread, u32 hypercall, u32 error, u32 slot);
/* `thread` has faulted, and the core knows. */
void mishap_fault(u32 thread);
/* `thread` has done something else than fault: the fault before is mended. A reply may
 * have decided otherwise. */
void mishap_goes_on(u32 thread, bool reply);

/* Refusals, those that came most often first: list[i] is an index. Returns how many. */
u32 mishap_refusals_sorted(u16 list[MISHAP_REFUSALS]);
/* In words: "memory fault, write at 0xdead0000". */
void mishap_stop_words(const struct mishap_stop *stop, char *text, size_t size);
/* Names for people: "CALL", "BAD_RIGHTS". Does the hypercall take a slot in r0? */
const char *mishap_hypercall(u32 number);
const char *mishap_error(u32 error);
bool mishap_has_slot(u32 hypercall);

#endif
