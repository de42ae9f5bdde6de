/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Irq: one interrupt line. When it fires, its priority is dropped at once and
 * the line stays active, so it cannot fire again, until its driver's irq_ack.
 * The binding is a slot number in the driver cell's table and is looked up at
 * each interrupt: a revoked capability ends it. A line that fires unbound is
 * masked.
 */
#ifndef CORE_IRQ_H
#define CORE_IRQ_H

#include "types.h"

struct cpu;

struct irq {
    u16 line;   /* INTID */
    u16 cell;   /* bound: in whose table; NONE if unbound */
    u16 slot;   /* bound: notification capability */
    u8 active;  /* fired, and not acknowledged by the driver yet */
    u8 masked;
};

_Static_assert(sizeof(struct irq) == 8, "an index becomes an address by a shift");

/* A line other than the kernel's own has fired and its priority is dropped. */
void irq_fire(struct cpu *cpu, u32 line);

/* The line of `index` is silenced and unbound, if it is bound in `cell`. */
void irq_release(u32 index, u32 cell);

u32 irq_hypercall_bind(struct cpu *cpu);
u32 irq_hypercall_ack(struct cpu *cpu);

#endif
