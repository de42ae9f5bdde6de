/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One memory access of the running guest: translated by the MMU under the space
 * of its cell, then RAM or a device. Shared by helpers and scripts.
 */
#ifndef SIM_ACCESS_H
#define SIM_ACCESS_H

#include "kernel.h"
#include "sim.h"

/* The machine loads VTTBR when the core leaves; doing so at the first use
 * after it is the same, and free for guests that only communicate. */
static inline void access_space_load(void)
{
    u64 space = thread_at(kernel.cpu[0].current)->space;

    if (sim.mmu.vttbr != space) {
        sim_mmu_set_vttbr(&sim.mmu, space);
    }
}

struct access {
    u32 address;
    u32 value;
    u8 size; /* 1, 2 or 4 */
    u8 kind; /* enum sim_access */
    u8 fault; /* THIMBLE_FAULT_* if it failed */
};

/* Makes the access; false: a->fault says why. */
bool access_make(struct access *a);
/* ACCESS_* of it. */
u32 access_bits(const struct access *a);
/* The running guest faults with it: enters the core. */
void access_fault(const struct access *a);

#endif
