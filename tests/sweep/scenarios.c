/* SPDX-License-Identifier: BSD-2-Clause */
/* Systems and programs of the scenarios: see sweep.h. */
#include "derivation.h"
#include "kernel.h"
#include "machine.h"
#include "sweep.h"

#include <string.h>

#define H STEP_HYPERCALL
#define NEVER 0xffffffffU
#define SLEEP_OP(ticks) {H, THIMBLE_WAIT, OP_ANY | OP_AFTER, 0, {SLEEP_SLOT, ticks}}
#define BLOCKS_AT (MODEL_RAM_BASE + 0x00200000U)
#define MAP_AT 0x20000000U
#define TAG_CAP(label) (THIMBLE_TAG(label, 6) | THIMBLE_TAG_CAP)
#define DEVICE 1U /* irq of the scenario's device */

u32 lent_count;
u32 lent[LENT_MAX];

/* Slots of the others' tables; SLEEP_SLOT is 1. */
enum slots {
    SLOT_BELL = 2,
    SLOT_SERVER,
    SLOT_NEXT,
    SLOT_IRQ,
    SLOT_REGION,
    SLOT_CELL,
    SLOT_NEW, /* from here on: empty at first */
    SLOT_NEWER,
    SLOT_WINDOW,
    SLOTS
};

/* ---- building -------------------------------------------------------------------*/

static struct {
    struct {
        u32 cap;
        u32 parent;
    } lent[LENT_MAX];
    u32 count;
    u32 next; /* free slot of the manager's */
    struct quota quota;
} lending;

static u32 region(struct system_drawn *d, u32 cell, u32 pa, u32 size)
{
    u32 i = 0;

    while (d->model.regions[i].used) {
        i++;
    }
    d->model.regions[i] = (struct model_region){.used = true,
                                                .owner = cell,
                                                .pa = pa,
                                                .size = size,
                                                .memory = MEMORY_NORMAL,
                                                .access = ACCESS_READ | ACCESS_WRITE,
                                                .cell = MODEL_NONE};
    return i;
}

static u32 cap(struct system_drawn *d, u32 cell, u32 slot, u32 type, u32 rights, u32 object,
               u32 badge)
{
    u32 i = d->model.cells[cell].first + slot;

    d->model.caps[i] = (struct model_cap){.type = type,
                                          .rights = rights,
                                          .object = object,
                                          .badge = badge,
                                          .parent = MODEL_NONE};
    return i;
}

/* A capability that the manager has lent. */
static void lend(struct system_drawn *d, u32 cell, u32 slot, u32 type, u32 rights, u32 object)
{
    u32 badge = type == THIMBLE_CAP_NOTIFICATION ? 1U << slot : 0;
    u32 of_manager = object;

    if (type == THIMBLE_CAP_REGION) {
        const struct model_region *r = &d->model.regions[object];
        of_manager = region(d, 0, r->pa, r->size);
    }
    lending.lent[lending.count].parent =
        cap(d, 0, lending.next++, type, rights, of_manager, 0);
    lending.lent[lending.count++].cap = cap(d, cell, slot, type, rights, object, badge);
}

static void cells(struct system_drawn *d, u32 count)
{
    lending.count = 0;
    lending.next = MANAGER_FREE;
    for (u32 i = 0; i < count; i++) {
        struct model_cell *c = &d->model.cells[d->model.cell_count++];
        c->first = d->model.cap_count;
        c->slots = i == 0 ? MANAGER_SLOTS : SLOTS;
        if (lending.quota.kind == QUOTA_SLOTS && lending.quota.object == i) {
            c->slots = lending.quota.value;
        }
        c->quota = 8;
        c->regions = i == 0 ? 0 : 2;
        d->model.cap_count += c->slots;
        (void)region(d, i, MODEL_RAM_BASE + i * SYSTEM_IMAGE_SIZE, SYSTEM_IMAGE_SIZE);
    }
    d->model.notification_count = NOTIFICATION_MAX;
    d->model.irq_count = IRQ_MAX;
    for (u32 i = 0; i < IRQ_MAX; i++) {
        d->model.irqs[i] = (struct model_irq){.line = 40U + i,
                                              .edge = true,
                                              .cell = MODEL_NONE,
                                              .slot = THIMBLE_NO_SLOT,
                                              .cap = MODEL_NONE};
    }
}

static struct model_thread *thread(struct system_drawn *d, u32 cell)
{
    u32 index = d->model.thread_count++;
    struct model_thread *t = &d->model.threads[index];

    *t = (struct model_thread){.cell = cell,
                               .sc = MODEL_NONE,
                               .vcpu = MODEL_NONE,
                               .doing = DOING_RECEIVE,
                               .window = THIMBLE_NO_SLOT,
                               .handler = THIMBLE_NO_SLOT,
                               .health = THIMBLE_NO_SLOT};
    (void)cap(d, 0, MANAGER_THREAD(index), THIMBLE_CAP_THREAD, 3, index, 0);
    return t;
}

static struct model_thread *passive(struct system_drawn *d, u32 cell, u32 level)
{
    struct model_thread *t = thread(d, cell);

    t->level = level;
    return t;
}

static struct model_thread *active(struct system_drawn *d, u32 cell, u32 priority)
{
    struct model_thread *t = thread(d, cell);

    t->doing = DOING_RUN;
    t->sc = d->model.sc_count;
    d->model.scs[d->model.sc_count++] =
        (struct model_sc){.thread = d->model.thread_count - 1U,
                          .priority = priority,
                          .budget = 500,
                          .period = 500};
    return t;
}

/* The manager, and a notification for each other cell to sleep at. */
static void manager(struct system_drawn *d, u32 count)
{
    cells(d, count);
    (void)active(d, 0, 200);
    (void)cap(d, 0, MANAGER_BELL, THIMBLE_CAP_NOTIFICATION, 3, 0, 1);
    (void)cap(d, 0, MANAGER_IRQ, THIMBLE_CAP_IRQ, 1, 0, 0);
    (void)cap(d, 0, MANAGER_SLEEP, THIMBLE_CAP_NOTIFICATION, 3, 1, 1);
    for (u32 i = 1; i < count; i++) {
        (void)cap(d, 0, MANAGER_CELL(i), THIMBLE_CAP_CELL, 3, i, 0);
    }
}

static void sleeps(struct system_drawn *d, u32 cell, u32 slot, u32 notification)
{
    (void)cap(d, cell, slot, THIMBLE_CAP_NOTIFICATION, 2, notification, 0);
}

/* As derivation_insert() does, on both sides, while nobody runs. */
static void lending_make(void)
{
    lent_count = lending.count;
    for (u32 i = 0; i < lending.count; i++) {
        u32 from = lending.lent[i].parent;
        u32 to = lending.lent[i].cap;
        derivation_insert(from, to);
        model.caps[to].parent = from;
        model.caps[from].child[0] = (u8)to;
        model.caps[from].children = 1;
        lent[i] = from;
    }
}

static void quota_set(struct system_drawn *d, const struct quota *quota)
{
    struct model_cell *c = &d->model.cells[quota->object % CELL_MAX];

    switch (quota->kind) {
    case QUOTA_TABLES:
        c->quota = quota->value;
        break;
    case QUOTA_REGIONS:
        c->regions = quota->value;
        break;
    case QUOTA_BUDGET:
        d->model.scs[quota->object].budget = quota->value;
        d->model.scs[quota->object].period = 20U + quota->value;
        break;
    default:
        break;
    }
}

const char *scenario_boot(const struct scenario *scenario, const struct quota *quota)
{
    static struct system_drawn drawn;

    system_empty(&drawn);
    drawn.model.thread_count = 1;
    lending.quota = *quota;
    scenario->build(&drawn);
    quota_set(&drawn, quota);
    const char *wrong = system_boot(&drawn);
    if (wrong == NULL) {
        lending_make();
    }
    return wrong;
}

/* ---- chain: three servers deep, and a client that helps ----------------------------*/

static void chain_build(struct system_drawn *d)
{
    manager(d, 5);
    (void)active(d, 1, 30); /* 2 */
    (void)active(d, 2, 20); /* 3 */
    (void)passive(d, 3, 4); /* 4 */
    (void)passive(d, 3, 2); /* 5 */
    (void)passive(d, 4, 0); /* 6 */
    lend(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 4);
    lend(d, 2, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 4);
    lend(d, 3, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 5);
    lend(d, 3, SLOT_NEXT, THIMBLE_CAP_THREAD, 1, 6);
    lend(d, 1, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 2, 2);
    lend(d, 4, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 1, 2);
    sleeps(d, 1, SLEEP_SLOT, 3);
    sleeps(d, 2, SLEEP_SLOT, 4);
}

static const struct op chain_first[] = {
    {H, THIMBLE_WAIT, OP_ANY | OP_AFTER, 0, {SLOT_BELL, 20}},
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 1)}},
    {H, THIMBLE_POLL, 0, 0, {SLOT_BELL}},
};
static const struct op chain_second[] = {
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 1)}},
    {H, THIMBLE_YIELD, 0, 0, {0}},
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 2)}},
};
static const struct op chain_upper[] = {
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 1)}},
};
static const struct op chain_middle[] = {
    {H, THIMBLE_CALL, 0, 0, {SLOT_NEXT, THIMBLE_TAG(0, 1)}},
    {H, THIMBLE_VERSION, 0, 0, {0}},
};
static const struct op chain_lower[] = {
    {H, THIMBLE_SIGNAL, 0, 0, {SLOT_BELL}},
    {H, THIMBLE_VERSION, 0, 0, {0}},
};

#define PROGRAM(thread, ops) {thread, false, ops, ARRAY_SIZE(ops)}
#define SERVICE(thread, ops) {thread, true, ops, ARRAY_SIZE(ops)}

static const struct program chain_programs[] = {
    PROGRAM(2, chain_first),  PROGRAM(3, chain_second), PROGRAM(4, chain_upper),
    PROGRAM(5, chain_middle), PROGRAM(6, chain_lower),
};

/* ---- transfer: capabilities with calls and replies -----------------------------------*/

static void transfer_build(struct system_drawn *d)
{
    manager(d, 3);
    (void)active(d, 1, 20);  /* 2 */
    (void)passive(d, 2, 2);  /* 3 */
    u32 own = region(d, 1, BLOCKS_AT, 0x2000);
    u32 theirs = region(d, 2, BLOCKS_AT + 0x10000U, 0x1000);
    lend(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 3);
    lend(d, 1, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 2);
    lend(d, 1, SLOT_REGION, THIMBLE_CAP_REGION, 3, own);
    lend(d, 2, SLOT_REGION, THIMBLE_CAP_REGION, 3, theirs);
    sleeps(d, 1, SLEEP_SLOT, 3);
}

#define CALL_CAP(label, slot) \
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, TAG_CAP(label), 0, 0, 0, 0, 0, slot}}

static const struct op transfer_client[] = {
    {H, THIMBLE_CAP_DELETE, OP_ANY, 0, {SLOT_NEW}},
    {H, THIMBLE_CAP_DELETE, OP_ANY, 0, {SLOT_NEWER}},
    {H, THIMBLE_REGION_UNMAP, OP_ANY, 0, {SLOT_REGION}},
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 0)}},
    CALL_CAP(1, SLOT_BELL),
    {H, THIMBLE_POLL, 0, 0, {SLOT_BELL}},
    CALL_CAP(2, SLOT_REGION),
    {H, THIMBLE_WINDOW, 0, 0, {SLOT_NEW}},
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(3, 0)}},
    {H, THIMBLE_REGION_MAP, 0, 0, {SLOT_NEW, MAP_AT, THIMBLE_NO_SLOT}},
    {STEP_ACCESS, ACCESS_READ, 0, 0, {SYSTEM_IMAGE_AT + 0x100U}},
    {H, THIMBLE_CAP_COPY, 0, 0, {SLOT_BELL, SLOT_NEWER, 1, 4}},
    {H, THIMBLE_CAP_REVOKE, 0, 0, {SLOT_BELL}},
    {H, THIMBLE_CAP_REVOKE, 0, 0, {SLOT_REGION}},
};
/* Label 3 is answered with a capability. */
static const struct op transfer_server[] = {
    {H, THIMBLE_CAP_DELETE, OP_ANY, 0, {SLOT_WINDOW}},
    {H, THIMBLE_WINDOW, 0, 0, {SLOT_WINDOW}},
    {H, THIMBLE_SIGNAL, 0, 1, {SLOT_WINDOW}},
    {H, THIMBLE_CAP_DELETE, 0, 1, {SLOT_WINDOW}},
    {H, THIMBLE_REGION_MAP, 0, 2, {SLOT_WINDOW, MAP_AT, THIMBLE_NO_SLOT}},
    {H, THIMBLE_REGION_UNMAP, 0, 2, {SLOT_WINDOW}},
    {H, THIMBLE_CAP_DELETE, 0, 2, {SLOT_WINDOW}},
    {H, THIMBLE_VERSION, 0, 3, {0}},
    {H, THIMBLE_REPLY_RECV, 0, 3, {0, TAG_CAP(0), 0, 0, 0, 0, 0, SLOT_REGION}},
};
static const struct program transfer_programs[] = {
    PROGRAM(2, transfer_client),
    PROGRAM(3, transfer_server),
};

/* ---- memory: mapped, unmapped and revoked in steps -------------------------------------*/

static void memory_build(struct system_drawn *d)
{
    manager(d, 3);
    (void)active(d, 1, 30); /* 2 */
    (void)active(d, 2, 20); /* 3 */
    u32 large = region(d, 1, BLOCKS_AT, 0x00201000);
    u32 small = region(d, 2, BLOCKS_AT + 0x00300000U, 0x41000);
    lend(d, 1, SLOT_REGION, THIMBLE_CAP_REGION, 3, large);
    lend(d, 2, SLOT_REGION, THIMBLE_CAP_REGION, 3, small);
    lend(d, 2, SLOT_CELL, THIMBLE_CAP_CELL, 1, 1);
    sleeps(d, 1, SLEEP_SLOT, 3);
    sleeps(d, 2, SLEEP_SLOT, 4);
}

static const struct op memory_first[] = {
    {H, THIMBLE_CAP_DELETE, OP_ANY, 0, {SLOT_NEW}},
    {H, THIMBLE_REGION_UNMAP, OP_ANY, 0, {SLOT_REGION}},
    {H, THIMBLE_REGION_DERIVE, 0, 0, {SLOT_REGION, SLOT_NEW, 0, 0x41000, 3}},
    {H, THIMBLE_REGION_DERIVE, 0, 0, {SLOT_NEW, SLOT_NEWER, 0x1000, 0x2000, 1}},
    {H, THIMBLE_REGION_MAP, 0, 0, {SLOT_NEW, MAP_AT + 0x1000U, THIMBLE_NO_SLOT}},
    SLEEP_OP(4),
    {H, THIMBLE_REGION_MAP, 0, 0, {SLOT_NEWER, MAP_AT + 0x00400000U, THIMBLE_NO_SLOT}},
    {H, THIMBLE_CACHE_MAINTAIN, 0, 0, {SLOT_NEW, 0x40, 0x3000, THIMBLE_CACHE_CLEAN}},
    {H, THIMBLE_REGION_UNMAP, 0, 0, {SLOT_NEW}},
    {H, THIMBLE_REGION_MAP, 0, 0, {SLOT_NEW, MAP_AT, THIMBLE_NO_SLOT}},
    {H, THIMBLE_CAP_REVOKE, 0, 0, {SLOT_REGION}},
    {H, THIMBLE_REGION_MAP, 0, 0, {SLOT_REGION, MAP_AT + 0x1000U, THIMBLE_NO_SLOT}},
    {H, THIMBLE_REGION_UNMAP, 0, 0, {SLOT_REGION}},
};
/* Its second mapping meets the first one. */
static const struct op memory_second[] = {
    {H, THIMBLE_CAP_DELETE, OP_ANY, 0, {SLOT_NEW}},
    {H, THIMBLE_REGION_UNMAP, OP_ANY, 0, {SLOT_REGION}},
    {H, THIMBLE_REGION_MAP, 0, 0, {SLOT_REGION, MAP_AT + 0x40000000U, SLOT_CELL}},
    {H, THIMBLE_REGION_DERIVE, 0, 0, {SLOT_REGION, SLOT_NEW, 0, 0x3000, 1}},
    {H, THIMBLE_REGION_MAP, OP_ANY, 0, {SLOT_NEW, MAP_AT + 0x4003e000U, SLOT_CELL}},
    {H, THIMBLE_REGION_UNMAP, 0, 0, {SLOT_REGION}},
    {H, THIMBLE_CAP_DELETE, 0, 0, {SLOT_NEW}},
};
static const struct program memory_programs[] = {
    PROGRAM(2, memory_first),
    PROGRAM(3, memory_second),
};

/* ---- faults: a handler whose own faults have a handler ------------------------------------*/

static void faults_build(struct system_drawn *d)
{
    manager(d, 4);
    struct model_thread *client = active(d, 1, 20); /* 2 */
    struct model_thread *pager = passive(d, 2, 4);  /* 3 */
    (void)passive(d, 3, 1);                         /* 4 */
    client->handler = SLOT_SERVER;
    client->health = SLOT_BELL;
    pager->handler = SLOT_SERVER;
    u32 first = region(d, 2, BLOCKS_AT, 0x3000);
    u32 second = region(d, 3, BLOCKS_AT + 0x00010000U, 0x1000);
    lend(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 3);
    lend(d, 2, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 4);
    lend(d, 2, SLOT_CELL, THIMBLE_CAP_CELL, 1, 1);
    lend(d, 3, SLOT_CELL, THIMBLE_CAP_CELL, 1, 2);
    lend(d, 2, SLOT_REGION, THIMBLE_CAP_REGION, 3, first);
    lend(d, 3, SLOT_REGION, THIMBLE_CAP_REGION, 3, second);
    lend(d, 1, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 2);
    sleeps(d, 1, SLEEP_SLOT, 3);
}

static const struct op faults_client[] = {
    {STEP_ACCESS, ACCESS_READ, 0, 0, {MAP_AT + 0x100U}},
    {STEP_ACCESS, ACCESS_READ, 0, 0, {MAP_AT + 0x2100U}},
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 0)}},
    {STEP_ACCESS, ACCESS_READ, 0, 0, {MAP_AT + 0x1004U}},
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 0)}},
};
/* Before it maps, it looks at memory that its own handler maps first. */
static const struct op faults_pager[] = {
    {H, THIMBLE_REGION_UNMAP, OP_ANY, 0, {SLOT_REGION}},
    {STEP_ACCESS, ACCESS_READ, 0, FAULT_OPS, {MAP_AT + 0x10U}},
    {H, THIMBLE_REGION_UNMAP, OP_ANY, FAULT_OPS, {SLOT_REGION}},
    {H, THIMBLE_REGION_MAP, 0, FAULT_OPS, {SLOT_REGION, MAP_AT, SLOT_CELL}},
};
static const struct op faults_last[] = {
    {H, THIMBLE_REGION_UNMAP, OP_ANY, FAULT_OPS, {SLOT_REGION}},
    {H, THIMBLE_REGION_MAP, 0, FAULT_OPS, {SLOT_REGION, MAP_AT, SLOT_CELL}},
};
static const struct program faults_programs[] = {
    PROGRAM(2, faults_client),
    PROGRAM(3, faults_pager),
    PROGRAM(4, faults_last),
};

/* ---- driver: a device's interrupts, and a client of its service -----------------------------*/

static void driver_build(struct system_drawn *d)
{
    manager(d, 3);
    (void)active(d, 2, 30);  /* 2 */
    (void)active(d, 1, 20);  /* 3 */
    (void)passive(d, 2, 3);  /* 4 */
    lend(d, 2, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, DEVICE);
    lend(d, 2, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 2);
    lend(d, 2, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 4);
    lend(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 4);
    sleeps(d, 2, SLEEP_SLOT, 3);
    sleeps(d, 1, SLEEP_SLOT, 4);
}

#define POKE {STEP_EVENT, EVENT_RISE, OP_ANY, 0, {DEVICE}}
#define QUIET {STEP_EVENT, EVENT_FALL, OP_ANY, 0, {DEVICE}}
/* An interrupt that is lost is missed by a deadline: the driver looks, and goes on. */
#define INTERRUPT                                                   \
    POKE, {H, THIMBLE_WAIT, OP_ANY | OP_AFTER, 0, {SLOT_BELL, 12}}, \
        {H, THIMBLE_IRQ_ACK, OP_ANY, 0, {SLOT_IRQ}}, QUIET

static const struct op driver_thread[] = {
    {H, THIMBLE_IRQ_BIND, 0, 0, {SLOT_IRQ, SLOT_BELL}},
    INTERRUPT,
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 1)}},
    INTERRUPT,
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 1)}},
    {H, THIMBLE_IRQ_BIND, 0, 0, {SLOT_IRQ, THIMBLE_NO_SLOT}},
    {H, THIMBLE_IRQ_BIND, 0, 0, {SLOT_IRQ, SLOT_BELL}},
    INTERRUPT,
};
static const struct op driver_client[] = {
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(1, 1)}},
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(1, 6)}},
};
static const struct op driver_service[] = {
    {H, THIMBLE_VERSION, 0, 0, {0}},
    POKE,
    {H, THIMBLE_VERSION, 0, 1, {0}},
    {STEP_EVENT, EVENT_RISE, OP_ANY, 1, {DEVICE}},
    {STEP_EVENT, EVENT_FALL, OP_ANY, 1, {DEVICE}},
    {H, THIMBLE_SIGNAL, 0, 1, {SLOT_BELL}},
};
static const struct program driver_programs[] = {
    PROGRAM(2, driver_thread),
    PROGRAM(3, driver_client),
    PROGRAM(4, driver_service),
};

/* ---- guest: exits, injection, sleep, timer, a line of its own --------------------------------*/

#define LINE_DEVICE 32U
#define LINE_INJECT 35U
#define HOW(line) ((line) * 88U % 256U)

static void guest_build(struct system_drawn *d)
{
    manager(d, 3);
    struct model_thread *guest = active(d, 1, 20); /* 2 */
    (void)active(d, 2, 30);                        /* 3 */
    (void)passive(d, 2, 3);                        /* 4 */
    guest->vcpu = 0;
    guest->handler = SLOT_SERVER;
    guest->health = SLOT_BELL;
    d->model.scs[guest->sc].low = 5;
    lend(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 4);
    lend(d, 1, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 1, 2);
    lend(d, 2, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 3, 2);
    lend(d, 2, SLOT_NEXT, THIMBLE_CAP_THREAD, 3, 2);
    lend(d, 2, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, DEVICE);
    sleeps(d, 2, SLEEP_SLOT, 3);
}

/* An exit rings the bell; what it does before waits for an interrupt each. */
static const struct op guest_guest[] = {
    {STEP_GUEST, GUEST_TIMER, 0, 0, {3, 1}},
    {STEP_GUEST, GUEST_SLEEP, 0, 0, {0}},
    {STEP_GUEST, GUEST_TAKE, 0, 0, {0}},
    {STEP_GUEST, GUEST_END, 0, 0, {0}},
    {STEP_GUEST, GUEST_EXIT, 0, 0, {THIMBLE_EXIT_HVC}},
    {H, THIMBLE_VCPU_LOWER, OP_ANY, 0, {0}},
};
static const struct op guest_owner[] = {
    {H, THIMBLE_VCPU_START, OP_ANY, 0, {SLOT_NEXT}},
    {H, THIMBLE_VCPU_BIND, 0, 0, {SLOT_NEXT, THIMBLE_NO_SLOT, 27, HOW(27U)}},
    {H, THIMBLE_VCPU_BIND, 0, 0, {SLOT_NEXT, SLOT_IRQ, LINE_DEVICE, HOW(LINE_DEVICE)}},
    {H, THIMBLE_WAIT, OP_AFTER, 0, {SLOT_BELL, 30}},
    {H, THIMBLE_VCPU_INJECT, 0, 0, {SLOT_NEXT, LINE_INJECT, HOW(LINE_INJECT) | THIMBLE_LINE_HIGH}},
    POKE,
    {H, THIMBLE_WAIT, OP_AFTER, 0, {SLOT_BELL, 30}},
    QUIET,
    {H, THIMBLE_WAIT, OP_AFTER, 0, {SLOT_BELL, 30}},
    {H, THIMBLE_VCPU_BIND, 0, 0, {SLOT_NEXT, 0, LINE_DEVICE, THIMBLE_VCPU_UNBIND}},
    {H, THIMBLE_WAIT, OP_AFTER, 0, {SLOT_BELL, 30}},
};
static const struct op guest_vmm[] = {
    {H, THIMBLE_SIGNAL, OP_ANY, FAULT_OPS, {SLOT_BELL}},
};
static const struct program guest_programs[] = {
    PROGRAM(2, guest_guest),
    PROGRAM(3, guest_owner),
    PROGRAM(4, guest_vmm),
};

/* ---- watchdog: a server that dies is restarted by another cell --------------------------------*/

static void watchdog_build(struct system_drawn *d)
{
    manager(d, 4);
    (void)active(d, 1, 20);                         /* 2: client */
    (void)active(d, 2, 40);                         /* 3: watchdog */
    struct model_thread *server = passive(d, 3, 3); /* 4 */
    struct model_thread *other = active(d, 3, 10);  /* 5: of the server's cell */
    server->health = SLOT_BELL;
    other->health = SLOT_BELL;
    lend(d, 1, SLOT_SERVER, THIMBLE_CAP_THREAD, 1, 4);
    lend(d, 2, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 2, 2);
    lend(d, 3, SLOT_BELL, THIMBLE_CAP_NOTIFICATION, 1, 2);
    lend(d, 3, SLOT_IRQ, THIMBLE_CAP_IRQ, 1, DEVICE);
    lend(d, 2, SLOT_CELL, THIMBLE_CAP_CELL, 3, 3);
    sleeps(d, 1, SLEEP_SLOT, 3);
    sleeps(d, 2, SLEEP_SLOT, 4);
    sleeps(d, 3, SLEEP_SLOT, 5);
    (void)cap(d, 3, SLOT_NEXT, THIMBLE_CAP_NOTIFICATION, 3, 5, 1);
}

static const struct op watchdog_client[] = {
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 1)}},
    {H, THIMBLE_CALL, OP_ANY, 0, {SLOT_SERVER, THIMBLE_TAG(1, 1)}},
    SLEEP_OP(9),
    {H, THIMBLE_CALL, 0, 0, {SLOT_SERVER, THIMBLE_TAG(0, 2)}},
};
static const struct op watchdog_thread[] = {
    {H, THIMBLE_WAIT, OP_ANY, 0, {SLOT_BELL, NEVER, NEVER}},
    {H, THIMBLE_CELL_RESTART, OP_ANY, 0, {SLOT_CELL}},
};
/* Label 1 is its end. */
static const struct op watchdog_server[] = {
    {H, THIMBLE_VERSION, 0, 0, {0}},
    {STEP_FAULT, THIMBLE_FAULT_UNDEFINED, OP_ANY, 1, {0}},
};
static const struct op watchdog_other[] = {
    {H, THIMBLE_IRQ_BIND, 0, 0, {SLOT_IRQ, SLOT_NEXT}},
    POKE,
    QUIET,
    SLEEP_OP(8),
    {H, THIMBLE_IRQ_ACK, OP_ANY, 0, {SLOT_IRQ}},
};
static const struct program watchdog_programs[] = {
    PROGRAM(2, watchdog_client),
    SERVICE(3, watchdog_thread),
    PROGRAM(4, watchdog_server),
    PROGRAM(5, watchdog_other),
};

#define SCENARIO(name, what) \
    {#name, what, name##_build, name##_programs, ARRAY_SIZE(name##_programs)}

const struct scenario scenarios[] = {
    SCENARIO(chain, "calls three deep, helped"),
    SCENARIO(transfer, "capabilities with calls and replies"),
    SCENARIO(memory, "mapping, unmapping, revocation in steps"),
    SCENARIO(faults, "a pager that has a pager"),
    SCENARIO(driver, "a device, its driver, a client"),
    SCENARIO(guest, "exits, injection, sleep, timer"),
    SCENARIO(watchdog, "a server that dies is restarted"),
};
const u32 scenario_count = ARRAY_SIZE(scenarios);
