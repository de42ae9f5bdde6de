/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that play the machine: they build a small system, boot the real core
 * on the simulated hardware, and then make its entries themselves: hypercalls,
 * faults and interrupts, as whichever thread the core says is running.
 *
 * Kernel paths cost no time here, so time passes only in drive_elapse(), and
 * every figure of a test is exact. kernel_check() runs after every step.
 *
 * Threads are named by the index that the builder gave them.
 */
#ifndef TESTS_DRIVE_H
#define TESTS_DRIVE_H

#include <criterion/criterion.h>

#include "builder.h"
#include "hypercall.h"
#include "kernel.h"

/* What drive_running() says while the CPU idles. */
#define DRIVE_IDLE 0xffffffffU

/* Boots what was built. It is time 0 then. */
void drive_boot(void);
/* The thread that runs. */
u32 drive_running(void);
struct thread *drive_thread(u32 thread);
struct sc *drive_sc(u32 thread);
/* The deadline of its context; MACHINE_TIME_NEVER. */
u64 drive_deadline(u32 thread);
/* Of its context, as it is now. */
u32 drive_priority_of(u32 thread);
/* Its context has this priority from now on; nobody has a deadline. */
void drive_priority(u32 thread, u32 priority);
/* Register i of a thread, wherever it is now. */
u32 drive_reg(u32 thread, u32 i);

/* ---- entries into the core -------------------------------------------------*/
/* The running thread makes the hypercall: number, r0, r1, ...; registers that
 * are not given keep their values. */
#define drive_hypercall(...) \
    drive_trap((const u32[]){__VA_ARGS__}, sizeof((const u32[]){__VA_ARGS__}) / sizeof(u32))
void drive_trap(const u32 *call, size_t count);
/* The running thread faults. */
void drive_fault(u32 kind, u32 address, u32 access, u32 pc);
/* A thread is stopped, as a manager would have it done. */
void drive_stop(u32 thread);
/* A device drives its line; the CPU sees it at the next of the entries below. */
void drive_line(u32 line, bool level);
/* As if it had been taken. */
void drive_line_activate(u32 line);
/* All interrupts that are pending are taken. */
void drive_interrupts(void);
/* Ticks pass, with their interrupts. */
void drive_elapse(u64 ticks);
/* Any change of the state that a test made by hand: chooses anew who runs. */
void drive_schedule(void);
void drive_check(void);

/* The error that the call ends in, all else as it was, bit for bit: core,
 * RAM with the page tables, interrupt controller and timer. */
#define expect_error(error, ...)                 \
    drive_refused((error), (const u32[]){__VA_ARGS__}, \
                  sizeof((const u32[]){__VA_ARGS__}) / sizeof(u32))
void drive_refused(u32 error, const u32 *call, size_t count);

/* ---- what tests expect -------------------------------------------------------*/
#define expect_runs(thread) cr_assert_eq(drive_running(), (thread), "another thread runs")
#define expect_idle() cr_assert_eq(drive_running(), DRIVE_IDLE, "the CPU does not idle")
/* Registers of the running thread: r0, r1, ... */
#define expect_regs(...) \
    drive_expect_regs((const u32[]){__VA_ARGS__}, sizeof((const u32[]){__VA_ARGS__}) / sizeof(u32))
void drive_expect_regs(const u32 *regs, size_t count);

/* The state before a step, and what differs from it: NULL if nothing does. */
void drive_remember(void);
/* The remembered state, for a test to change to what it expects. */
extern struct kernel drive_before;
const char *drive_difference(void);

/* ---- message buffers -----------------------------------------------------------*/
u32 drive_word(u32 thread, u32 i);
void drive_word_set(u32 thread, u32 i, u32 value);
/* Words 0 to 63 of a buffer become first, first + 1, ... */
void drive_words_fill(u32 thread, u32 first);
/* Words from <= i < to are still, or now, first + i. */
void expect_words(u32 thread, u32 from, u32 to, u32 first);

/* ---- shorter names for the builder ---------------------------------------------*/
static inline u32 cap_call(u32 cell, u32 thread, u32 badge)
{
    return build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, thread, badge);
}

static inline u32 cap_notification(u32 cell, u32 notification, u32 badge)
{
    return build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT,
                       notification, badge);
}

static inline u32 cap_irq(u32 cell, u32 irq)
{
    return build_grant(cell, THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, irq, 0);
}

/* The capability in a slot of a cell, for revoking it by hand. */
cap_t *drive_cap(u32 cell, u32 slot);
/* Marks it, as a revocation on its way would; the last capability of the system
 * stands for the one that is being revoked. */
void drive_mark(u32 cell, u32 slot);

/* Blocks the running thread for ever on this notification. */
void drive_block(u32 slot);
/* The time that the core sees, in ticks. */
u64 drive_time(void);
/* Waits at most so many ticks from now. */
void drive_wait(u32 slot, u64 ticks);
void drive_wait_until(u32 slot, u64 deadline);

#endif
