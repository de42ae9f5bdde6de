/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Irq: one interrupt line. When it fires, its priority is dropped at once and
 * the line stays active, so it cannot fire again, until its driver's irq_ack.
 * The binding is a slot number in the driver cell's table and is looked up at
 * each interrupt: a revoked capability ends it. A line that fires unbound is
 * masked. The irq capability that a line was bound by ends the binding when it
 * goes, so that no line stays enabled, or waits for an ack, that nobody may ask for.
 * A line may also be bound to a virtual line of a vCPU (vcpu_bind): the guest's end of
 * interrupt then deactivates it in hardware.
 */
#ifndef CORE_IRQ_H
#define CORE_IRQ_H

#include "config.h"
#include "types.h"

struct cpu;

#define IRQ_UNBOUND 0xffU

_Static_assert(CELL_MAX <= IRQ_UNBOUND, "a cell's index takes 8 bits");

struct irq {
    u16 line;   /* INTID */
    u16 target; /* bound: index of the notification capability; NONE if unbound */
    u16 cap;    /* bound by: index of the irq capability; NONE if unbound */
    u8 cell;    /* bound: in whose table; IRQ_UNBOUND: the line is masked */
    u8 active;  /* fired, and not acknowledged by the driver yet */
    u8 vcpu;    /* bound to a virtual line of this vCPU: one more than its number; or 0 */
    u8 virtual_line;
    u8 mask; /* machine_mask() of whoever handles it, unless that is a vCPU */
    u8 pad[5];
};

_Static_assert(sizeof(struct irq) == 16, "an index becomes an address by a shift");

/* A line other than the kernel's own has fired and its priority is dropped. */
void irq_fire(struct cpu *cpu, u32 line);

/* Whatever the line was doing, it stays quiet now, and is bound to nothing. */
void irq_silence(struct irq *irq);
/* The same, for who sees to its virtual line itself. */
void irq_quiet(struct irq *irq);
/* The line of `index` is silenced and unbound, if it is bound in `cell`. */
void irq_release(u32 index, u32 cell);
/* The irq capability `cap` is now at `to`, with the binding made by it, if there
 * is one; or it is gone (NONE), and the binding with it. */
void irq_cap_moved(u32 cap, u32 to);

u32 irq_hypercall_bind(struct cpu *cpu);
u32 irq_hypercall_ack(struct cpu *cpu);

#endif
