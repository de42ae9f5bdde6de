/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cell: a protection domain. A capability table and a stage-2 address space;
 * its VMID is its index + 1 and is never given to another.
 */
#ifndef CORE_CELL_H
#define CORE_CELL_H

#include "types.h"

struct cell {
    u64 space;     /* VTTBR */
    u16 slot_base; /* capability table: first index in kernel.caps, */
    u16 slots;     /* number of slots */
    u16 tables;    /* page-table pages in use */
    u16 quota;     /* and at most */
};

_Static_assert(sizeof(struct cell) == 16, "an index becomes an address by a shift");

#endif
