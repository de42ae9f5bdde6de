/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a step may assume, and must establish anew. state_any(): every bit is unknown, but
 * for two kinds of fields. What boot sets once is as prove_system says: state_constants().
 * Each index that the core follows, and each count that bounds one, is anywhere in the
 * range that kernel_check() states. state_check() asserts these ranges.
 */
#include "kernel.h"
#include "klog.h"
#include "prove.h"

#define NODES (CPU_MAX * PRIORITIES + SC_MAX)
#define SLOTS 2U   /* of each cell */
#define ACTIVE_FIRST 1U
#define ACTIVE_LAST 3U
#define VCPU_THREAD 3U

/* Any state within the invariants. Made once, then copied. */
static struct kernel any;
/* Until its end, boot calls no cut: the invariants do not hold yet. */
static bool booting;

/* ---- ranges --------------------------------------------------------------------- */

/* The idle thread is ready (or, for all that is shown here, in a hypercall); only active ones
 * wait, and only a vCPU sleeps. */
static u8 any_state(u32 thread)
{
    u32 state = either(either(THREAD_READY, THREAD_STOPPED), THREAD_PENDING_CALL + any_below(4));

    if (thread == 0) {
        return (u8)either(THREAD_READY, THREAD_RESTART);
    }
    if (thread <= ACTIVE_LAST) {
        state = either(state, THREAD_WAITING);
    }
    return (u8)(thread == VCPU_THREAD ? either(state, THREAD_SLEEPING) : state);
}

static void threads_any(void)
{
    for (u32 i = 0; i < THREAD_MAX; i++) {
        struct thread *t = &any.threads[i];
        u32 server = CPU_MAX + any_below(THREAD_MAX - CPU_MAX);
        t->recv_key = (u16)(i < ACTIVE_FIRST || i > ACTIVE_LAST ? either(0, NONE) : NONE);
        t->reply_key = (u16)either(either(server, server + REPLY_KEY_FAULT), NONE);
        t->caller = (u16)(i < ACTIVE_FIRST || i > ACTIVE_LAST ? any_below(THREAD_MAX) : NOBODY);
        t->state = any_state(i);
        t->waits_on = NONE;
        if (i >= ACTIVE_FIRST && i <= ACTIVE_LAST) {
            t->waits_on = any_or_none(NOTIFICATION_MAX);
        }
        t->window = any_or_none(SLOTS);
    }
}

static void thread_check(u32 i)
{
    const struct thread *t = &kernel.threads[i];
    //@ assert recv_key: t->recv_key == 0 || t->recv_key == NONE;
    u32 server = t->reply_key & REPLY_KEY_INDEX;
    //@ assert reply_key: 1 <= server < THREAD_MAX || server == REPLY_KEY_INDEX;
    //@ assert caller: t->caller < THREAD_MAX;
    //@ assert served: t->sc == NONE || (t->caller == NOBODY && t->recv_key == NONE);
    //@ assert state: t->state < THREAD_STATES;
    //@ assert idle: i != 0 || t->state == THREAD_READY || t->state == THREAD_RESTART;
    //@ assert waiting: t->state != THREAD_WAITING || 1 <= i <= ACTIVE_LAST;
    //@ assert sleeping: t->state != THREAD_SLEEPING || i == VCPU_THREAD;
    //@ assert waits_on: t->waits_on < NOTIFICATION_MAX || t->waits_on == NONE;
    //@ assert waiter: t->waits_on == NONE || 1 <= i <= ACTIVE_LAST;
    //@ assert window: t->window < SLOTS || t->window == NONE;
}

static void threads_check(void)
{
    for (u32 i = 0; i < THREAD_MAX; i++) {
        thread_check(i);
    }
}

static void caps_any(void)
{
    for (u32 i = 0; i < CAP_MAX; i++) {
        any.derivations[i].next = any_or_none(CAP_MAX);
        any.derivations[i].prev = any_or_none(CAP_MAX);
    }
    any.revocation.cap = any_or_none(CAP_MAX);
    any.revocation.cursor = any_or_none(CAP_MAX);
}

/* `any_below` here and below: an element of an array that stands for each. */
static void caps_check(void)
{
    u32 i = any_below(CAP_MAX);
    u16 next = kernel.derivations[i].next;
    u16 prev = kernel.derivations[i].prev;
    const struct revocation *r = &kernel.revocation;

    //@ assert next: next < CAP_MAX || next == NONE;
    //@ assert prev: prev < CAP_MAX || prev == NONE;
    //@ assert revocation: r->cap < CAP_MAX || r->cap == NONE;
    //@ assert cursor: r->cursor < CAP_MAX || r->cursor == NONE;
}

static void time_any(void)
{
    for (u32 i = 0; i < SC_MAX; i++) {
        any.scs[i].armed = (u16)any_below(PLACES + 1U);
        any.scs[i].lowered = (u16)any_below(2);
        any.scs[i].queued = (u8)any_below(2);
    }
    for (u32 i = 0; i < PLACES; i++) {
        any.place_sc[i] = any_or_none(SC_MAX);
    }
    any.cpu[0].reach = any_below(PLACES + 1U); /* 0: nothing has been chosen yet */
    //@ loop unroll 260;
    for (u32 i = 0; i < NODES; i++) {
        any.links[i].next = (u16)any_below(NODES);
        any.links[i].prev = (u16)any_below(NODES);
    }
    any.cpu[0].ready_words = any_below(256);
}

static void time_check(const struct cpu *cpu)
{
    u32 i = any_below(SC_MAX);
    u16 armed = kernel.scs[i].armed;
    u16 lowered = kernel.scs[i].lowered;
    u8 queued = kernel.scs[i].queued;
    u16 place_sc = kernel.place_sc[any_below(PLACES)];
    const struct link *link = &kernel.links[any_below(NODES)];

    //@ assert armed: armed <= PLACES;
    //@ assert lowered: lowered < 2;
    //@ assert queued: queued < 2;
    //@ assert place_sc: place_sc < SC_MAX || place_sc == NONE;
    //@ assert reach: cpu->reach <= PLACES;
    //@ assert link_next: link->next < NODES;
    //@ assert link_prev: link->prev < NODES;
    //@ assert ready_words: cpu->ready_words < 256;
}

static void signals_any(void)
{
    for (u32 i = 0; i < NOTIFICATION_MAX; i++) {
        u32 waiter = ACTIVE_FIRST + any_below(ACTIVE_LAST);
        any.notifications[i].waiter = (u16)either(waiter, NONE);
        any.notifications[i].vcpu = (u8)any_below(VCPU_MAX + 1U);
        any.notifications[i].line = (u8)any_below(VCPU_LINES);
    }
    for (u32 i = 0; i < IRQ_MAX; i++) {
        any.irqs[i].target = any_or_none(CAP_MAX);
        any.irqs[i].cap = any_or_none(CAP_MAX);
        any.irqs[i].active = (u8)any_below(2);
        any.irqs[i].vcpu = (u8)any_below(VCPU_MAX + 1U);
        any.irqs[i].virtual_line = (u8)any_below(VCPU_LINES);
    }
}

static void signals_check(void)
{
    const struct notification *n = &kernel.notifications[any_below(NOTIFICATION_MAX)];
    const struct irq *irq = &kernel.irqs[any_below(IRQ_MAX)];
    u16 waiter = n->waiter;
    u16 target = irq->target;

    //@ assert waiter: ACTIVE_FIRST <= waiter <= ACTIVE_LAST || waiter == NONE;
    //@ assert signal_vcpu: n->vcpu <= VCPU_MAX;
    //@ assert signal_line: n->line < VCPU_LINES;
    //@ assert target: target < CAP_MAX || target == NONE;
    //@ assert active: irq->active < 2;
    //@ assert irq_vcpu: irq->vcpu <= VCPU_MAX;
    //@ assert virtual_line: irq->virtual_line < VCPU_LINES;
}

/* No capability names region 0: it is never freed. */
static u16 any_listed(void)
{
    return (u16)either(1U + any_below(REGION_MAX - 1U), NONE);
}

static void regions_any(void)
{
    for (u32 i = 0; i < REGION_MAX; i++) {
        struct region *r = &any.regions[i];
        r->next = any_listed();
        r->owner = (u16)any_below(CELL_MAX);
        r->state = (u8)any_below(REGION_STATES);
        r->cell = any_or_none(CELL_MAX);
    }
    any.region_free = any_listed();
    any.table_free = any_or_none(TABLE_PAGE_MAX);
    any.mapping = NONE;
}

static void regions_check(void)
{
    const struct region *r = &kernel.regions[any_below(REGION_MAX)];
    u16 next = r->next;
    u16 cell = r->cell;

    //@ assert region_next: 1 <= next < REGION_MAX || next == NONE;
    //@ assert region_owner: r->owner < CELL_MAX;
    //@ assert region_state: r->state < REGION_STATES;
    //@ assert region_cell: cell < CELL_MAX || cell == NONE;
    //@ assert region_free: 1 <= kernel.region_free < REGION_MAX || kernel.region_free == NONE;
    //@ assert table_free: kernel.table_free < TABLE_PAGE_MAX || kernel.table_free == NONE;
    //@ assert mapping: kernel.mapping == NONE;
}

static void vcpus_any(void)
{
    struct vcpu *v = &any.vcpus[0];

    for (u32 k = 0; k < MACHINE_LISTS; k++) {
        v->line[k] = (u8)any_below(256); /* whatever it is, it is made a line before it is used */
    }
    any.cpu[0].vcpu = any_or_none(VCPU_MAX);
}

static void vcpus_check(const struct cpu *cpu)
{
    //@ assert loaded: cpu->vcpu < VCPU_MAX || cpu->vcpu == NONE;
    (void)cpu;
}

/* ---- what boot sets once ---------------------------------------------------------- */

static void thread_constants(u32 i)
{
    struct thread *t = &any.threads[i];
    const struct boot_thread *in = &threads[i - CPU_MAX];
    const struct boot_cell *home = &cells[in->cell];

    t->cell = in->cell;
    t->slots = home->slots;
    t->slot_base = (u16)(SLOTS * in->cell);
    t->sc = in->sc;
    t->level = in->sc == NONE ? in->level : LEVEL_ACTIVE;
    t->vcpu = (u8)in->vcpu;
    t->handler = in->handler;
    t->health = in->health;
}

static void idle_constants(struct thread *t)
{
    t->cell = NONE;
    t->slots = 0;
    t->slot_base = 0;
    t->sc = NONE;
    t->level = LEVEL_ACTIVE;
    t->vcpu = 0;
    t->reply_key = NONE;
    t->recv_key = NONE;
    t->caller = NOBODY;
    t->handler = NONE;
    t->health = NONE;
}

static void state_constants(void)
{
    booted = &prove_system;
    idle_constants(&any.threads[0]);
    for (u32 i = CPU_MAX; i < THREAD_MAX; i++) {
        thread_constants(i);
    }
    for (u32 i = 0; i < ARRAY_SIZE(scs); i++) {
        any.scs[i].thread = (u16)(CPU_MAX + scs[i].thread);
        any.scs[i].low = scs[i].urgency[0].place != scs[i].urgency[1].place;
        for (u32 k = 0; k < 2U; k++) {
            any.scs[i].urgency[k].place = scs[i].urgency[k].place;
            any.scs[i].urgency[k].reach = scs[i].urgency[k].reach;
            any.scs[i].urgency[k].priority = scs[i].urgency[k].priority;
        }
    }
    for (u32 i = 0; i < ARRAY_SIZE(cells); i++) {
        any.cells[i].slots = cells[i].slots;
        any.cells[i].slot_base = (u16)(SLOTS * i);
    }
    //@ loop unroll 64;
    for (u32 i = 0; i < LINE_MAX; i++) {
        any.line_irq[i] = NONE;
    }
    for (u32 i = 0; i < ARRAY_SIZE(irqs); i++) {
        any.irqs[i].line = irqs[i].line;
        any.line_irq[irqs[i].line] = (u16)i;
    }
    any.vcpus[0].thread = VCPU_THREAD;
    any.cell_count = CELL_MAX;
    any.thread_count = THREAD_MAX;
    any.sc_count = SC_MAX;
    any.irq_count = ARRAY_SIZE(irqs);
    any.cpu[0].id = 0;
}

static void thread_constants_check(u32 i)
{
    const struct thread *t = &kernel.threads[i];
    const struct thread *as = &any.threads[i];

    //@ assert home: t->cell == as->cell && t->slots == as->slots && t->slot_base == as->slot_base;
    //@ assert own_time: t->sc == as->sc && t->level == as->level;
    //@ assert vcpu_of: t->vcpu == as->vcpu;
}

static void urgency_check(const struct urgency *u, const struct urgency *as)
{
    //@ assert place: u->place == as->place && u->reach == as->reach;
    //@ assert priority: u->priority == as->priority;
    (void)u;
    (void)as;
}

static void constants_check(void)
{
    for (u32 i = 0; i < THREAD_MAX; i++) {
        thread_constants_check(i);
    }
    for (u32 i = 0; i < SC_MAX; i++) {
        //@ assert owner: kernel.scs[i].thread == any.scs[i].thread;
        //@ assert low: kernel.scs[i].low == any.scs[i].low;
        urgency_check(&kernel.scs[i].urgency[0], &any.scs[i].urgency[0]);
        urgency_check(&kernel.scs[i].urgency[1], &any.scs[i].urgency[1]);
    }
    for (u32 i = 0; i < CELL_MAX; i++) {
        //@ assert slots: kernel.cells[i].slots == any.cells[i].slots;
        //@ assert slot_base: kernel.cells[i].slot_base == any.cells[i].slot_base;
    }
    //@ loop unroll 64;
    for (u32 i = 0; i < LINE_MAX; i++) {
        //@ assert line_irq: kernel.line_irq[i] == any.line_irq[i];
    }
    for (u32 i = 0; i < IRQ_MAX; i++) {
        //@ assert irq_line: kernel.irqs[i].line == any.irqs[i].line;
    }
    //@ assert vcpu_thread: kernel.vcpus[0].thread == VCPU_THREAD;
    //@ assert counts: kernel.thread_count == THREAD_MAX && kernel.irq_count == IRQ_MAX;
    //@ assert booted: booted == &prove_system;
}

static void state_init(void)
{
    Frama_C_make_unknown((char *)&any, sizeof(any));
    Frama_C_make_unknown((char *)&trace_ring, sizeof(trace_ring));
    any.cpu[0].current = (u16)any_below(THREAD_MAX);
    any.cpu[0].sc = any_or_none(SC_MAX);
    any.cpu[0].fast_key = (u16)either(0, FAST_KEY_NEVER);
    threads_any();
    caps_any();
    time_any();
    signals_any();
    regions_any();
    vcpus_any();
    state_constants();
}

/* In the middle of an entry. */
static void state_any(void)
{
    kernel = any;
}

static void state_check(void)
{
    const struct cpu *cpu = &kernel.cpu[0];

    //@ assert current: cpu->current < THREAD_MAX;
    //@ assert paying: cpu->sc < SC_MAX || cpu->sc == NONE;
    //@ assert fast_key: cpu->fast_key == 0 || cpu->fast_key == FAST_KEY_NEVER;
    threads_check();
    caps_check();
    time_check(cpu);
    signals_check();
    regions_check();
    vcpus_check(cpu);
    constants_check();
}
