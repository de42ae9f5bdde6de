/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Systems built at run time, for benchmarks and tests: cells, threads and
 * capabilities are added one by one, then the machine boots. Descriptions
 * (user/describe/) are for everything else; this does not check what it is told.
 *
 * Each cell may derive BUILD_DERIVED regions, and sees an image of BUILD_IMAGE_SIZE bytes of its
 * own RAM, readable and writable, at BUILD_IMAGE_AT; every thread has a message buffer in it.
 */
#ifndef SIM_BUILDER_H
#define SIM_BUILDER_H

#include "guest.h"
#include "sim.h"

#define BUILD_IMAGE_AT 0x10000000U
#define BUILD_IMAGE_SIZE (64U * KIB)
#define BUILD_CELLS_MAX 64U
#define BUILD_DERIVED 4U
#define BUILD_CAPS_MAX 4096U

/* Where the image of a cell, and the buffer of a thread, lie in RAM. */
paddr_t build_image(u32 cell);
paddr_t build_buffer(u32 thread);

/* Forgets what was added. */
void build_begin(void);
/* All of these return the index that the others take; a thread's is its boot
 * index: boot_thread_index() makes the core's of it. */
u32 build_cell(const char *name);
u32 build_active(u32 cell, u8 priority, thimble_entry program, u32 argument);
u32 build_passive(u32 cell, u8 level, thimble_entry program, u32 argument);
u32 build_notification(void);
u32 build_irq(u16 line, bool edge);
/* All spaces do without so many address bits: boot.space_t0sz. */
void build_narrow(u32 t0sz);
/* Memory stays as it is mapped at boot: boot.fixed. */
void build_fixed(void);
u32 build_region(u32 cell, struct machine_mapping map);
/* Puts a capability into the next slot of the cell's table (the first is 1):
 * its number. */
u32 build_grant(u32 cell, u8 type, u8 rights, u32 object, u32 badge);
/* Changes to what was added last or before: */
void build_slots(u32 cell, u32 slots); /* size of its capability table */
void build_derived(u32 cell, u32 regions); /* its quota of region objects, */
void build_tables(u32 cell, u32 tables);   /* and of page-table pages */
void build_unmapped(u32 region);       /* not mapped at boot: grant it */
void build_budget(u32 thread, u32 budget, u32 period); /* ticks */
void build_priority(u32 thread, u8 priority);
/* The line interrupts nobody above this priority; without it, everybody. */
void build_handled(u32 irq, u8 priority);
/* An active thread becomes a vCPU, which does not run before vcpu_start. */
void build_vcpu(u32 thread, u8 low_priority);
void build_handler(u32 thread, u32 handler_slot, u32 health_slot);
void build_no_buffer(u32 thread);
void build_script(u32 thread, sim_script script, void *state, size_t state_size);
/* Boots it; NULL, or why it cannot. A thread with neither program nor script
 * computes for ever. */
const char *build_boot(const struct sim_options *options);

#endif
