/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What threads do: anything, mostly what a program might, often just past a limit. What an
 * observer does depends on nothing but its seed, its own registers, and what there is of
 * its party; where the order of its own steps would depend on time, it does not do it
 * (see noninterference.h).
 */
#include <string.h>

#include "bus.h"
#include "hw.h"
#include "kernel.h"
#include "noninterference.h"
#include "sim.h"

#define H SIM_STEP_HYPERCALL
#define PERIOD 100000U /* instructions from release to release in MODE_TIMED */
#define JOB_STEPS 24U
#define OUTSIDE 0x60000000U

static const struct party *party_of(const struct actor *a)
{
    return &plan.parties[a->party];
}

static bool observer(const struct actor *a)
{
    return a->party != ACTOR;
}

/* What a call that waits will need changes only when whoever waits does not: passive
 * threads of parties with several active ones leave capabilities and windows alone, since
 * such a call is tried again whenever somebody chooses anew who runs. */
static bool may_manage(const struct actor *a)
{
    return !observer(a) || a->active || party_of(a)->actives == 1U;
}

static cap_t cap_at(const struct actor *a, u32 slot)
{
    return kernel.caps[kernel.cells[a->cell].slot_base + slot];
}

/* The first slot from a random one on that holds this type; now and then any. */
static u32 slot_of(struct actor *a, u32 type)
{
    u32 start = source_below(&a->source, CELL_SLOTS);
    u32 odd = source_below(&a->source, 32);

    if (odd == 0) {
        return CELL_SLOTS;
    }
    if (odd < 3U) {
        return start;
    }
    if (odd == 3U) {
        return source_word(&a->source);
    }
    for (u32 i = 0; i < CELL_SLOTS; i++) {
        if (cap_type(cap_at(a, (start + i) % CELL_SLOTS)) == type) {
            return (start + i) % CELL_SLOTS;
        }
    }
    return start;
}

static u32 slot_any(struct actor *a)
{
    u32 type = 1U + source_below(&a->source, THIMBLE_CAP_CELL);

    return slot_of(a, type);
}

/* ---- messages ----------------------------------------------------------------*/

static void message(struct actor *a, u32 *regs)
{
    u32 length = source_below(&a->source, 7);

    if (source_percent(&a->source, 10)) {
        length = 7U + source_below(&a->source, 60);
    }
    regs[1] = THIMBLE_TAG(source_below(&a->source, 4), length);
    for (u32 i = 2; i < THREAD_REGS; i++) {
        regs[i] = source_word(&a->source);
    }
    if (source_percent(&a->source, 97)) {
        regs[2] = source_below(&a->source, 2); /* the answer to a fault */
    }
    if (source_percent(&a->source, 20) && may_manage(a)) {
        regs[1] |= THIMBLE_TAG_CAP;
        regs[7] = slot_any(a);
    }
}

/* ---- memory ------------------------------------------------------------------*/

static u32 map_at(struct actor *a)
{
    u32 at = 0x20000000U + source_below(&a->source, 6) * 0x00200000U;

    if (a->hungry) { /* no two in one table */
        at += source_below(&a->source, 3) * 0x40000000U;
    }
    if (source_percent(&a->source, 40)) {
        at += source_below(&a->source, 8) * PAGE_SIZE;
    }
    return source_percent(&a->source, 3) ? source_word(&a->source) : at;
}

static u32 address(struct actor *a)
{
    u32 at = source_below(&a->source, 64) * 4U;

    at += source_below(&a->source, 4) * PAGE_SIZE;
    if (source_percent(&a->source, 1)) {
        return OUTSIDE + at;
    }
    /* A server that faults is the end of many. */
    return (source_percent(&a->source, a->active ? 92 : 98) ? 0x10000000U : map_at(a) & ~3U) + at;
}

static void derive(struct actor *a, u32 *regs)
{
    regs[0] = slot_of(a, THIMBLE_CAP_REGION);
    regs[1] = slot_of(a, THIMBLE_CAP_EMPTY);
    regs[2] = source_below(&a->source, 4) * PAGE_SIZE;
    regs[3] = (1U + source_below(&a->source, 40)) * PAGE_SIZE;
    regs[4] = 1U + source_below(&a->source, 3);
}

/* INVALIDATE alone loses what the cache may or may not have written back. */
static void maintain(struct actor *a, u32 *regs)
{
    static const u32 how[] = {THIMBLE_CACHE_CLEAN, THIMBLE_CACHE_CLEAN | THIMBLE_CACHE_INVALIDATE,
                              THIMBLE_CACHE_UNIFY, THIMBLE_CACHE_INVALIDATE};

    regs[0] = slot_of(a, THIMBLE_CAP_REGION);
    regs[1] = source_below(&a->source, 64) * THIMBLE_CACHE_LINE;
    regs[2] = source_below(&a->source, 300) * THIMBLE_CACHE_LINE;
    regs[3] = how[source_below(&a->source, observer(a) ? 3 : 4)];
    cap_t cap = regs[0] < CELL_SLOTS ? cap_at(a, regs[0]) : 0;
    if (!observer(a) && cap_type(cap) == THIMBLE_CAP_REGION) {
        regs[1] = 0;
        regs[2] = kernel.regions[cap_object(cap)].map.size;
    }
}

/* ---- capabilities --------------------------------------------------------------*/

static u32 manage(struct actor *a, u32 *regs)
{
    static const u8 numbers[] = {
        THIMBLE_CAP_COPY,     THIMBLE_CAP_COPY,     THIMBLE_CAP_MOVE,
        THIMBLE_CAP_REVOKE,   THIMBLE_CAP_DELETE,   THIMBLE_REGION_DERIVE,
        THIMBLE_REGION_MAP,   THIMBLE_REGION_MAP,   THIMBLE_REGION_MAP,
        THIMBLE_REGION_UNMAP, THIMBLE_CACHE_MAINTAIN};
    u32 number = numbers[source_below(&a->source, ARRAY_SIZE(numbers))];

    if (a->hungry) {
        number = source_percent(&a->source, 40) ? THIMBLE_REGION_DERIVE : THIMBLE_REGION_MAP;
    }
    regs[0] = slot_any(a);
    regs[1] = slot_of(a, THIMBLE_CAP_EMPTY);
    regs[2] = source_percent(&a->source, 70) ? 1U : 3U;
    regs[3] = source_percent(&a->source, 70) ? 0 : source_below(&a->source, 3);
    switch (number) {
    case THIMBLE_REGION_DERIVE:
        derive(a, regs);
        break;
    case THIMBLE_REGION_MAP:
        regs[0] = slot_of(a, THIMBLE_CAP_REGION);
        regs[1] = map_at(a);
        regs[2] = source_percent(&a->source, 75) ? THIMBLE_NO_SLOT
                                                 : slot_of(a, THIMBLE_CAP_CELL);
        break;
    case THIMBLE_REGION_UNMAP:
        regs[0] = slot_of(a, THIMBLE_CAP_REGION);
        break;
    case THIMBLE_CACHE_MAINTAIN:
        maintain(a, regs);
        break;
    case THIMBLE_CAP_DELETE:
    case THIMBLE_CAP_REVOKE:
        a->revokes = true;
        break;
    default:
        break;
    }
    return number;
}

/* ---- lines and notifications ----------------------------------------------------*/

/* The device does as its driver has told it. */
static void line_poke(struct actor *a)
{
    u32 i = source_below(&a->source, 2);

    sim_gic_line_set(&sim.gic, party_of(a)->lines[i], true);
    if (source_percent(&a->source, 70)) {
        sim_gic_line_set(&sim.gic, party_of(a)->lines[i], false);
    }
    sim_events_changed();
}

static void lines_lower(const struct actor *a)
{
    for (u32 i = 0; i < 2U; i++) {
        sim_gic_line_set(&sim.gic, party_of(a)->lines[i], false);
    }
    sim_events_changed();
}

/* Somebody of the party will run, and may signal. */
static bool others_ready(const struct actor *a)
{
    const struct party *p = party_of(a);

    for (u32 i = 0; i < p->actives; i++) {
        u32 t = p->threads[i];
        if (t != a->thread && kernel.scs[kernel.threads[t].sc].queued) {
            return true;
        }
    }
    return false;
}

static u32 wait(struct actor *a, u32 *regs)
{
    u32 slot = slot_of(a, THIMBLE_CAP_NOTIFICATION);
    cap_t cap = slot < CELL_SLOTS ? cap_at(a, slot) : 0;
    u64 deadline = THIMBLE_NEVER;
    u32 ticks = source_below(&a->source, 300);

    if (plan.mode == MODE_EXACT || !observer(a)) {
        deadline = sim_clock.now / 16U + ticks;
    }
    regs[0] = slot;
    regs[1] = (u32)deadline;
    regs[2] = (u32)(deadline >> 32);
    if (deadline != THIMBLE_NEVER || cap_type(cap) != THIMBLE_CAP_NOTIFICATION) {
        return THIMBLE_WAIT;
    }
    bool answered = kernel.notifications[cap_object(cap)].bits != 0 ||
                    (!a->lowest && others_ready(a));
    return answered ? THIMBLE_WAIT : THIMBLE_POLL;
}

/* A bound line rises and its driver waits for it. */
static u32 line_wait(struct actor *a, u32 *regs)
{
    u32 i = source_below(&a->source, 2);
    const struct irq *irq = &kernel.irqs[party_of(a)->irqs[i]];

    if (irq->cell != a->cell || irq->target == NONE || irq->active || irq->vcpu != 0 ||
        !sim_gic_enabled(&sim.gic, 0, irq->line)) {
        regs[0] = slot_of(a, THIMBLE_CAP_IRQ);
        regs[1] = slot_of(a, THIMBLE_CAP_NOTIFICATION);
        return THIMBLE_IRQ_BIND;
    }
    u32 slot = irq->target - kernel.cells[a->cell].slot_base;
    cap_t cap = cap_at(a, slot);
    if (!cap_matches(cap, THIMBLE_CAP_NOTIFICATION, 3) || cap_badge(cap) == 0) {
        return THIMBLE_VERSION;
    }
    lines_lower(a);
    sim_gic_line_set(&sim.gic, irq->line, true);
    sim_gic_line_set(&sim.gic, irq->line, sim_gic_pending(&sim.gic, 0, irq->line));
    sim_events_changed();
    regs[0] = slot;
    regs[1] = 0xffffffffU;
    regs[2] = 0xffffffffU;
    return THIMBLE_WAIT;
}

static u32 simple(struct actor *a, u32 *regs)
{
    static const u8 numbers[] = {THIMBLE_SIGNAL,  THIMBLE_SIGNAL,  THIMBLE_POLL,
                                 THIMBLE_IRQ_ACK, THIMBLE_IRQ_ACK, THIMBLE_IRQ_BIND,
                                 THIMBLE_YIELD,   THIMBLE_VERSION, THIMBLE_WINDOW};
    u32 number = numbers[source_below(&a->source, ARRAY_SIZE(numbers))];

    regs[0] = slot_of(a, number == THIMBLE_WINDOW ? THIMBLE_CAP_EMPTY : THIMBLE_CAP_NOTIFICATION);
    if (number == THIMBLE_IRQ_ACK || number == THIMBLE_IRQ_BIND) {
        regs[0] = slot_of(a, THIMBLE_CAP_IRQ);
        regs[1] = source_percent(&a->source, 10) ? THIMBLE_NO_SLOT
                                                 : slot_of(a, THIMBLE_CAP_NOTIFICATION);
    }
    if (number == THIMBLE_IRQ_ACK) {
        lines_lower(a);
    }
    if (source_percent(&a->source, 2)) {
        number = source_below(&a->source, 256);
        return number >= THIMBLE_CAP_COPY && number < THIMBLE_HYPERCALLS ? THIMBLE_VERSION : number;
    }
    return number == THIMBLE_WINDOW && !may_manage(a) ? THIMBLE_VERSION : number;
}

/* ---- force -----------------------------------------------------------------------*/

/* An observer restarts, and stops, only what has no time of its own, and only on its
 * own: what else is left halfway when it is preempted depends on when that is. */
static u32 force(struct actor *a, u32 *regs)
{
    bool restart = source_percent(&a->source, 50);
    u32 slot = slot_of(a, restart ? THIMBLE_CAP_CELL : THIMBLE_CAP_THREAD);
    cap_t cap = slot < CELL_SLOTS ? cap_at(a, slot) : 0;

    regs[0] = slot;
    bool other = cap_type(cap) != (restart ? THIMBLE_CAP_CELL : THIMBLE_CAP_THREAD);
    bool active = restart ? cap_object(cap) == party_of(a)->cells[0]
                          : thread_is_active(&kernel.threads[cap_object(cap) % THREAD_MAX]);
    if (observer(a) && !other && active) {
        return THIMBLE_YIELD;
    }
    return restart ? THIMBLE_CELL_RESTART : THIMBLE_THREAD_STOP;
}

static u32 vcpu(struct actor *a, u32 *regs)
{
    const struct party *p = party_of(a);
    u32 number = THIMBLE_VCPU_START + source_below(&a->source, 3);
    u32 line = 24U + source_below(&a->source, 12);

    regs[0] = slot_of(a, THIMBLE_CAP_THREAD);
    for (u32 i = 0; i < CELL_SLOTS && source_percent(&a->source, 95); i++) {
        if (cap_type(cap_at(a, i)) == THIMBLE_CAP_THREAD && cap_object(cap_at(a, i)) == p->vcpu) {
            regs[0] = i;
            break;
        }
    }
    if (observer(a) && line == 27U) {
        line = 28;
    }
    for (u32 i = 1; i < THREAD_REGS; i++) {
        regs[i] = source_below(&a->source, 256);
    }
    u32 how = line * 88U % 256U | (source_percent(&a->source, 30) ? THIMBLE_LINE_URGENT : 0);
    regs[number == THIMBLE_VCPU_INJECT ? 1 : 2] = line;
    if (number == THIMBLE_VCPU_INJECT) {
        regs[2] = how | THIMBLE_LINE_HIGH;
        regs[2] ^= source_percent(&a->source, 20) ? THIMBLE_LINE_HIGH : 0;
        regs[2] |= source_percent(&a->source, 40) ? THIMBLE_LINE_LEVEL : 0;
    } else if (number == THIMBLE_VCPU_BIND) {
        regs[1] = slot_of(a, source_percent(&a->source, 50) ? THIMBLE_CAP_IRQ
                                                            : THIMBLE_CAP_NOTIFICATION);
        regs[3] = source_percent(&a->source, 15) ? THIMBLE_VCPU_UNBIND : how;
        regs[1] = !observer(a) && line == 27U ? THIMBLE_NO_SLOT : regs[1];
    }
    return number;
}

/* ---- who does what ------------------------------------------------------------------*/

static u32 hypercall_choose(struct actor *a, u32 *regs)
{
    u32 kind = source_below(&a->source, 100);

    if (a->vcpu && kind < 90U) {
        return simple(a, regs); /* few others are offered to guests */
    }
    if (a->hungry && kind < 70U) {
        return manage(a, regs);
    }
    if (!a->active && kind < 45U) {
        message(a, regs);
        return THIMBLE_REPLY_RECV;
    }
    if (kind < 55U) {
        message(a, regs);
        regs[0] = slot_of(a, THIMBLE_CAP_THREAD);
        return THIMBLE_CALL;
    }
    if (kind < 77U && may_manage(a)) {
        return manage(a, regs);
    }
    if (kind < 80U && a->active && !a->vcpu) {
        return force(a, regs);
    }
    if (kind < 88U && party_of(a)->vcpu != 0 && !a->vcpu) {
        return vcpu(a, regs);
    }
    if (kind < 94U && a->active && !a->vcpu) {
        return source_percent(&a->source, 50) ? wait(a, regs) : line_wait(a, regs);
    }
    return simple(a, regs);
}

static void guest_choose(struct actor *a, struct sim_action *action)
{
    u32 kind = source_below(&a->source, 8);

    action->step = SIM_STEP_COMPUTE;
    action->value = 10;
    if (action->fresh) { /* its interface is on from now on: all priorities */
        hw_write32(paddr(SIM_GICV_BASE), 1);
        hw_write32(paddr(SIM_GICV_BASE + 4U), 0xff);
    }
    if (kind < 3U && action->interrupted) {
        action->number = hw_read32(paddr(SIM_GICV_BASE + 0xcU));
    } else if (kind < 3U) {
        hw_write32(paddr(SIM_GICV_BASE + 0x10U), 24U + source_below(&a->source, 12));
    } else if (kind < 5U) {
        action->step = SIM_STEP_EXIT;
        action->number = THIMBLE_EXIT_HVC + source_below(&a->source, 2);
    } else if (kind == 5U && source_percent(&a->source, 30)) {
        action->step = SIM_STEP_SLEEP;
    } else if (kind == 6U && !observer(a)) {
        action->step = SIM_STEP_TIMER;
        action->number = 1;
        action->wide = sim_clock.now / 16U + source_below(&a->source, 300);
    }
}

static void step_choose(struct actor *a, u32 *regs, struct sim_action *action)
{
    u32 kind = source_below(&a->source, 100);

    if (a->vcpu && (kind < 60U || action->fresh)) {
        guest_choose(a, action);
        return;
    }
    if (kind < 10U) {
        action->step = SIM_STEP_COMPUTE;
        action->value = source_below(&a->source, 400);
        return;
    }
    if (kind < 24U) {
        action->step = kind < 16U ? SIM_STEP_READ : SIM_STEP_WRITE;
        action->address = address(a);
        action->value = source_word(&a->source);
        if (!observer(a) && kind == 16U) {
            action->step = SIM_STEP_EXECUTE;
        }
        return;
    }
    if (kind == 24U && source_percent(&a->source, a->active ? 30 : 5)) {
        action->step = SIM_STEP_FAULT;
        action->number = 1U + source_below(&a->source, 3);
        action->address = source_word(&a->source);
        return;
    }
    if (kind < 30U) {
        line_poke(a);
    }
    action->step = H;
    action->number = hypercall_choose(a, regs);
}

/* Jobs of a few steps, released at times that are fixed. */
static bool job_end(struct actor *a, u32 *regs, struct sim_action *action)
{
    if (plan.mode != MODE_TIMED || a->party != 1U || !a->active) {
        return false;
    }
    if (a->left != 0) {
        a->left--;
        return false;
    }
    record_job(a);
    a->jobs++;
    a->left = 1U + source_below(&a->source, JOB_STEPS);
    a->revokes = false;
    u64 deadline = (u64)a->jobs * PERIOD / 16U;
    regs[0] = slot_of(a, THIMBLE_CAP_NOTIFICATION);
    regs[1] = (u32)deadline;
    regs[2] = (u32)(deadline >> 32);
    action->step = H;
    action->number = THIMBLE_WAIT;
    return true;
}

/* The thread makes no more steps, and neither does anybody for it. */
static void park(const struct actor *a, struct sim_action *action)
{
    struct cpu *cpu = &kernel.cpu[0];

    thread_stop(cpu, a->thread);
    schedule(cpu);
    action->step = SIM_STEP_COMPUTE;
    action->value = 1;
}

void script_step(void *state, u32 *regs, struct sim_action *action)
{
    struct actor *a = state;
    struct sim_action seen = *action;

    if (record_done(a->party) || a->steps == SILENT) {
        park(a, action);
        return;
    }
    a->steps++;
    if (a->last.step == H && a->last.number == THIMBLE_CALL && regs[0] == THIMBLE_ERR_DEAD) {
        if (observer(a) && !record_own(a, regs)) {
            record_wrong("registers after a server has died are not the caller's own");
        }
        memset(&regs[1], 0, (THREAD_REGS - 1U) * sizeof(regs[0]));
    }
    record_step(a, regs, &seen);
    if (!job_end(a, regs, action)) {
        step_choose(a, regs, action);
    }
    a->last = *action;
    record_action(a, regs, action);
}
