/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults as calls to a handler: see fault.h. */
#include "fault.h"

#include "ipc.h"
#include "kernel.h"
#include "klog.h"

void fault(struct cpu *cpu, u32 kind, u32 address, u32 access, u32 pc)
{
    u32 index = cpu->current;
    struct thread *t = thread_at(index);

    t->fault_kind = (u8)kind;
    t->fault_access = (u8)access;
    t->fault_address = address;
    t->fault_pc = pc;
    trace(cpu, TRACE_FAULT, index, kind, address);
    u32 handler = fault_send(cpu, index);
    if (handler == NONE || t->state == THREAD_PENDING_FAULT) {
        schedule(cpu);
    } else {
        thread_switch(cpu, handler);
    }
}

/* The thread's fault handler, if it can be called from there; else NONE. */
static u32 fault_handler(const struct thread *t, cap_t *cap)
{
    if (cap_look_up(t, t->handler, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, cap) != THIMBLE_OK) {
        return NONE;
    }
    const struct thread *h = thread_at(cap_object(*cap));
    bool fits = !thread_is_active(h) && h->level < t->level && h->state != THREAD_STOPPED;
    return fits ? cap_object(*cap) : NONE;
}

u32 fault_end(struct cpu *cpu, u32 thread)
{
    const struct thread *t = thread_at(thread);

    thread_stop(cpu, thread);
    notification_signal_slot(cpu, t->cell, t->health);
    return NONE;
}

u32 fault_send(struct cpu *cpu, u32 thread)
{
    struct thread *t = thread_at(thread);
    cap_t cap;
    u32 handler = fault_handler(t, &cap);

    machine_path(PATH_FAULT);
    if (handler == NONE) {
        machine_path(PATH_DUMP);
        klog_fault(cpu, thread);
        t->state = THREAD_FAILED;
        /* A passive one's turn would be its caller's, which may die. */
        return thread_is_active(t) ? NONE : fault_end(cpu, thread);
    }
    if (thread_at(handler)->recv_key != cpu->id) {
        machine_sometimes(MARK_FAULT_BUSY);
        t->state = THREAD_PENDING_FAULT;
        return handler;
    }
    u32 *regs = thread_regs(cpu, handler);
    regs[0] = cap_badge(cap);
    regs[2] = t->fault_kind;
    if (VCPU_MAX != 0 && t->vcpu != 0) {
        regs[1] = THIMBLE_TAG(THIMBLE_LABEL_EXIT, THIMBLE_REGISTER_WORDS);
        __builtin_memcpy(&regs[3], vcpu_at(t->vcpu - 1U)->exit, 4U * VCPU_EXIT_WORDS);
    } else {
        regs[1] = THIMBLE_TAG(THIMBLE_LABEL_FAULT, 4U);
        regs[3] = t->fault_address;
        regs[4] = t->fault_access;
        regs[5] = t->fault_pc;
        regs[6] = 0;
        regs[7] = 0;
    }
    ipc_connect(cpu, thread, handler, handler | REPLY_KEY_FAULT);
    return handler;
}

void fault_answer(struct cpu *cpu, u32 thread, const u32 *regs)
{
    struct thread *t = thread_at(thread);
    u32 action = regs[2];

    machine_path(PATH_FAULT_ANSWER);
    if (action != THIMBLE_FAULT_RETRY && action != THIMBLE_FAULT_SKIP &&
        (t->vcpu == 0 || action != THIMBLE_EXIT_UNDEF)) {
        (void)fault_end(cpu, thread);
        return;
    }
    trace(cpu, TRACE_END, thread, t->reply_key & REPLY_KEY_INDEX, 0);
    t->reply_key = NONE;
    if (VCPU_MAX != 0 && t->vcpu != 0) {
        vcpu_answer(cpu, thread, regs);
    } else {
        t->fault_action = action;
        if (action == THIMBLE_FAULT_SKIP) {
            machine_fault_skip(thread, t->fault_value, regs[3]);
        }
        t->fault_value = regs[3];
    }
    t->fault_kind = 0;
}
