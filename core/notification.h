/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notification: a word of bits. Signals OR their capability's badge into it
 * and accumulate; one thread at a time may wait for the word to be non-zero.
 */
#ifndef CORE_NOTIFICATION_H
#define CORE_NOTIFICATION_H

#include "types.h"

struct cpu;

struct notification {
    u32 bits;
    u16 waiter; /* thread; NONE */
    u8 vcpu; /* signals are a virtual line of this vCPU: one more than its number; or 0 */
    u8 line;
};

_Static_assert(sizeof(struct notification) == 8, "an index becomes an address by a shift");

/* ORs in the bits; a waiter gets the word and becomes ready. */
void notification_signal(struct cpu *cpu, u32 index, u32 bits);
/* Signals through the capability of that index, as bindings do: false if it is
 * not one to a notification with the right SIGNAL. */
bool notification_signal_cap(struct cpu *cpu, u32 index);
/* Likewise through a slot of a cell, if there is one. */
void notification_signal_slot(struct cpu *cpu, u32 cell, u32 slot);
/* The waiter of notification `index`, a thread, stops waiting, with this status. */
void notification_wait_end(struct cpu *cpu, u32 index, u32 thread, u32 status);

/* Keeps its own results: the waiter may run at once. */
void notification_hypercall_signal(struct cpu *cpu);
/* A guest's: not to its own health. */
void notification_guest_signal(struct cpu *cpu);
u32 notification_hypercall_wait(struct cpu *cpu);
u32 notification_hypercall_poll(struct cpu *cpu);

#endif
