/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cell: a protection domain. A capability table and a stage-2 address space;
 * its VMID is its index + 1 and is never given to another.
 */
#ifndef CORE_CELL_H
#define CORE_CELL_H

#include "types.h"

struct cpu;

struct cell {
    u64 space;     /* VTTBR */
    u16 slot_base; /* capability table: first index in kernel.caps, */
    u16 slots;     /* number of slots */
    u16 tables;    /* page-table pages in use or set aside, */
    u16 quota;     /* and at most */
    u16 restart;   /* progress of cell_restart; 0: none is under way */
    u16 regions;   /* region objects that it has, */
    u16 region_quota; /* and at most */
    u8 pad[10];
};

_Static_assert(sizeof(struct cell) == 32, "an index becomes an address by a shift");

/* Several callers may restart one cell: there is one progress. Each new call
 * starts over; a call that was preempted goes on with what is under way then, and
 * is done when that is. So every caller returns after all of a restart that
 * began no earlier than its call. */
u32 cell_hypercall_restart(struct cpu *cpu);

#endif
