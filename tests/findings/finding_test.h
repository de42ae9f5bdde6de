/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Findings of soak and of the fuzzer as tests: a small system is put together
 * and booted, steps are made on it, and after each one the core must be in the
 * state that the reference model says. `make shrink` writes such tests.
 */
#ifndef FINDING_TEST_H
#define FINDING_TEST_H

#include <criterion/criterion.h>

#include "machine.h"
#include "model.h"

/* ---- the system: objects are numbered in the order in which they come ----*/

/* Of the simulated machine: its seed, and the mean number of accesses between
 * two speculative walks, 0 for none. Does the core trace? */
void begin_system(u32 seed, u32 speculate_every, bool trace);
/* Slots, page-table pages, regions to derive, physical address of its image of
 * 64 KiB. All cells come before the first region. */
void add_cell(u32 slots, u32 tables, u32 regions, u32 image);
void add_region(u32 cell, u32 pa, u32 size, u32 memory, u32 access);
/* No region is derived, mapped or unmapped. */
void fix_memory(void);
void add_irq(u32 line, bool edge);
void add_notifications(u32 count);
/* Threads count from 1. Slots of fault handler and health notification, physical
 * address of the message buffer or 0, and r0 at the start. */
void add_passive(u32 cell, u32 level, u32 handler, u32 health, u32 buffer, u32 argument);
void add_active(u32 cell, u32 level, u32 priority, u32 budget, u32 period, u32 handler, u32 health,
                u32 buffer, u32 argument);
/* An active thread becomes this vCPU. */
void make_vcpu(u32 thread, u32 vcpu, u32 low);
void add_cap(u32 cell, u32 slot, u32 type, u32 rights, u32 object, u32 badge);
void boot_system(void);

/* ---- steps, made by whoever runs -----------------------------------------*/

#define AT_POINT false
#define AT_HOP true

/* During the next step: at its preemption point of this number, counted from 1,
 * or between two threads of a chain. */
void meanwhile(bool hop, u32 number, enum model_event event, u32 argument);
/* do_hypercall(number, r0, r1, ...): registers that are not given are 0. */
#define do_hypercall(number, ...) step_hypercall(number, (const u32[8]){__VA_ARGS__})
void step_hypercall(u32 number, const u32 *regs);
void do_access(u32 access, u32 address, u32 size, u32 value);
void do_fault(u32 kind, u32 address, u32 pc);
/* Guests: the line that is ended; control and time of the timer. */
void do_guest(enum model_guest what, u32 value, u32 address);
void do_exit(u32 kind, const u32 *words);
void do_event(enum model_event event, u32 argument);
/* Memory is compared, too. */
void end_system(void);

#endif
