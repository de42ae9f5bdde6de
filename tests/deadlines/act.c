/* SPDX-License-Identifier: BSD-2-Clause */
/* What threads and devices of a drawn system do, as scripts: see deadlines.h. */
#include <string.h>

#include "deadlines.h"
#include "kernel.h"
#include "sim.h"

#define TICK SIM_TICK_INSTRUCTIONS
#define MAP_AT 0x40000000U
/* A hypercall of a job, and a call with its reply, at most: of what is left. */
#define HYPERCALL (1U * US)

static u32 below(u32 n)
{
    return source_below(&plan.source, n);
}

/* ---- devices --------------------------------------------------------------------- */

u64 __real_sim_bus_next(void);
u64 __wrap_sim_bus_next(void);
u64 __wrap_sim_bus_next(void)
{
    u64 next = __real_sim_bus_next();

    for (u32 i = 0; i < plan.irq_count; i++) {
        next = plan.devices[i].at < next ? plan.devices[i].at : next;
    }
    return next;
}

void __real_sim_bus_update(void);
void __wrap_sim_bus_update(void);
void __wrap_sim_bus_update(void)
{
    __real_sim_bus_update();
    for (u32 i = 0; i < plan.irq_count; i++) {
        struct device *d = &plan.devices[i];
        if (sim_clock.now >= d->at) {
            d->raised = d->at;
            d->at = SIM_TIME_NEVER;
            d->earliest = SIM_TIME_NEVER;
            d->high = true;
            sim_gic_line_set(&sim.gic, d->line, true);
        }
    }
}

static void device_raise(const struct actor *a, u64 at)
{
    plan.devices[a->irq].at = at;
    sim_events_changed();
}

/* Somebody begins: the worst time for others to be released. */
static void begins(void)
{
    for (u32 i = 0; i < plan.irq_count; i++) {
        struct device *d = &plan.devices[i];
        if (sim_clock.now >= d->earliest && below(4) != 0) {
            d->earliest = SIM_TIME_NEVER;
            d->at = sim_clock.now + (below(2) != 0 ? 0 : below(2000));
            sim_events_changed();
        }
    }
}

static void device_quiet(const struct actor *a)
{
    plan.devices[a->irq].high = false;
    sim_gic_line_set(&sim.gic, plan.devices[a->irq].line, false);
    sim_events_changed();
}

/* ---- steps ------------------------------------------------------------------------ */

static void hypercall_do(struct sim_action *action, u32 number)
{
    action->step = SIM_STEP_HYPERCALL;
    action->number = number;
}

static void compute(struct sim_action *action, u64 instructions)
{
    action->step = SIM_STEP_COMPUTE;
    action->value = (u32)instructions;
}

static void wait_until(u32 *regs, struct sim_action *action, u32 slot, u64 at)
{
    u64 ticks = at == SIM_TIME_NEVER ? THIMBLE_NEVER : at / TICK;

    regs[0] = slot;
    regs[1] = (u32)ticks;
    regs[2] = (u32)(ticks >> 32U);
    hypercall_do(action, THIMBLE_WAIT);
}

static void call(u32 *regs, struct sim_action *action, u32 server)
{
    regs[0] = SLOT_SERVER + server;
    regs[1] = THIMBLE_TAG(1, 2);
    hypercall_do(action, THIMBLE_CALL);
}

static void note(struct actor *a, u64 response)
{
    a->count++;
    if (response > a->worst) {
        a->worst = response;
        a->worst_at = sim_clock.now;
    }
}

/* ---- jobs ------------------------------------------------------------------------- */

enum { BIND, SLEEP, WOKEN, WORK, DONE };

u64 job_gone(const struct actor *a)
{
    u64 gone = 3U * HYPERCALL;

    for (u32 i = 0; i < 2U; i++) {
        gone += a->calls[i] * (plan.threads[0][i].service_us * US + HYPERCALL);
    }
    return gone;
}

static u64 job_work(const struct actor *a)
{
    return a->left > job_gone(a) ? a->left - job_gone(a) : 0;
}

/* Its requests in between, as many pieces of work as there are, and one more. */
static bool job_step(struct actor *a, u32 *regs, struct sim_action *action)
{
    u32 calls = a->calls[0] + a->calls[1];
    u32 step = a->step++;

    if (step > 2U * calls) {
        return false;
    }
    if (step % 2U == 0) {
        compute(action, job_work(a) / (calls + 1U));
    } else {
        call(regs, action, step / 2U < a->calls[0] ? 0 : 1U);
    }
    return true;
}

static void job_next(struct actor *a)
{
    u64 apart = a->period + (a->apart ? a->bound : 0);

    a->release = a->release == 0 ? a->first : a->release + (apart + TICK - 1U) / TICK * TICK;
    /* Now and then later: others come first then. */
    if (a->count % 8U == 7U) {
        a->release += below(100) * US / TICK * TICK;
    }
}

static void act_job(struct actor *a, u32 *regs, struct sim_action *action)
{
    switch (a->phase) {
    case BIND:
        a->phase = SLEEP;
        if (a->line) {
            regs[0] = SLOT_IRQ;
            regs[1] = SLOT_NOTE;
            hypercall_do(action, THIMBLE_IRQ_BIND);
            return;
        }
        /* fall through */
    case SLEEP:
        job_next(a);
        a->phase = WOKEN;
        if (a->line) {
            device_raise(a, a->release + a->period);
            plan.devices[a->irq].earliest = a->release;
        }
        wait_until(regs, action, SLOT_NOTE, a->line ? SIM_TIME_NEVER : a->release);
        return;
    case WOKEN:
        begins();
        a->phase = WORK;
        a->step = 0;
        if (a->line) {
            a->release = plan.devices[a->irq].raised;
            device_quiet(a);
            regs[0] = SLOT_IRQ;
            hypercall_do(action, THIMBLE_IRQ_ACK);
            return;
        }
        /* fall through */
    case WORK:
        if (job_step(a, regs, action)) {
            return;
        }
        note(a, sim_clock.now - a->release);
        a->phase = SLEEP;
        act_job(a, regs, action);
        return;
    default:
        return;
    }
}

/* ---- others with budgets ------------------------------------------------------------ */

/* Small steps, so that it is known when the budget is used up. */
static void act_greedy(struct actor *a, struct sim_action *action)
{
    const struct sc *sc = sc_at(a->sc);
    u64 ran = machine_time() - kernel.cpu[0].started;
    u64 left = sc->remaining > ran ? (sc->remaining - ran) * TICK : 0;
    u64 step = left < 400U ? left + 1U : 400U;

    if (sc->depleted != a->depleted || sc->deadline != a->deadline) {
        if (a->release != 0) {
            note(a, a->last - a->release);
        }
        begins();
        a->release = (sc->deadline - sc->period) * TICK;
        a->depleted = sc->depleted;
        a->deadline = sc->deadline;
    }
    /* Others have kept it until now: it may run twice at once. */
    if (sim_clock.now > a->last + 5U * US && sc->remaining > sc->budget / 2U) {
        begins();
    }
    a->last = sim_clock.now + (left < step ? left : step);
    compute(action, step);
}

/* At fixed times, wakes times in a period, each time for a part of its budget. */
static void act_napper(struct actor *a, u32 *regs, struct sim_action *action)
{
    u64 apart = a->period / a->wakes / TICK * TICK + TICK;

    switch (a->phase) {
    case BIND:
        a->phase = WOKEN;
        a->release = a->first;
        if (a->line) {
            regs[0] = SLOT_IRQ;
            regs[1] = SLOT_NOTE;
            hypercall_do(action, THIMBLE_IRQ_BIND);
            return;
        }
        /* fall through */
    case WOKEN:
        while (a->release <= sim_clock.now) {
            a->release += apart;
        }
        a->phase = WORK;
        a->step = 0;
        if (a->line) {
            device_raise(a, a->release);
        }
        wait_until(regs, action, SLOT_NOTE, a->line ? SIM_TIME_NEVER : a->release);
        return;
    case WORK:
        begins();
        a->phase = DONE;
        if (a->line) {
            device_quiet(a);
            regs[0] = SLOT_IRQ;
            hypercall_do(action, THIMBLE_IRQ_ACK);
            return;
        }
        /* fall through */
    default:
        if (a->step == 0) {
            compute(action, below((u32)(2U * a->budget / a->wakes)));
        } else if (a->step == 1U && a->calls[0] != 0) {
            call(regs, action, 0);
        } else if (a->step == 2U && a->calls[1] != 0) {
            call(regs, action, 1);
        } else if (a->step < 3U) {
            compute(action, 1);
        } else {
            a->phase = WOKEN;
            compute(action, 1);
        }
        a->step++;
        return;
    }
}

/* Uses a part of its budget, and sleeps until the rest is more than its share of what is left of
 * the period: then it has a new budget, and a new period. */
static void act_cunning(struct actor *a, u32 *regs, struct sim_action *action)
{
    const struct sc *sc = sc_at(a->sc);
    u64 ran = machine_time() - kernel.cpu[0].started;
    u64 left = sc->remaining > ran ? sc->remaining - ran : 0;

    if (a->phase == BIND) {
        a->phase = WORK;
        wait_until(regs, action, SLOT_NOTE, a->first);
    } else if (a->phase == WORK) {
        begins();
        a->phase = SLEEP;
        /* All of it, now and then. */
        compute(action, below(3) == 0 ? a->budget : left * TICK / 8U * (1U + below(7)));
    } else {
        a->phase = WORK;
        u64 renewed = sc->deadline - left * sc->period / sc->budget + 2U;
        a->release = (a->release / TICK + sc->period / 3U) * TICK;
        a->release = renewed * TICK > a->release ? renewed * TICK : a->release;
        wait_until(regs, action, SLOT_NOTE, a->release);
    }
}

/* Sleeps for next to nothing, again and again. */
static void act_storm(struct actor *a, u32 *regs, struct sim_action *action)
{
    switch (a->phase) {
    case BIND:
        a->phase = SLEEP;
        if (a->line) {
            regs[0] = SLOT_IRQ;
            regs[1] = SLOT_NOTE;
            hypercall_do(action, THIMBLE_IRQ_BIND);
            return;
        }
        /* fall through */
    case SLEEP:
        a->phase = a->line ? WOKEN : WORK;
        a->step = 1U + below(4);
        if (a->line) {
            device_raise(a, sim_clock.now + 200U + below(3000));
        }
        wait_until(regs, action, SLOT_NOTE,
                   sim_clock.now + (a->line ? 20000U : 300U) + below(3000));
        return;
    case WOKEN:
        a->phase = SLEEP;
        if (plan.devices[a->irq].high) {
            device_quiet(a);
        }
        regs[0] = SLOT_IRQ;
        hypercall_do(action, THIMBLE_IRQ_ACK);
        return;
    default:
        a->phase = SLEEP;
        compute(action, below(400));
        return;
    }
}

/* ---- without budgets ---------------------------------------------------------------- */

static void act_server(struct actor *a, u32 *regs, struct sim_action *action)
{
    u32 step = a->step++;

    if (action->fresh) {
        step = 0;
        a->step = 1;
    }
    if (step == 0) {
        compute(action, a->service);
    } else if (step == 1U && a->nested) {
        call(regs, action, 0); /* in its own cell's table: the other server */
    } else {
        a->step = 0;
        regs[1] = THIMBLE_TAG(0, 2);
        regs[2] = THIMBLE_FAULT_SKIP; /* to an exit */
        hypercall_do(action, THIMBLE_REPLY_RECV);
    }
}

/* Starts it, and binds its timer's line. */
static void act_manager(struct actor *a, u32 *regs, struct sim_action *action)
{
    u32 step = a->step++;

    if (step == 0) {
        memset(regs, 0, 8U * sizeof(*regs));
        regs[0] = SLOT_VCPU;
        hypercall_do(action, THIMBLE_VCPU_START);
    } else if (step == 1U) {
        regs[0] = SLOT_VCPU;
        regs[1] = THIMBLE_NO_SLOT;
        regs[2] = VCPU_LINE_TIMER;
        regs[3] = 0x80U;
        hypercall_do(action, THIMBLE_VCPU_BIND);
    } else {
        wait_until(regs, action, SLOT_NOTE, SIM_TIME_NEVER);
    }
}

static void act_guest(struct actor *a, u32 *regs, struct sim_action *action)
{
    u32 step = below(8);

    (void)regs;
    if (a->step != 0) {
        a->step = 0;
        action->step = SIM_STEP_SLEEP; /* until the timer that has been set */
    } else if (step == 0) {
        a->step = 1;
        action->step = SIM_STEP_TIMER;
        action->number = 1;
        action->wide = sim_clock.now / TICK + 20U + below(5000);
    } else if (step == 1U) {
        action->step = SIM_STEP_EXIT;
        action->number = THIMBLE_EXIT_HVC;
    } else if (step == 2U) {
        hypercall_do(action, THIMBLE_VCPU_LOWER);
    } else {
        compute(action, 100U + below(20000));
    }
}

static void act_mapper(struct actor *a, u32 *regs, struct sim_action *action)
{
    bool map = a->step++ % 2U == 0;

    regs[0] = SLOT_REGION;
    regs[1] = MAP_AT;
    regs[2] = THIMBLE_NO_SLOT;
    hypercall_do(action, map ? THIMBLE_REGION_MAP : THIMBLE_REGION_UNMAP);
}

static void act_restarter(struct actor *a, u32 *regs, struct sim_action *action)
{
    if (a->step++ % 2U == 0) {
        a->release = a->release == 0 ? a->first : a->release + a->period;
        wait_until(regs, action, SLOT_NOTE, a->release);
    } else {
        regs[0] = SLOT_CELL;
        hypercall_do(action, THIMBLE_CELL_RESTART);
    }
}

/* Its slot is its number in its cell, the lowest being free of other threads' names. */
static void act_sleeper(struct actor *a, u32 *regs, struct sim_action *action)
{
    const struct actor *first = a;

    while (first > plan.actors && first[-1].act == ACT_SLEEPER) {
        first--;
    }
    a->release = a->release == 0 ? a->first : a->release + a->period;
    wait_until(regs, action, SLOT_NOTE + (u32)(a - first), a->release);
}

void act(void *state, u32 *regs, struct sim_action *action)
{
    struct actor *a = state;

    switch (a->act) {
    case ACT_JOB:
        act_job(a, regs, action);
        break;
    case ACT_GREEDY:
        act_greedy(a, action);
        break;
    case ACT_CUNNING:
        act_cunning(a, regs, action);
        break;
    case ACT_NAPPER:
        act_napper(a, regs, action);
        break;
    case ACT_STORM:
        act_storm(a, regs, action);
        break;
    case ACT_GUEST:
        act_guest(a, regs, action);
        break;
    case ACT_MANAGER:
        act_manager(a, regs, action);
        break;
    case ACT_SERVER:
        act_server(a, regs, action);
        break;
    case ACT_CALLER:
        call(regs, action, a->step++ % 2U);
        break;
    case ACT_MAPPER:
        act_mapper(a, regs, action);
        break;
    case ACT_SLEEPER:
        act_sleeper(a, regs, action);
        break;
    case ACT_FAULTER:
        action->step = SIM_STEP_WRITE;
        action->address = 0xdead0000U;
        break;
    case ACT_RESTARTER:
    default:
        act_restarter(a, regs, action);
        break;
    }
}
