/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_check(): every invariant of the state. Simulation, tests and fuzzers
 * call it after every step; it is not linked into release images. It may be
 * given any state, so each index is checked before it is followed.
 */
#include "deadline.h"
#include "kernel.h"
#include "klog.h"
#include "queue.h"

#define HOLDS(condition)                        \
    do {                                        \
        if (!(condition)) {                     \
            return "not so: " #condition;       \
        }                                       \
    } while (0)

#define CHECK(expression)                       \
    do {                                        \
        const char *broken = (expression);      \
        if (broken != NULL) {                   \
            return broken;                      \
        }                                       \
    } while (0)

#define NODES ((u32)(CPU_MAX * PRIORITIES + SC_MAX))

static const char *check_counts(void)
{
    HOLDS(kernel.cell_count <= CELL_MAX && kernel.region_count <= REGION_MAX);
    HOLDS(kernel.thread_count >= CPU_MAX && kernel.thread_count <= THREAD_MAX);
    HOLDS(kernel.sc_count <= SC_MAX && kernel.cap_count <= CAP_MAX);
    HOLDS(kernel.notification_count <= NOTIFICATION_MAX && kernel.irq_count <= IRQ_MAX);
    for (u32 i = 0; i < kernel.sc_count; i++) {
        HOLDS(sc_at(i)->lowered <= 1U);
    }
    HOLDS(kernel.console == CONSOLE_CORE || kernel.console == CONSOLE_CELL);
    return NULL;
}

/* After check_queues(): it asks them who is next. */
static const char *check_cpu(const struct cpu *cpu)
{
    HOLDS(cpu->current < kernel.thread_count);
    HOLDS(cpu->sc == NONE || cpu->sc < kernel.sc_count);
    HOLDS((cpu->sc == NONE) == (cpu->current == THREAD_IDLE(cpu->id)));
    HOLDS(cpu->sc == NONE || sc_at(cpu->sc)->queued);
    HOLDS(cpu->resched == 0 && cpu->printing <= 1U);
    HOLDS(((cpu->not_fast & NOT_FAST_TRACING) != 0) == (cpu->tracing != 0));
    HOLDS(cpu->fast_key == (cpu->tracing ? FAST_KEY_NEVER : cpu->id));
    const struct thread *t = thread_at(cpu->current);
    HOLDS(t->state == THREAD_READY);
    HOLDS(t->recv_key == NONE && t->reply_key == NONE);
    u32 highest = queue_highest(cpu);
    HOLDS((highest == NONE) == (cpu->sc == NONE));
    HOLDS(highest == NONE || sc_urgency(sc_at(highest))->priority ==
                                   sc_urgency(sc_at(cpu->sc))->priority);
    return NULL;
}

static const char *check_queue(const struct cpu *cpu, u32 priority, u32 *queued)
{
    u32 head = queue_sentinel(cpu, priority);
    u32 n = head;

    do {
        const struct link *link = &kernel.links[n];
        HOLDS(link->next < NODES && kernel.links[link->next].prev == n);
        n = link->next;
        if (n != head) {
            HOLDS(n < SC_MAX);
            const struct sc *sc = sc_at(n);
            HOLDS(sc->queued && sc_urgency(sc)->priority == priority);
            (*queued)++;
            HOLDS(*queued <= kernel.sc_count);
        }
    } while (n != head);
    bool empty = kernel.links[head].next == head;
    HOLDS(empty == !(cpu->ready[priority / 32U] >> priority % 32U & 1U));
    return NULL;
}

static const char *check_queues(const struct cpu *cpu)
{
    u32 queued = 0;
    u32 marked = 0;

    HOLDS(cpu->id == (u32)(cpu - kernel.cpu));
    for (u32 p = 0; p < PRIORITIES; p++) {
        CHECK(check_queue(cpu, p, &queued));
    }
    HOLDS(cpu->ready_words >> (QUEUE_WORDS > 1U ? QUEUE_WORDS : 0) == 0);
    for (u32 w = 0; QUEUE_WORDS > 1U && w < QUEUE_WORDS; w++) {
        HOLDS((cpu->ready[w] != 0) == (cpu->ready_words >> w & 1U));
    }
    for (u32 i = 0; i < kernel.sc_count; i++) {
        marked += sc_at(i)->queued;
    }
    HOLDS(queued == marked);
    return NULL;
}

/* Of somebody's place. */
static u32 place_priority(u32 place)
{
    const struct urgency *urgency = sc_at(kernel.place_sc[place])->urgency;

    return urgency[urgency[0].place != place].priority;
}

/* A place of a context; all as urgent come before `reach`, no other does. */
static const char *check_urgency(u32 index, const struct urgency *u)
{
    HOLDS(u->place < u->reach && u->reach <= PLACES);
    HOLDS(kernel.place_sc[u->place] == index && place_priority(u->place) == u->priority);
    HOLDS(kernel.place_sc[u->reach - 1U] != NONE && place_priority(u->reach - 1U) == u->priority);
    HOLDS(u->reach == PLACES || kernel.place_sc[u->reach] == NONE ||
          place_priority(u->reach) < u->priority);
    return NULL;
}

/* In order of priority, and none is left out. */
static const char *check_places(void)
{
    for (u32 place = 0; place < PLACES; place++) {
        u32 sc = kernel.place_sc[place];
        HOLDS(sc == NONE || sc < kernel.sc_count);
        HOLDS(sc == NONE || place == 0 ||
              (kernel.place_sc[place - 1U] != NONE &&
               place_priority(place - 1U) >= place_priority(place)));
    }
    for (u32 i = 0; i < kernel.sc_count; i++) {
        CHECK(check_urgency(i, &sc_at(i)->urgency[0]));
        CHECK(check_urgency(i, &sc_at(i)->urgency[1]));
    }
    return NULL;
}

static u64 due_earlier(u32 node)
{
    const u64 *at = kernel.due[node];

    return at[0] < at[1] ? at[0] : at[1];
}

/* Each node has the earlier deadline, and the timer rings in time for those that matter. */
static const char *check_deadlines(const struct cpu *cpu)
{
    for (u32 node = 2; node <= PLACES; node++) {
        u32 half = (node & -node) / 2U;
        HOLDS(half == 0 || kernel.due[node][0] == due_earlier(node - half));
        HOLDS(half == 0 || node == PLACES ||
              kernel.due[node][1] == due_earlier(node + half));
    }
    for (u32 place = 0; place < PLACES; place++) {
        u32 sc = kernel.place_sc[place];
        bool armed = sc != NONE && sc_at(sc)->armed == place + 1U;
        HOLDS(armed == (kernel.due[place | 1U][place & 1U] != MACHINE_TIME_NEVER));
    }
    HOLDS(cpu->reach == (cpu->sc != NONE ? sc_urgency(sc_at(cpu->sc))->reach : PLACES));
    HOLDS(cpu->timer <= deadline_first(cpu->reach, MACHINE_TIME_NEVER));
    HOLDS(cpu->sc == NONE || cpu->timer <= cpu->started + sc_at(cpu->sc)->remaining);
    return NULL;
}

static const char *check_sc(u32 index)
{
    const struct sc *sc = sc_at(index);

    HOLDS(sc->thread < kernel.thread_count);
    const struct thread *t = thread_at(sc->thread);
    HOLDS(t->sc == index);
    HOLDS(sc->remaining <= sc->budget && sc->budget <= sc->period);
    HOLDS(sc->refill <= sc->budget && (sc->refill == sc->budget || sc->remaining == 0));
    HOLDS(sc->refill != 0);
    HOLDS(!sc->queued || sc->armed == 0 || (t->vcpu != 0 && kernel.cpu[0].vcpu != t->vcpu - 1U));
    HOLDS(!sc->queued || (sc->remaining != 0 && t->state != THREAD_STOPPED));
    HOLDS(!sc->queued || (t->state != THREAD_WAITING && t->state != THREAD_SLEEPING));
    HOLDS(t->state == THREAD_WAITING || t->state == THREAD_STOPPED ||
          t->state == THREAD_SLEEPING || sc->queued || sc->armed != 0);
    HOLDS(sc->lowered == 0 || sc->lowered == sc->low);
    HOLDS(sc->low == (sc->urgency[0].place != sc->urgency[1].place));
    HOLDS(sc->low == 0 || t->vcpu != 0);
    HOLDS(t->state != THREAD_STOPPED || sc->armed == 0);
    HOLDS(sc->armed == 0 || sc->armed == sc->urgency[0].place + 1U ||
          sc->armed == sc->urgency[1].place + 1U);
    return NULL;
}

static const char *check_thread(u32 index)
{
    const struct thread *t = thread_at(index);

    HOLDS(t->cell < kernel.cell_count);
    const struct cell *cell = &kernel.cells[t->cell];
    HOLDS(t->space == cell->space);
    HOLDS(t->slot_base == cell->slot_base && t->slots == cell->slots);
    HOLDS(t->state < THREAD_STATES);
    HOLDS(thread_is_active(t) == (t->level == LEVEL_ACTIVE));
    HOLDS(!thread_is_active(t) || (t->sc < kernel.sc_count && sc_at(t->sc)->thread == index));
    HOLDS(t->recv_key == NONE || (t->recv_key < CPU_MAX && !thread_is_active(t)));
    HOLDS(t->recv_key == NONE || t->reply_key == NONE);
    HOLDS((t->recv_key == NONE && t->reply_key == NONE) || t->state == THREAD_READY);
    HOLDS((t->state == THREAD_WAITING) == (t->waits_on != NONE));
    HOLDS((t->state == THREAD_RESTART) == (t->restart != 0));
    HOLDS(t->vcpu <= VCPU_MAX && (t->vcpu == 0 || thread_is_active(t)));
    HOLDS(t->vcpu == 0 || kernel.vcpus[t->vcpu - 1U].thread == index);
    HOLDS(t->state != THREAD_SLEEPING || t->vcpu != 0);
    HOLDS(t->vcpu == 0 || (t->waits_on == NONE && t->restart == 0)); /* not offered to guests, */
    HOLDS(t->vcpu == 0 || t->state != THREAD_PENDING_CALL);         /* nor is any call */
    HOLDS(t->vcpu == 0 || t->reply_key == NONE || (t->reply_key & REPLY_KEY_FAULT) != 0);
    if (t->state == THREAD_WAITING) {
        HOLDS(thread_is_active(t) && t->waits_on < kernel.notification_count);
        HOLDS(kernel.notifications[t->waits_on].waiter == index);
    }
    if (t->reply_key != NONE) {
        u32 server = t->reply_key & REPLY_KEY_INDEX;
        HOLDS(server < kernel.thread_count && thread_at(server)->caller == index);
        HOLDS(thread_at(server)->level < t->level);
        HOLDS(((t->reply_key & REPLY_KEY_FAULT) != 0) == (t->fault_kind != 0));
    }
    if (t->caller != NOBODY) {
        HOLDS(t->caller < kernel.thread_count && t->recv_key == NONE);
        HOLDS((thread_at(t->caller)->reply_key & REPLY_KEY_INDEX) == index);
        HOLDS(t->state != THREAD_STOPPED);
    }
    return NULL;
}

static const char *check_cap(cap_t cap)
{
    u32 object = cap_object(cap);

    HOLDS(cap == 0 || cap_type_granted(cap_type(cap)));
    switch (cap_type(cap)) {
    case THIMBLE_CAP_EMPTY:
        return NULL;
    case THIMBLE_CAP_THREAD:
        HOLDS(object >= CPU_MAX && object < kernel.thread_count);
        return NULL;
    case THIMBLE_CAP_NOTIFICATION:
        HOLDS(object < kernel.notification_count);
        return NULL;
    case THIMBLE_CAP_IRQ:
        HOLDS(object < kernel.irq_count);
        return NULL;
    case THIMBLE_CAP_REGION:
        HOLDS(object < REGION_MAX && kernel.regions[object].state != REGION_FREE);
        HOLDS(kernel.regions[object].map.access == cap_rights(cap & ~(cap_t)CAP_MARK));
        return NULL;
    default: /* THIMBLE_CAP_CELL */
        HOLDS(object < kernel.cell_count);
        return NULL;
    }
}

static const char *check_derivation(u32 cap)
{
    const struct derivation *d = &kernel.derivations[cap];
    u32 depth = d->depth;

    if (kernel.caps[cap] == 0) {
        HOLDS(d->next == NONE && d->prev == NONE && depth == 0);
        return NULL;
    }
    HOLDS(depth <= DERIVATION_DEPTH_MAX && (depth == 0) == (d->prev == NONE));
    if (d->next != NONE) {
        HOLDS(d->next < kernel.cap_count && kernel.caps[d->next] != 0);
        const struct derivation *next = &kernel.derivations[d->next];
        HOLDS(next->prev == cap && next->depth != 0 && next->depth <= depth + 1U);
    }
    HOLDS(d->prev == NONE ||
          (d->prev < kernel.cap_count && kernel.derivations[d->prev].next == cap));
    HOLDS(!(kernel.caps[cap] & CAP_MARK) || kernel.revocation.cap != NONE);
    return NULL;
}

static const char *check_revocation(void)
{
    const struct revocation *r = &kernel.revocation;
    u32 cap = r->cap;

    if (cap == NONE) {
        HOLDS(r->cursor == NONE && r->unlinking == 0);
        return NULL;
    }
    HOLDS(cap < kernel.cap_count && kernel.caps[cap] != 0 && !(kernel.caps[cap] & CAP_MARK));
    for (u32 steps = 0; cap != r->cursor; steps++) {
        cap = kernel.derivations[cap].next;
        HOLDS(cap != NONE && steps < kernel.cap_count);
        HOLDS(kernel.derivations[cap].depth > kernel.derivations[r->cap].depth);
        HOLDS(kernel.caps[cap] & CAP_MARK);
    }
    return NULL;
}

static const char *check_region(const struct region *r)
{
    bool moving = r->state == REGION_MAPPING || r->state == REGION_UNMAPPING ||
                  r->state == REGION_UNDOING;

    HOLDS(r->state < REGION_STATES && r->done <= r->map.size);
    HOLDS(!moving || !machine_space_fixed());
    HOLDS((r->cell == NONE) == (r->state == REGION_FREE || r->state == REGION_UNMAPPED));
    HOLDS(r->reserved == 0 || moving);
    HOLDS(r->cell != NONE || (r->done == 0 && r->map.gpa.raw == 0));
    HOLDS(r->state != REGION_MAPPED || r->done == r->map.size);
    HOLDS(kernel.console == CONSOLE_CELL || !klog_within(r->map.pa, r->done));
    HOLDS((r->state == REGION_FREE) == (r->map.size == 0));
    return NULL;
}

/* What a cell may still have is there for it. */
static const char *check_region_quotas(u32 free)
{
    u32 promised = 0;

    for (u32 cell = 0; cell < kernel.cell_count; cell++) {
        const struct cell *c = &kernel.cells[cell];
        u32 owned = 0;
        for (u32 i = 0; i < REGION_MAX; i++) {
            const struct region *r = &kernel.regions[i];
            owned += r->state != REGION_FREE && r->owner == cell;
        }
        HOLDS(owned == c->regions && c->regions <= c->region_quota);
        promised += (u32)c->region_quota - c->regions;
        HOLDS((u32)c->slot_base + c->slots <= kernel.cap_count);
        for (u32 i = c->slot_base; i < (u32)c->slot_base + c->slots; i++) {
            HOLDS(cap_type(kernel.caps[i]) != THIMBLE_CAP_REGION ||
                  kernel.regions[cap_object(kernel.caps[i])].owner == cell);
        }
    }
    HOLDS(promised <= free);
    return NULL;
}

static const char *check_regions(void)
{
    u32 free = 0;
    u32 listed = 0;

    for (u32 i = 0; i < REGION_MAX; i++) {
        CHECK(check_region(&kernel.regions[i]));
        free += kernel.regions[i].state == REGION_FREE;
    }
    for (u32 i = kernel.region_free; i != NONE; i = kernel.regions[i].next) {
        HOLDS(i < REGION_MAX && kernel.regions[i].state == REGION_FREE);
        listed++;
        HOLDS(listed <= free);
    }
    HOLDS(listed == free && kernel.mapping == NONE);
    CHECK(check_region_quotas(free));
    return NULL;
}

/* A bound line's irq capability is in the table of the cell that bound it. */
static const char *check_binding(const struct irq *irq, u32 index)
{
    if (irq->cell == IRQ_UNBOUND) {
        HOLDS(irq->cap == NONE && irq->target == NONE && !irq->active);
        HOLDS(irq->vcpu == 0 && irq->virtual_line == 0);
        return NULL;
    }
    HOLDS(irq->cell < kernel.cell_count);
    const struct cell *cell = &kernel.cells[irq->cell];
    HOLDS(irq->cap >= cell->slot_base && irq->cap - cell->slot_base < cell->slots);
    HOLDS(cap_type(kernel.caps[irq->cap]) == THIMBLE_CAP_IRQ);
    HOLDS(cap_object(kernel.caps[irq->cap]) == index);
    HOLDS(irq->vcpu <= VCPU_MAX && (irq->vcpu == 0 || irq->target == NONE));
    if (irq->vcpu != 0) {
        HOLDS(irq->virtual_line < VCPU_LINES && !irq->active);
        HOLDS(kernel.vcpus[irq->vcpu - 1U].source[irq->virtual_line] == VCPU_SOURCE_IRQ + index);
        return NULL;
    }
    HOLDS(irq->target >= cell->slot_base && irq->target - cell->slot_base < cell->slots);
    return NULL;
}

static const char *check_source(const struct vcpu *v, u32 index, u32 line)
{
    u32 source = v->source[line];

    HOLDS(source != VCPU_SOURCE_TIMER || line == VCPU_LINE_TIMER);
    if (source >= VCPU_SOURCE_SIGNAL) {
        HOLDS(source - VCPU_SOURCE_SIGNAL < kernel.notification_count);
        const struct notification *n = &kernel.notifications[source - VCPU_SOURCE_SIGNAL];
        HOLDS(n->vcpu == index + 1U && n->line == line);
    } else if (source >= VCPU_SOURCE_IRQ) {
        HOLDS(source - VCPU_SOURCE_IRQ < kernel.irq_count);
        const struct irq *irq = &kernel.irqs[source - VCPU_SOURCE_IRQ];
        HOLDS(irq->vcpu == index + 1U && irq->virtual_line == line);
        HOLDS((v->high[line / 32U] >> line % 32U & 1U) == 0);
    }
    return NULL;
}

/* A line waits, or is in one list register: none waits while one is empty, unless the
 * maintenance line is raised first. The thread has been checked to be its own. */
static const char *check_vcpu(u32 index)
{
    const struct vcpu *v = &kernel.vcpus[index];
    const struct thread *t = thread_at(v->thread);
    u32 used = 0;

    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        HOLDS(v->line[i] < VCPU_LINES || v->line[i] == VCPU_NO_LINE);
        used += v->line[i] != VCPU_NO_LINE;
        HOLDS(v->line[i] == VCPU_NO_LINE ||
              (v->active[v->line[i] / 32U] >> v->line[i] % 32U & 1U) == 0);
        for (u32 k = 0; k < i; k++) {
            HOLDS(v->line[i] == VCPU_NO_LINE || v->line[k] != v->line[i]);
        }
    }
    HOLDS(t->state != THREAD_STOPPED || (used == 0 && kernel.cpu[0].vcpu != index));
    u32 waits = v->pending[0] | v->pending[1] | v->active[0] | v->active[1];
    HOLDS(t->state != THREAD_STOPPED || waits == 0);
    HOLDS(waits == 0 || v->control != machine_list_control(false, false));
    HOLDS(!vcpu_timer_waits(index) || sc_at(t->sc)->armed != 0);
    for (u32 line = 0; line < VCPU_LINES; line++) {
        HOLDS(t->state != THREAD_STOPPED || v->source[line] == VCPU_SOURCE_NONE);
        CHECK(check_source(v, index, line));
    }
    return NULL;
}

static const char *check_objects(void)
{
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        CHECK(check_thread(i));
        if (thread_at(i)->vcpu != 0) {
            CHECK(check_vcpu(thread_at(i)->vcpu - 1U));
        }
    }
    for (u32 i = 0; i < kernel.sc_count; i++) {
        CHECK(check_sc(i));
    }
    for (u32 i = 0; i < kernel.cap_count; i++) {
        CHECK(check_cap(kernel.caps[i]));
        CHECK(check_derivation(i));
    }
    CHECK(check_revocation());
    CHECK(check_regions());
    for (u32 i = 0; i < kernel.notification_count; i++) {
        const struct notification *n = &kernel.notifications[i];
        HOLDS(n->waiter == NONE || n->bits == 0);
        HOLDS(n->vcpu <= VCPU_MAX && n->line < VCPU_LINES && (n->vcpu != 0 || n->line == 0));
        HOLDS(n->waiter == NONE ||
              (n->waiter < kernel.thread_count && thread_at(n->waiter)->waits_on == i));
    }
    for (u32 i = 0; i < kernel.irq_count; i++) {
        const struct irq *irq = &kernel.irqs[i];
        HOLDS(irq->line < LINE_MAX && kernel.line_irq[irq->line] == i);
        CHECK(check_binding(irq, i));
    }
    return NULL;
}

static const char *check_spaces(void)
{
    u32 used = 0;
    u32 listed = 0;
    u32 reserved = 0;

    for (u32 i = 0; i < REGION_MAX; i++) {
        reserved += kernel.regions[i].reserved;
    }
    for (u32 i = 0; i < kernel.cell_count; i++) {
        HOLDS(kernel.cells[i].tables <= kernel.cells[i].quota);
        used += kernel.cells[i].tables;
    }
    for (u32 p = kernel.table_free; p != NONE; p = kernel.table_next[p]) {
        HOLDS(p >= SPACE_ROOT_PAGES && p < machine_table_page_count());
        listed++;
        HOLDS(listed <= machine_table_page_count());
    }
    HOLDS(listed == kernel.table_count + reserved);
    HOLDS(used + kernel.table_count + SPACE_ROOT_PAGES == machine_table_page_count());
    return NULL;
}

const char *kernel_check(void)
{
    CHECK(check_counts());
    for (u32 i = 0; i < CPU_MAX; i++) {
        CHECK(check_queues(&kernel.cpu[i]));
        CHECK(check_cpu(&kernel.cpu[i]));
    }
    CHECK(check_objects());
    CHECK(check_places());
    CHECK(check_deadlines(&kernel.cpu[0]));
    CHECK(check_spaces());
    return NULL;
}
