/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: register files, switch, stop. See thread.h. */
#include "thread.h"

#include "boot.h"
#include "kernel.h"

u32 *thread_regs(struct cpu *cpu, u32 index)
{
    return index == cpu->current ? cpu->regs : thread_at(index)->regs;
}

void thread_switch(struct cpu *cpu, u32 index)
{
    thread_registers_switch(cpu, index, thread_at(index));
    trace(cpu, TRACE_RUN, index, cpu->sc, 0);
}

/* `server` will not answer `client` any more. A fault is sent again, so that
 * it finds out by itself that its handler is gone. */
static void caller_release(struct cpu *cpu, u32 client)
{
    struct thread *c = thread_at(client);

    if (c->reply_key & REPLY_KEY_FAULT) {
        c->state = THREAD_PENDING_FAULT;
    } else {
        thread_regs(cpu, client)[0] = machine_refuse(THIMBLE_ERR_DEAD);
    }
    c->reply_key = NONE;
}

void thread_stop(struct cpu *cpu, u32 index)
{
    struct thread *t = thread_at(index);

    machine_path(PATH_THREAD_STOP);
    trace(cpu, TRACE_STOP, index, 0, 0);
    if (t->reply_key != NONE) {
        machine_sometimes(MARK_STOP_SERVED);
        trace(cpu, TRACE_END, index, t->reply_key & REPLY_KEY_INDEX, 0);
        thread_at(t->reply_key & REPLY_KEY_INDEX)->caller = NOBODY;
        t->reply_key = NONE;
    }
    if (t->waits_on != NONE) {
        notification_at(t->waits_on)->waiter = NONE;
        t->waits_on = NONE;
    }
    if (VCPU_MAX != 0 && t->vcpu != 0) {
        vcpu_stop(cpu, t->vcpu - 1U);
    }
    if (thread_is_active(t)) {
        sc_block(cpu, t->sc);
    }
    if (t->caller != NOBODY) {
        machine_sometimes(MARK_STOP_SERVING);
        trace(cpu, TRACE_END, t->caller, index, 0);
        caller_release(cpu, t->caller);
        t->caller = NOBODY;
    }
    t->recv_key = NONE;
    t->restart = 0;
    t->state = THREAD_STOPPED;
    cpu->resched = 1;
}

void thread_reset(struct cpu *cpu, u32 index)
{
    struct thread *t = thread_at(index);
    u32 *regs = thread_regs(cpu, index);

    machine_path(PATH_THREAD_RESET);
    if (t->vcpu != 0 && t->state != THREAD_STOPPED) {
        return; /* somebody has started it between two steps of the restart */
    }
    for (u32 i = 0; i < THREAD_REGS; i++) {
        regs[i] = 0;
    }
    regs[0] = boot_thread_argument(index);
    t->window = THIMBLE_NO_SLOT;
    t->fault_kind = 0;
    if (t->vcpu != 0) {
        return; /* off, until vcpu_start */
    }
    t->state = THREAD_READY;
    machine_thread_reset(index);
    if (thread_is_active(t)) {
        sc_wake(cpu, t->sc);
    } else {
        t->recv_key = cpu->id;
    }
}

u32 thread_hypercall_stop(struct cpu *cpu)
{
    cap_t cap;
    u32 err = cap_look_up(thread_at(cpu->current), cpu->regs[0], THIMBLE_CAP_THREAD,
                          THIMBLE_RIGHT_CONTROL, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    thread_stop(cpu, cap_object(cap));
    return THIMBLE_OK;
}
