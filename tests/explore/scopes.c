/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The systems that are explored, and what their threads may do. Budgets are a few
 * ticks, so that they run out in the middle of things.
 */
#include "explore.h"

#include "machine.h"

#define H STEP_HYPERCALL
#define NEVER 0xffffffffU
#define TAG_CAP (THIMBLE_TAG(0, 6) | THIMBLE_TAG_CAP)
#define MAP_AT 0x20000000U
#define BLOCKS_AT (MODEL_RAM_BASE + 0x00200000U)

/* Notification 0 is told of irq 0; who holds what is the same in most scopes. */
enum slots {
    SLOT_SERVER = 1,
    SLOT_BELL,
    SLOT_IRQ,
    SLOT_CELL,
    SLOT_OTHER,
    SLOT_FREE
};

/* ---- building ------------------------------------------------------------*/

static void region(struct system_drawn *d, u32 cell, u32 pa, u32 size, u32 memory)
{
    struct model_region *r = d->model.regions;

    while (r->used) {
        r++;
    }
    *r = (struct model_region){.used = true,
                               .owner = cell,
                               .pa = pa,
                               .size = size,
                               .memory = memory,
                               .access = ACCESS_READ | ACCESS_WRITE,
                               .cell = MODEL_NONE};
}

static void cells(struct system_drawn *d, u32 count, u32 slots, u32 tables, u32 derived)
{
    for (u32 i = 0; i < count; i++) {
        struct model_cell *c = &d->model.cells[d->model.cell_count++];
        c->first = d->model.cap_count;
        c->slots = slots;
        c->quota = tables;
        c->regions = derived;
        d->model.cap_count += slots;
        region(d, i, MODEL_RAM_BASE + i * SYSTEM_IMAGE_SIZE, SYSTEM_IMAGE_SIZE, MEMORY_NORMAL);
    }
    d->model.notification_count = 1;
    d->model.irq_count = 1;
    d->model.irqs[0] = (struct model_irq){
        .line = 40, .cell = MODEL_NONE, .slot = THIMBLE_NO_SLOT, .cap = MODEL_NONE};
}

static struct model_thread *passive(struct system_drawn *d, u32 cell, u32 level)
{
    struct model_thread *t = &d->model.threads[d->model.thread_count++];

    *t = (struct model_thread){.cell = cell,
                               .level = level,
                               .sc = MODEL_NONE,
                               .vcpu = MODEL_NONE,
                               .doing = DOING_RECEIVE,
                               .window = THIMBLE_NO_SLOT,
                               .handler = THIMBLE_NO_SLOT,
                               .health = THIMBLE_NO_SLOT};
    return t;
}

static struct model_thread *active(struct system_drawn *d, u32 cell, u32 priority, u32 budget,
                                   u32 period)
{
    struct model_thread *t = passive(d, cell, 0);

    t->doing = DOING_RUN;
    t->sc = d->model.sc_count;
    d->model.scs[d->model.sc_count++] = (struct model_sc){.thread = d->model.thread_count - 1U,
                                                          .priority = priority,
                                                          .budget = budget,
                                                          .period = period};
    return t;
}

static void cap(struct system_drawn *d, u32 cell, u32 slot, u32 type, u32 rights, u32 object)
{
    d->model.caps[d->model.cells[cell].first + slot] =
        (struct model_cap){.type = type,
                           .rights = rights,
                           .object = object,
                           .badge = type == THIMBLE_CAP_NOTIFICATION ? 1 : 0,
                           .parent = MODEL_NONE};
}

/* ---- ipc: two clients of one server ----------------------------------------*/

static void ipc_build(struct system_drawn *d)
{
    cells(d, 2, 8, 8, 0);
    (void)active(d, 0, 20, 2, 5);
    (void)active(d, 0, 10, 3, 4);
    (void)passive(d, 1, 0);
    cap(d, 0, SLOT_SERVER, THIMBLE_CAP_THREAD, 3, 3);
    cap(d, 0, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0);
    cap(d, 0, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, 0);
    cap(d, 0, SLOT_CELL, THIMBLE_CAP_CELL, 3, 1);
    cap(d, 0, SLOT_OTHER, THIMBLE_CAP_THREAD, 3, 2);
    cap(d, 1, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0);
}

static const struct call ipc_calls[] = {
    {1, CALL_FIRST, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, SLOT_BELL}},
    {1, 0, H, THIMBLE_CALL, {SLOT_SERVER}},
    {1, 0, H, THIMBLE_WAIT, {SLOT_BELL, NEVER, NEVER}},
    {1, 0, H, THIMBLE_WAIT, {SLOT_BELL, 2}},
    {1, CALL_LONG, H, THIMBLE_POLL, {SLOT_BELL}},
    {1, 0, H, THIMBLE_IRQ_ACK, {SLOT_IRQ}},
    {1, CALL_LONG, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, THIMBLE_NO_SLOT}},
    {1, CALL_LONG, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, SLOT_BELL}},
    {1, CALL_LONG, H, THIMBLE_CAP_MOVE, {SLOT_BELL, 7}},
    {1, CALL_LONG, H, THIMBLE_CAP_MOVE, {7, SLOT_BELL}},
    {1, CALL_LONG, H, THIMBLE_YIELD, {0}},
    {1, CALL_FORCED, H, THIMBLE_THREAD_STOP, {SLOT_SERVER}},
    {1, CALL_FORCED, H, THIMBLE_CELL_RESTART, {SLOT_CELL}},
    {1, CALL_FORCED | CALL_LONG, H, THIMBLE_THREAD_STOP, {SLOT_OTHER}},
    {2, 0, H, THIMBLE_CALL, {SLOT_SERVER}},
    {2, 0, H, THIMBLE_SIGNAL, {SLOT_BELL}},
    {2, CALL_LONG, H, THIMBLE_WAIT, {SLOT_BELL, 3}},
    {2, CALL_LONG, H, THIMBLE_YIELD, {0}},
    {2, CALL_FORCED | CALL_LONG, H, THIMBLE_CELL_RESTART, {SLOT_CELL}},
    {3, 0, H, THIMBLE_REPLY_RECV, {0}},
    {3, 0, H, THIMBLE_RECV, {0}},
    {3, 0, H, THIMBLE_SIGNAL, {SLOT_BELL}},
};

/* ---- urgency: timers and lines of two priorities ----------------------------------*/

#define SLOT_BELOW SLOT_CELL /* the bell of who is less urgent, */
#define SLOT_IRQ_ABOVE SLOT_OTHER

/* Line 0 is handled at the priority of the second context, line 1 at that of the first
 * (system.c). */
static void urgency_build(struct system_drawn *d)
{
    cells(d, 1, 8, 8, 0);
    d->model.notification_count = 2;
    d->model.irq_count = 2;
    d->model.irqs[1] = d->model.irqs[0];
    d->model.irqs[1].line = 41;
    (void)active(d, 0, 20, 2, 5);
    (void)active(d, 0, 10, 3, 4);
    cap(d, 0, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0);
    cap(d, 0, SLOT_BELOW, THIMBLE_CAP_NOTIFICATION, 3, 1);
    cap(d, 0, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, 0);
    cap(d, 0, SLOT_IRQ_ABOVE, THIMBLE_CAP_IRQ, 1, 1);
}

static const struct call urgency_calls[] = {
    {1, CALL_FIRST, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, SLOT_BELOW}},
    {1, CALL_FIRST, H, THIMBLE_IRQ_BIND, {SLOT_IRQ_ABOVE, SLOT_BELL}},
    {1, 0, H, THIMBLE_WAIT, {SLOT_BELL, 2}},
    {1, 0, H, THIMBLE_WAIT, {SLOT_BELL, NEVER, NEVER}},
    {1, 0, H, THIMBLE_IRQ_ACK, {SLOT_IRQ_ABOVE}},
    {1, CALL_LONG, H, THIMBLE_SIGNAL, {SLOT_BELOW}},
    {1, CALL_LONG, H, THIMBLE_YIELD, {0}},
    {2, 0, H, THIMBLE_WAIT, {SLOT_BELOW, 3}},
    {2, 0, H, THIMBLE_WAIT, {SLOT_BELOW, NEVER, NEVER}},
    {2, 0, H, THIMBLE_IRQ_ACK, {SLOT_IRQ}},
    {2, 0, H, THIMBLE_SIGNAL, {SLOT_BELL}},
    {2, CALL_LONG, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, THIMBLE_NO_SLOT}},
    {2, CALL_LONG, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, SLOT_BELL}},
};

/* ---- chain: servers of servers, and faults -----------------------------------*/

static void chain_build(struct system_drawn *d)
{
    cells(d, 2, 8, 8, 0);
    (void)active(d, 0, 20, 2, 5);
    (void)active(d, 0, 10, 3, 4);
    struct model_thread *upper = passive(d, 1, 2);
    (void)passive(d, 1, 1);
    (void)passive(d, 1, 0);
    upper->handler = SLOT_SERVER;
    d->model.threads[1].handler = SLOT_OTHER;
    cap(d, 0, SLOT_SERVER, THIMBLE_CAP_THREAD, 3, 3);
    cap(d, 0, SLOT_OTHER, THIMBLE_CAP_THREAD, 3, 4);
    cap(d, 0, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0);
    cap(d, 0, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, 0);
    cap(d, 0, SLOT_CELL, THIMBLE_CAP_CELL, 3, 1);
    cap(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 3, 4);
    cap(d, 1, SLOT_OTHER, THIMBLE_CAP_THREAD, 3, 5);
}

static const struct call chain_calls[] = {
    {1, CALL_FIRST, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, SLOT_BELL}},
    {1, 0, H, THIMBLE_CALL, {SLOT_SERVER}},
    {1, 0, H, THIMBLE_CALL, {SLOT_OTHER}},
    {1, 0, H, THIMBLE_WAIT, {SLOT_BELL, NEVER, NEVER}},
    {1, 0, H, THIMBLE_IRQ_ACK, {SLOT_IRQ}},
    {1, CALL_LONG, STEP_FAULT, THIMBLE_FAULT_MEMORY, {0x1000}},
    {1, CALL_FORCED, H, THIMBLE_THREAD_STOP, {SLOT_SERVER}},
    {1, CALL_FORCED | CALL_LONG, H, THIMBLE_THREAD_STOP, {SLOT_OTHER}},
    {1, CALL_FORCED, H, THIMBLE_CELL_RESTART, {SLOT_CELL}},
    {2, 0, H, THIMBLE_CALL, {SLOT_SERVER}},
    {2, 0, H, THIMBLE_SIGNAL, {SLOT_BELL}},
    {3, 0, H, THIMBLE_CALL, {SLOT_SERVER}},
    {3, 0, H, THIMBLE_REPLY_RECV, {0}},
    {3, CALL_LONG, STEP_FAULT, THIMBLE_FAULT_MEMORY, {0x1000}},
    {4, 0, H, THIMBLE_CALL, {SLOT_OTHER}},
    {4, 0, H, THIMBLE_REPLY_RECV, {0}},
    {5, 0, H, THIMBLE_REPLY_RECV, {0}},
};

/* ---- caps: derivation and revocation, while others derive ---------------------*/

static void caps_build(struct system_drawn *d)
{
    cells(d, 2, 9, 8, 0);
    (void)active(d, 0, 20, 4, 5);
    (void)active(d, 0, 10, 3, 4);
    (void)passive(d, 1, 0);
    cap(d, 0, SLOT_SERVER, THIMBLE_CAP_THREAD, 3, 3);
    cap(d, 0, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0);
    cap(d, 0, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, 0);
}

static const struct call caps_calls[] = {
    {1, CALL_FIRST, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, SLOT_BELL}},
    {1, 0, H, THIMBLE_WAIT, {SLOT_BELL, NEVER, NEVER}},
    {1, 0, H, THIMBLE_IRQ_ACK, {SLOT_IRQ}},
    {1, 0, H, THIMBLE_CAP_COPY, {SLOT_SERVER, 6, 3}},
    {1, 0, H, THIMBLE_CALL, {SLOT_SERVER, TAG_CAP, 0, 0, 0, 0, 0, 6}},
    {1, CALL_FORCED, H, THIMBLE_CAP_REVOKE, {SLOT_SERVER}},
    {1, CALL_FORCED | CALL_LONG, H, THIMBLE_CAP_REVOKE, {6}},
    {1, CALL_FORCED | CALL_LONG, H, THIMBLE_CAP_DELETE, {6}},
    {1, CALL_LONG, H, THIMBLE_CAP_MOVE, {SLOT_SERVER, 8}},
    {1, CALL_LONG, H, THIMBLE_CAP_MOVE, {8, SLOT_SERVER}},
    {2, 0, H, THIMBLE_CAP_COPY, {6, 7, 1}},
    {2, CALL_LONG, H, THIMBLE_CALL, {SLOT_SERVER}},
    {2, CALL_FORCED, H, THIMBLE_CAP_REVOKE, {SLOT_SERVER}},
    {2, CALL_FORCED, H, THIMBLE_CAP_DELETE, {6}},
    {3, 0, H, THIMBLE_WINDOW, {7}},
    {3, 0, H, THIMBLE_REPLY_RECV, {0}},
    {3, CALL_LONG, H, THIMBLE_CAP_COPY, {7, 8, 1}},
    {3, CALL_FORCED | CALL_LONG, H, THIMBLE_CAP_REVOKE, {7}},
};

/* ---- memory: regions are mapped and taken away in steps -----------------------*/

static void memory_build(struct system_drawn *d)
{
    cells(d, 2, 9, 6, 1);
    region(d, 0, BLOCKS_AT, 0x42000, MEMORY_UNCACHED);
    (void)active(d, 0, 20, 2, 2);
    (void)active(d, 1, 10, 2, 2);
    (void)passive(d, 1, 0);
    d->model.threads[1].handler = SLOT_SERVER;
    d->model.threads[2].handler = SLOT_SERVER;
    cap(d, 0, SLOT_SERVER, THIMBLE_CAP_THREAD, 3, 3);
    cap(d, 0, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0);
    cap(d, 0, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, 0);
    cap(d, 0, SLOT_CELL, THIMBLE_CAP_CELL, 3, 1);
    cap(d, 0, SLOT_OTHER, THIMBLE_CAP_REGION, 3, 2);
    cap(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 3, 3);
}

static const struct call memory_calls[] = {
    {1, CALL_FIRST, H, THIMBLE_IRQ_BIND, {SLOT_IRQ, SLOT_BELL}},
    {1, 0, H, THIMBLE_WAIT, {SLOT_BELL, NEVER, NEVER}},
    {1, 0, H, THIMBLE_IRQ_ACK, {SLOT_IRQ}},
    {1, 0, H, THIMBLE_REGION_DERIVE, {SLOT_OTHER, 6, 0, 0x42000, 3}},
    {1, 0, H, THIMBLE_REGION_MAP, {SLOT_OTHER, MAP_AT, THIMBLE_NO_SLOT}},
    {1, 0, H, THIMBLE_REGION_MAP, {6, MAP_AT + 0x41000U, THIMBLE_NO_SLOT}},
    {1, 0, H, THIMBLE_REGION_UNMAP, {SLOT_OTHER}},
    {1, CALL_FORCED, H, THIMBLE_CAP_REVOKE, {SLOT_OTHER}},
    {1, 0, STEP_ACCESS, ACCESS_READ, {MAP_AT + 0x41000U}},
    {1, CALL_LONG, H, THIMBLE_CALL, {SLOT_SERVER, TAG_CAP, 0, 0, 0, 0, 0, 6}},
    {2, CALL_LONG, H, THIMBLE_REGION_MAP, {7, MAP_AT, THIMBLE_NO_SLOT}},
    {2, CALL_LONG, H, THIMBLE_REGION_UNMAP, {7}},
    {2, CALL_LONG, STEP_ACCESS, ACCESS_READ, {MAP_AT}},
    {2, CALL_FORCED | CALL_LONG, H, THIMBLE_CAP_DELETE, {7}},
    {2, 0, H, THIMBLE_YIELD, {0}},
    {3, CALL_LONG, H, THIMBLE_WINDOW, {7}},
    {3, 0, H, THIMBLE_REPLY_RECV, {0}},
};

/* ---- vcpu: a guest and its VMM --------------------------------------------------*/

#define SLOT_VCPU SLOT_OTHER
#define LINE_IRQ 32U
#define LINE_BELL 33U
#define LINE_LEVEL 34U
#define HOW(line) ((line) * 88U % 256U)
#define HIGH THIMBLE_LINE_HIGH
#define LEVEL THIMBLE_LINE_LEVEL
#define URGENT THIMBLE_LINE_URGENT

static void vcpu_build(struct system_drawn *d)
{
    cells(d, 2, 8, 8, 0);
    struct model_thread *guest = active(d, 1, 20, 2, 3);
    (void)active(d, 0, 10, 2, 3);
    (void)passive(d, 0, 0);
    guest->vcpu = 0;
    guest->handler = SLOT_SERVER;
    d->model.scs[0].low = 5;
    cap(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 3);
    cap(d, 0, SLOT_SERVER, THIMBLE_CAP_THREAD, 3, 3);
    cap(d, 0, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0);
    cap(d, 0, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, 0);
    cap(d, 0, SLOT_VCPU, THIMBLE_CAP_THREAD, 3, 1);
}

#define EXIT_ANY {1, 0, STEP_GUEST, GUEST_EXIT, {THIMBLE_EXIT_HVC}}

static const struct call vcpu_calls[] = {
    {2, 0, H, THIMBLE_VCPU_START, {SLOT_VCPU}},
    {2, 0, H, THIMBLE_VCPU_BIND, {SLOT_VCPU, SLOT_IRQ, LINE_IRQ, HOW(LINE_IRQ)}},
    {2, CALL_LONG, H, THIMBLE_VCPU_BIND, {SLOT_VCPU, SLOT_IRQ, LINE_IRQ, HOW(LINE_IRQ) | URGENT}},
    {2, 0, H, THIMBLE_VCPU_BIND, {SLOT_VCPU, THIMBLE_NO_SLOT, 27, HOW(27U) | URGENT}},
    {2, CALL_LONG, H, THIMBLE_VCPU_BIND, {SLOT_VCPU, 0, LINE_IRQ, THIMBLE_VCPU_UNBIND}},
    {2, CALL_FORCED, H, THIMBLE_THREAD_STOP, {SLOT_VCPU}},
    {2, CALL_LONG, H, THIMBLE_WAIT, {SLOT_BELL, 2}},
    {1, 0, STEP_GUEST, GUEST_TAKE, {0}},
    {1, 0, STEP_GUEST, GUEST_END, {0, LINE_IRQ}},
    {1, 0, STEP_GUEST, GUEST_END, {0, 27}},
    {1, 0, STEP_GUEST, GUEST_TIMER, {2, 1}},
    {1, 0, STEP_GUEST, GUEST_SLEEP, {0}},
    {1, 0, H, THIMBLE_VCPU_LOWER, {0}},
    EXIT_ANY,
    {3, 0, H, THIMBLE_REPLY_RECV, {0, THIMBLE_TAG(0, 1), THIMBLE_FAULT_RETRY}},
    {3, CALL_LONG, H, THIMBLE_REPLY_RECV, {0, THIMBLE_TAG(0, 1), THIMBLE_FAULT_STOP}},
};

/* ---- signals: a bound line and an injected one, and the guest's sleep -----------*/

static const struct call signals_calls[] = {
    {2, 0, H, THIMBLE_VCPU_START, {SLOT_VCPU}},
    {2, 0, H, THIMBLE_VCPU_BIND, {SLOT_VCPU, SLOT_BELL, LINE_BELL, HOW(LINE_BELL) | URGENT}},
    {2, 0, H, THIMBLE_VCPU_INJECT, {SLOT_VCPU, LINE_LEVEL, HOW(LINE_LEVEL) | HIGH | LEVEL}},
    {2, 0, H, THIMBLE_VCPU_INJECT, {SLOT_VCPU, LINE_LEVEL, HOW(LINE_LEVEL)}},
    {2, 0, H, THIMBLE_SIGNAL, {SLOT_BELL}},
    {2, 0, H, THIMBLE_WAIT, {SLOT_BELL, 2}},
    {2, CALL_FORCED | CALL_LONG, H, THIMBLE_THREAD_STOP, {SLOT_VCPU}},
    {1, 0, STEP_GUEST, GUEST_TAKE, {0}},
    {1, 0, STEP_GUEST, GUEST_END, {0, LINE_BELL}},
    {1, 0, STEP_GUEST, GUEST_END, {0, LINE_LEVEL}},
    {1, 0, STEP_GUEST, GUEST_SLEEP, {0}},
    {1, 0, H, THIMBLE_VCPU_LOWER, {0}},
    EXIT_ANY,
    {3, 0, H, THIMBLE_REPLY_RECV, {0, THIMBLE_TAG(0, 1), THIMBLE_FAULT_SKIP}},
    {3, 0, H, THIMBLE_SIGNAL, {SLOT_BELL}},
};

/* ---- lists: more lines than list registers --------------------------------------*/

#define INJECT(line, flags, how) \
    {2, flags, H, THIMBLE_VCPU_INJECT, {SLOT_VCPU, line, HOW(line) | (how)}}
#define END(line, flags) {1, flags, STEP_GUEST, GUEST_END, {0, line}}

static void lists_build(struct system_drawn *d)
{
    cells(d, 2, 8, 8, 0);
    d->model.irq_count = 0;
    struct model_thread *guest = active(d, 1, 20, 1, 1);
    (void)active(d, 0, 30, 1, 1);
    guest->vcpu = 0;
    d->model.scs[0].low = 5;
    cap(d, 0, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0);
    cap(d, 0, SLOT_VCPU, THIMBLE_CAP_THREAD, 3, 1);
}

static const struct call lists_calls[] = {
    {2, 0, H, THIMBLE_VCPU_START, {SLOT_VCPU}},
    INJECT(35U, 0, HIGH),
    INJECT(36U, 0, HIGH),
    INJECT(37U, 0, HIGH),
    INJECT(38U, 0, HIGH),
    INJECT(39U, 0, HIGH),
    INJECT(38U, CALL_LONG, HIGH | LEVEL),
    INJECT(38U, CALL_LONG, 0),
    {2, 0, H, THIMBLE_WAIT, {SLOT_BELL, 1}},
    {1, 0, STEP_GUEST, GUEST_TAKE, {0}},
    END(35U, 0),
    END(36U, 0),
    END(37U, 0),
    END(38U, 0),
    END(39U, 0),
    {1, 0, STEP_GUEST, GUEST_SLEEP, {0}},
};

#define SCOPE(name, what, build, flags) \
    {#name, what, build, name##_calls, ARRAY_SIZE(name##_calls), flags}

const struct scope scopes[] = {
    SCOPE(ipc, "calls, helping, budgets, stop, restart", ipc_build, SCOPE_TICKS),
    SCOPE(urgency, "timers and lines of two priorities", urgency_build, SCOPE_TICKS),
    SCOPE(chain, "a chain of servers, faults", chain_build, 0),
    SCOPE(caps, "derivation, transfer, revocation", caps_build, 0),
    SCOPE(memory, "regions mapped and taken away", memory_build, SCOPE_TABLES),
    SCOPE(vcpu, "a guest's line, timer, sleep, exits", vcpu_build, SCOPE_ROOM),
    SCOPE(signals, "signals and levels to a guest", vcpu_build, SCOPE_ROOM),
    SCOPE(lists, "more lines than list registers", lists_build, SCOPE_LONG),
};
const u32 scope_count = ARRAY_SIZE(scopes);
