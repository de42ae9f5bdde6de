/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Crossing between guests and the core: the simulator's vectors. Between
 * trap.c and its assembly (switch_*.S), guests' helpers and the main loop.
 */
#ifndef SIM_TRAP_H
#define SIM_TRAP_H

#include "guest.h"
#include "types.h"

/* Runs `entry` on the kernel stack, on behalf of the running guest, then
 * resumes whatever runs next. Returns when this guest runs again. The entry
 * returns what it was, for the trace: an EVENT_* of observe.h. */
void sim_trap_call(u32 (*entry)(void));
/* From the main loop: resumes the current hosted guest; returns when the loop
 * is wanted (idle, a scripted guest, or the end of the run). */
void sim_trap_loop(void);
/* Called by the assembly on the kernel stack: does the work, and returns whose
 * context to resume. */
struct sim_context *sim_trap_hypercall(u32 number);
struct sim_context *sim_trap_entry(u32 (*entry)(void));
struct sim_context *sim_trap_resume(void);
/* First instruction of a guest that has not run before. */
void sim_trap_start(void);
_Noreturn void sim_guest_main(void);

/* The context that the running stack is saved to at the next trap. */
extern struct sim_context *sim_running;
extern struct sim_context sim_loop;
/* By kernel thread index; guests that are not hosted have &sim_loop. */
extern struct sim_context *sim_contexts[THREAD_MAX];
extern u8 *sim_kernel_stack_top;

void sim_trap_init(void);
/* The end of every entry into the core: observes it, and delivers what is due.
 * For entries that the main loop makes for scripted guests, too. */
void sim_trap_end(u32 event);

#endif
