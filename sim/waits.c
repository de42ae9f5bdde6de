/* SPDX-License-Identifier: BSD-2-Clause */
/* Who waits for whom: see waits.h. */
#include "waits.h"

#include <stdio.h>
#include <string.h>

#include "host.h"
#include "kernel.h"
#include "sim.h"

static bool runs(u32 thread)
{
    return thread == kernel.cpu[0].current;
}

/* The thread behind a slot of its cell; NONE. */
static u32 slot_thread(const struct thread *t, u32 slot)
{
    cap_t cap = slot < t->slots ? kernel.caps[t->slot_base + slot] : 0;

    return cap_type(cap) == THIMBLE_CAP_THREAD ? cap_object(cap) : NONE;
}

static u64 deadline_of(const struct thread *t)
{
    u32 armed = t->sc != NONE ? sc_at(t->sc)->armed : 0;

    if (armed == 0) {
        return SIM_TIME_NEVER;
    }
    return kernel.due[(armed - 1U) | 1U][(armed - 1U) & 1U] * SIM_TICK_INSTRUCTIONS;
}

struct wait wait_of(u32 thread)
{
    const struct thread *t = thread_at(thread);
    struct wait w = {.kind = WAIT_NOTHING, .object = NONE, .until = SIM_TIME_NEVER};

    if (runs(thread) || t->state == THREAD_STOPPED) {
        return w;
    }
    if (t->recv_key != NONE) {
        w.kind = WAIT_CALLED;
    } else if (t->reply_key != NONE) {
        w.kind = (t->reply_key & REPLY_KEY_FAULT) != 0 ? WAIT_FAULT : WAIT_CALL;
        w.object = t->reply_key & REPLY_KEY_INDEX;
    } else if (t->state == THREAD_WAITING) {
        w.kind = WAIT_NOTIFICATION;
        w.object = t->waits_on;
        w.until = deadline_of(t);
    } else if (t->state == THREAD_PENDING_CALL) {
        w.kind = WAIT_CALL;
        w.object = slot_thread(t, t->regs[0]);
    } else if (t->state == THREAD_PENDING_FAULT) {
        w.kind = WAIT_FAULT;
        w.object = slot_thread(t, t->handler);
    } else if (t->state == THREAD_SLEEPING) {
        w.kind = WAIT_GUEST;
    }
    return w;
}

const char *wait_word(u32 thread)
{
    static const char *const words[] = {
        [WAIT_NOTHING] = "ready",  [WAIT_CALLED] = "idle",        [WAIT_CALL] = "calls",
        [WAIT_FAULT] = "faults",   [WAIT_NOTIFICATION] = "waits", [WAIT_GUEST] = "waits",
    };

    if (thread_at(thread)->state == THREAD_STOPPED || thread_at(thread)->state == THREAD_FAILED) {
        return "stopped";
    }
    return runs(thread) ? "runs" : words[wait_of(thread).kind];
}

const char *wait_thread_name(u32 thread)
{
    static char names[8][160];
    static u32 next;
    char *name = names[next++ % ARRAY_SIZE(names)];

    snprintf(name, sizeof(names[0]), "%s.%s", sim_cell_name(thread_at(thread)->cell),
             sim_thread_name(thread));
    return name;
}

const char *wait_object_name(const struct wait *wait)
{
    const struct boot *b = sim_host.system;

    if (wait->object == NONE) {
        return NULL;
    }
    if (wait->kind == WAIT_NOTIFICATION) {
        return wait->object < b->notification_count ? b->notifications[wait->object].name : NULL;
    }
    return wait_thread_name(wait->object);
}

/* ---- who is lost --------------------------------------------------------------*/

/* What the threads that are not lost can do, by object. */
static struct {
    bool signal[NOTIFICATION_MAX];
    bool call[THREAD_MAX];
    bool restart[CELL_MAX];
} able;

static void able_from_cell(u32 cell)
{
    const struct cell *c = &kernel.cells[cell];

    for (u32 i = 0; i < c->slots; i++) {
        cap_t cap = kernel.caps[c->slot_base + i];
        u32 object = cap_object(cap);
        if (cap_type(cap) == THIMBLE_CAP_NOTIFICATION) {
            able.signal[object] |= (cap_rights(cap) & THIMBLE_RIGHT_SIGNAL) != 0;
        } else if (cap_type(cap) == THIMBLE_CAP_THREAD) {
            able.call[object] |= (cap_rights(cap) & (THIMBLE_RIGHT_CALL | THIMBLE_RIGHT_CONTROL));
        } else if (cap_type(cap) == THIMBLE_CAP_CELL) {
            able.restart[object] |= (cap_rights(cap) & THIMBLE_RIGHT_CONTROL) != 0;
        }
    }
}

/* Lines that are bound, whoever has bound them. */
static void able_from_lines(void)
{
    for (u32 i = 0; i < kernel.irq_count; i++) {
        u32 target = kernel.irqs[i].target;
        if (target != NONE && cap_type(kernel.caps[target]) == THIMBLE_CAP_NOTIFICATION) {
            able.signal[cap_object(kernel.caps[target])] = true;
        }
    }
}

/* Given which ones are not known to yet. */
static bool can_run(const bool lost[THREAD_MAX], u32 thread)
{
    const struct thread *t = thread_at(thread);
    struct wait w = wait_of(thread);

    if (able.restart[t->cell]) {
        return true;
    }
    if (t->state == THREAD_STOPPED || t->state == THREAD_FAILED) {
        return t->vcpu != 0 && able.call[thread];
    }
    switch (w.kind) {
    case WAIT_CALLED:
        return able.call[thread];
    case WAIT_NOTIFICATION:
        return w.until != SIM_TIME_NEVER || able.signal[w.object];
    case WAIT_CALL:
    case WAIT_FAULT: /* its server has its time, and runs unless it waits itself */
        return w.object == NONE || !lost[w.object];
    case WAIT_NOTHING:
    case WAIT_GUEST:
    default:
        return true;
    }
}

/* From a thread that can run follows what others can: until nothing more does. */
void wait_find_lost(bool lost[THREAD_MAX])
{
    bool more = true;

    memset(&able, 0, sizeof(able));
    able_from_lines();
    for (u32 i = 0; i < THREAD_MAX; i++) {
        lost[i] = i >= CPU_MAX && i < kernel.thread_count;
    }
    while (more) {
        more = false;
        for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
            if (lost[i] && can_run(lost, i)) {
                const struct thread *t = thread_at(i);
                cap_t health = t->health < t->slots ? kernel.caps[t->slot_base + t->health] : 0;
                lost[i] = false;
                more = true;
                able_from_cell(t->cell);
                if (cap_type(health) == THIMBLE_CAP_NOTIFICATION) {
                    able.signal[cap_object(health)] = true; /* if it faults */
                }
            }
        }
    }
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        u32 state = thread_at(i)->state;
        lost[i] = lost[i] && state != THREAD_STOPPED && state != THREAD_FAILED;
    }
}

/* ---- cycles -------------------------------------------------------------------*/

/* What a cell may signal because of its lines and its health is not signalled by threads. */
static bool core_signals(const struct thread *t, u32 slot, const struct thread *waiter)
{
    const struct cell *c = &kernel.cells[t->cell];

    if (t->health == slot) {
        return true;
    }
    for (u32 i = 0; i < c->slots && t->cell == waiter->cell; i++) {
        if (cap_type(kernel.caps[c->slot_base + i]) == THIMBLE_CAP_IRQ) {
            return true;
        }
    }
    return false;
}

static bool may_signal(u32 thread, u32 notification, u32 waiter)
{
    const struct thread *t = thread_at(thread);

    for (u32 i = 0; i < t->slots; i++) {
        cap_t cap = kernel.caps[t->slot_base + i];
        if (cap_type(cap) == THIMBLE_CAP_NOTIFICATION && cap_object(cap) == notification &&
            (cap_rights(cap) & THIMBLE_RIGHT_SIGNAL) != 0 &&
            !core_signals(t, i, thread_at(waiter))) {
            return true;
        }
    }
    return false;
}

/* A lost thread that waits itself, and without which `thread` cannot go on; NONE. */
static u32 waits_for(const bool lost[THREAD_MAX], u32 thread)
{
    struct wait w = wait_of(thread);

    if (w.kind == WAIT_CALL || w.kind == WAIT_FAULT) {
        return w.object != NONE && lost[w.object] ? w.object : NONE;
    }
    for (u32 i = CPU_MAX; i < kernel.thread_count && w.kind == WAIT_NOTIFICATION; i++) {
        if (i != thread && lost[i] && wait_of(i).kind != WAIT_CALLED &&
            may_signal(i, w.object, thread)) {
            return i;
        }
    }
    return NONE;
}

u32 wait_cycle(const bool lost[THREAD_MAX], bool seen[THREAD_MAX], u16 list[THREAD_MAX])
{
    for (u32 first = CPU_MAX; first < kernel.thread_count; first++) {
        u32 count = 0;
        u32 at = first;
        while (at != NONE && lost[at] && !seen[at]) {
            seen[at] = true;
            list[count] = (u16)at;
            count++;
            at = waits_for(lost, at);
        }
        for (u32 i = 0; i < count; i++) {
            if (list[i] == at) {
                memmove(list, &list[i], (count - i) * sizeof(list[0]));
                return count - i;
            }
        }
    }
    return 0;
}
