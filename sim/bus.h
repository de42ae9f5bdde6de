/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical address space: RAM and device registers by address. Implements the
 * accessors of include/hw_access.h too.
 *
 * After an access that can change an interrupt output or the next event, it
 * calls sim_events_changed() (sim.h).
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

/* An access of size 1, 2 or 4 (8 in RAM: use sim_ram_*), naturally aligned, by
 * CPU 0. False is an external abort: nothing is there, or not in that size. */
bool sim_bus_read(paddr_t pa, u32 size, u32 *value);
bool sim_bus_write(paddr_t pa, u32 size, u32 value);
/* Lets timers and devices catch up with sim_clock.now; the event loop calls it when a
 * time that sim_bus_next() gave has come. */
void sim_bus_update(void);
/* Earliest virtual time at which a device does something by itself. */
u64 sim_bus_next(void);

#endif
