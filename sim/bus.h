/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical address space: RAM and device registers by address. Implements the
 * accessors of include/hw_access.h too.
 *
 * After an access that can change an interrupt output or the next event, it
 * calls sim_events_changed() (sim.h).
 *
 * The hypervisor's writes to the distributor are on their way until a DSB, an access to the
 * same peripheral, or time passes: to other peripherals order does not hold (DDI 0406C
 * A3.8.2). What it writes to timers takes effect at an ISB, or when it leaves.
 */
#ifndef SIM_BUS_H
#define SIM_BUS_H

#include "types.h"

/* Addresses of QEMU's virt board. */
#define SIM_GICD_BASE 0x08000000U
#define SIM_GICC_BASE 0x08010000U
#define SIM_GICH_BASE 0x08030000U
#define SIM_GICV_BASE 0x08040000U
#define SIM_UART_BASE 0x09000000U
/* Of this machine alone. */
#define SIM_DMA_BASE 0x0b000000U

#define SIM_POSTED 96U
struct sim_bus {
    u32 count; /* writes that are on their way, in program order */
    u32 pad;
    struct {
        u32 at, size, value;
    } posted[SIM_POSTED];
};

/* An access of size 1, 2 or 4 (8 in RAM: use sim_ram_*), naturally aligned, by
 * CPU 0. False is an external abort: nothing is there, or not in that size. */
bool sim_bus_read(paddr_t pa, u32 size, u32 *value);
bool sim_bus_write(paddr_t pa, u32 size, u32 value);
/* A write that is on its way; it arrives as said above. */
void sim_bus_post(paddr_t pa, u32 size, u32 value);
/* DSB and ISB, if there is something for them to do: sim_clock.late. */
void sim_bus_dsb(void);
void sim_bus_isb(void);
/* Lets timers and devices catch up with sim_clock.now; the event loop calls it when a
 * time that sim_bus_next() gave has come. */
void sim_bus_update(void);
/* Earliest virtual time at which a device does something by itself. */
u64 sim_bus_next(void);

#endif
