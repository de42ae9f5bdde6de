/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: see notification.h. */
#include "notification.h"

#include "kernel.h"
#include "wake.h"

void notification_wait_end(struct cpu *cpu, u32 index, u32 thread, u32 status)
{
    struct thread *t = thread_at(thread);
    struct notification *n = notification_at(index);
    u32 *regs = thread_regs(cpu, thread);

    regs[0] = status;
    regs[1] = n->bits;
    n->bits = 0;
    n->waiter = NONE;
    t->waits_on = NONE;
    t->state = THREAD_READY;
    sc_wake(cpu, t->sc);
}

void notification_signal(struct cpu *cpu, u32 index, u32 bits)
{
    struct notification *n = notification_at(index);

    n->bits |= bits;
    trace(cpu, TRACE_SIGNAL, cpu->current, index, n->bits);
    if (n->bits != 0 && n->waiter != NONE) {
        notification_wait_end(cpu, index, n->waiter, THIMBLE_OK);
    } else if (VCPU_MAX != 0 && n->vcpu != 0) {
        vcpu_signal(cpu, index);
    }
}

bool notification_signal_cap(struct cpu *cpu, u32 index)
{
    cap_t cap = kernel.caps[index];

    if (!cap_matches(cap, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL)) {
        return false;
    }
    notification_signal(cpu, cap_object(cap), cap_badge(cap));
    return true;
}

void notification_signal_slot(struct cpu *cpu, u32 cell, u32 slot)
{
    if (slot < cell_at(cell)->slots) {
        (void)notification_signal_cap(cpu, cell_at(cell)->slot_base + slot);
    }
}

/* Apart, so that its registers are not saved on the straight way. */
static void __attribute__((noinline)) signal_slow(struct cpu *cpu)
{
    cap_t cap;
    u32 err = cap_look_up(thread_at(cpu->current), cpu->regs[0], THIMBLE_CAP_NOTIFICATION,
                          THIMBLE_RIGHT_SIGNAL, &cap);

    cpu->regs[0] = err;
    if (err == THIMBLE_OK) {
        notification_signal(cpu, cap_object(cap), cap_badge(cap));
    }
    trace(cpu, TRACE_HYPERCALL, cpu->current, THIMBLE_SIGNAL, err);
    if (cpu->resched) {
        schedule(cpu);
    }
}

static inline __attribute__((always_inline)) void signal_slot(struct cpu *cpu,
                                                              const struct thread *t)
{
    u32 slot = cpu->regs[0];

    machine_path(PATH_TRAP);
    if (slot < t->slots) {
        cap_t cap = kernel.caps[t->slot_base + slot];
        if (cap_matches(cap, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL)) {
            machine_path(PATH_SIGNAL);
            cpu->regs[0] = THIMBLE_OK;
            if (wake_switch(cpu, cap_object(cap), cap_badge(cap))) {
                return;
            }
            cpu->regs[0] = slot;
        }
    }
    signal_slow(cpu);
}

void notification_hypercall_signal(struct cpu *cpu)
{
    signal_slot(cpu, thread_at(cpu->current));
}

void notification_guest_signal(struct cpu *cpu)
{
    const struct thread *t = thread_at(cpu->current);

    if (cpu->regs[0] == t->health) {
        cpu->regs[0] = THIMBLE_NO_SLOT; /* which is in no table */
        signal_slow(cpu);
    } else {
        signal_slot(cpu, t);
    }
}

u32 notification_hypercall_wait(struct cpu *cpu)
{
    struct thread *t = thread_at(cpu->current);
    u64 deadline = (u64)cpu->regs[2] << 32 | cpu->regs[1];
    cap_t cap;

    if (!thread_is_active(t)) {
        return machine_refuse(THIMBLE_ERR_PASSIVE);
    }
    u32 err = cap_look_up(t, cpu->regs[0], THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, &cap);
    if (err != THIMBLE_OK) {
        return err;
    }
    struct notification *n = notification_at(cap_object(cap));
    if (n->waiter != NONE) {
        return machine_refuse(THIMBLE_ERR_BUSY);
    }
    if (n->bits == 0 && deadline <= machine_time()) {
        cpu->regs[1] = 0;
        return machine_refuse(THIMBLE_ERR_TIMEOUT);
    }
    machine_path(PATH_WAIT);
    cpu->regs[1] = n->bits;
    if (n->bits != 0) {
        n->bits = 0;
        return THIMBLE_OK;
    }
    n->waiter = cpu->current;
    t->waits_on = (u16)cap_object(cap);
    t->state = THREAD_WAITING;
    sc_block(cpu, t->sc);
    if (deadline != THIMBLE_NEVER) {
        sc_arm(sc_at(t->sc), 0, deadline);
    }
    return THIMBLE_OK;
}

u32 notification_hypercall_poll(struct cpu *cpu)
{
    cap_t cap;
    u32 err = cap_look_up(thread_at(cpu->current), cpu->regs[0], THIMBLE_CAP_NOTIFICATION,
                          THIMBLE_RIGHT_WAIT, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    machine_path(PATH_POLL);
    struct notification *n = notification_at(cap_object(cap));
    cpu->regs[1] = n->bits;
    n->bits = 0;
    return THIMBLE_OK;
}
