/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulator's vectors: from a guest's stack to the kernel stack and back.
 * Time stands still for devices while the core runs; what has come due is
 * delivered when it leaves, as on hardware, where interrupts are masked inside.
 */
#include "trap.h"

#include "host.h"
#include "hypercall.h"
#include "kernel.h"
#include "mishap.h"
#include "observe.h"
#include "sim.h"

_Static_assert(offsetof(struct kernel, cpu) == 0 && offsetof(struct cpu, regs) == 0,
               "thimble_trap.h finds the register file at the start of the core's state");

struct sim_context *sim_running;
struct sim_context sim_loop;
struct sim_context *sim_contexts[THREAD_MAX];
u8 *sim_kernel_stack_top;

void sim_trap_init(void)
{
    if (sim_kernel_stack_top == NULL) {
        sim_kernel_stack_top = host_stack_new() + SIM_STACK_SIZE;
    }
    sim_running = &sim_loop;
}

/* What is due when the core leaves; then the context to resume. */
static struct sim_context *leave(u32 event)
{
    sim_trap_end(event);
    struct sim_context *next = sim_contexts[kernel.cpu[0].current];
    if (sim_host.leave) {
        next = &sim_loop;
    }
    host_stack_entered(next);
    return next;
}

void sim_trap_end(u32 event)
{
    observe_event(event);
    sim_events_run();
    if (sim_clock.now >= sim.until) {
        sim_host.leave = true;
    }
}

/* The core has refused something in this hypercall: perhaps to who made it. */
static void __attribute__((noinline, cold)) refused(u32 thread, u32 number, u32 slot)
{
    const u32 *regs = thread_regs(&kernel.cpu[0], thread);
    bool receives = number == THIMBLE_REPLY_RECV || number == THIMBLE_RECV;

    if (sim_host.observe && regs[0] == sim_refusal.error &&
        (!receives || (regs[1] & THIMBLE_TAG_ERROR) != 0)) {
        mishap_refused(thread, number, sim_refusal.error, slot);
    }
}

struct sim_context *sim_trap_hypercall(u32 number)
{
    u32 caller = kernel.cpu[0].current;
    u32 slot = kernel.cpu[0].regs[0];

    host_stack_entered(NULL);
    sim_refusal.error = THIMBLE_OK;
    hypercall(&kernel.cpu[0], number);
    if (__builtin_expect(sim_refusal.error != THIMBLE_OK, 0)) {
        refused(caller, number, slot);
    }
    if (__builtin_expect(sim_clock.now >= sim_clock.next_event, 0)) {
        return leave(number);
    }
    struct sim_context *next = sim_contexts[kernel.cpu[0].current];
    host_stack_entered(next);
    return next;
}

struct sim_context *sim_trap_entry(u32 (*entry)(void))
{
    host_stack_entered(NULL);
    return leave(entry());
}

struct sim_context *sim_trap_resume(void)
{
    host_stack_entered(NULL);
    return leave(EVENT_NONE);
}
