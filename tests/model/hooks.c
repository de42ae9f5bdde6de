/* SPDX-License-Identifier: BSD-2-Clause */
#include "hooks.h"

#include <stdlib.h>
#include <string.h>

#include "deadline.h"
#include "kernel.h"
#include "sim.h"

static struct {
    struct hooks_plan plan;
    u32 hops;
    u32 points; /* within long hypercalls */
    struct model_choices choices;
} hooks;

/* More than a step can make: two threads that unify the largest region. */
static u32 line_events[1U << 19];
static struct sim_cache_log lines = {.room = ARRAY_SIZE(line_events), .event = line_events};

_Static_assert((u32)LINE_COPIED == (u32)SIM_CACHE_COPIED &&
                   (u32)LINE_BPIALLIS == (u32)SIM_CACHE_BPIALLIS,
               "the model's names for what happens to lines are the simulator's");

/* The linker's names. */
bool __real_hw_isr_pending(void);
bool __wrap_hw_isr_pending(void);
bool __real_sc_expire(struct cpu *cpu);
bool __wrap_sc_expire(struct cpu *cpu);
void __wrap_sim_cost_load(void);
void __real_sim_timer_set_cval(struct sim_timer *timer, enum sim_timer_kind kind, u64 cval);
void __wrap_sim_timer_set_cval(struct sim_timer *timer, enum sim_timer_kind kind, u64 cval);
void __wrap_host_signals_install(void);

/* No hosted guests here whose crashes could be told from the core's. */
void __wrap_host_signals_install(void)
{
}

/* Time passes only where the driver says so, during boot too. A hop, and a
 * choice, cost less than a tick: by this their preemption points are known from others. */
void __wrap_sim_cost_load(void)
{
    memset(sim_clock.cost, 0, sizeof(sim_clock.cost));
    sim_clock.cost[PATH_HOP] = 1;
    sim_clock.cost[PATH_SCHEDULE] = 1;
}

/* As late as the driver says, not by chance. */
void __wrap_sim_timer_set_cval(struct sim_timer *timer, enum sim_timer_kind kind, u64 cval)
{
    __real_sim_timer_set_cval(timer, kind, cval);
    timer->late[kind] = timer->late_max;
}

/* One speculative walk near an address, in the space that is loaded. */
static void speculate(u32 address)
{
    u32 every = sim.mmu.speculation_every;

    sim.mmu.last_ipa = address;
    sim.mmu.speculation_every = 1;
    sim.mmu.speculation_in = 1;
    sim_mmu_tick(&sim.mmu, &sim.ram);
    sim_mmu_speculate_every(&sim.mmu, every);
}

void hooks_begin(const struct hooks_plan *plan)
{
    hooks.plan = *plan;
    hooks.hops = 0;
    hooks.points = 0;
    hooks.choices.point_count = 0;
    hooks.choices.expiry_count = 0;
    lines.count = 0;
    sim_cache_log = &lines;
}

u32 hooks_points(bool hop)
{
    return hop ? hooks.hops : hooks.points;
}

u32 hooks_lines(const u32 **events)
{
    if (lines.count > lines.room) {
        abort();
    }
    *events = line_events;
    return lines.count;
}

const struct model_choices *hooks_choices(void)
{
    return &hooks.choices;
}

void hooks_event(enum model_event event, u32 argument)
{
    switch (event) {
    case EVENT_RISE:
    case EVENT_FALL:
        sim_gic_line_set(&sim.gic, model.irqs[argument].line, event == EVENT_RISE);
        break;
    case EVENT_TIME:
        sim_clock.now += (u64)argument * SIM_TICK_INSTRUCTIONS;
        break;
    case EVENT_SPURIOUS:
        sim_gic_inject_stale(&sim.gic, 0, argument != 0 ? SIM_LINE_CNTV : 0);
        break;
    case EVENT_STORM:
        sim_gic_inject_storm(&sim.gic, model.irqs[argument % MODEL_STORM].line,
                             argument / MODEL_STORM);
        break;
    case EVENT_LOSE:
        sim_gic_inject_lost(&sim.gic, model.irqs[argument].line);
        break;
    case EVENT_LATE:
        sim.timer.late_max = argument;
        break;
    case EVENT_SPECULATE:
        speculate(argument);
        break;
    default:
        break;
    }
}

static u32 moving_of(const struct region *r)
{
    switch (r->state) {
    case REGION_MAPPING:
        return REGION_COMING;
    case REGION_UNMAPPING:
        return REGION_GOING;
    case REGION_UNDOING:
        return REGION_FAILING;
    default:
        return REGION_STILL;
    }
}

static struct model_progress progress_now(void)
{
    struct model_progress p = {
        .revoking = kernel.revocation.cap,
        .restarting = thread_at(kernel.cpu[0].current)->restart == THIMBLE_CELL_RESTART,
        .left = kernel.cpu[0].regs[2],
    };

    for (u32 i = 0; i < kernel.cap_count; i++) {
        p.caps += kernel.caps[i] != 0;
        p.marked += (kernel.caps[i] & CAP_MARK) != 0;
    }
    for (u32 i = 0; i < REGION_MAX; i++) {
        p.moving += moving_of(&kernel.regions[i]);
        p.done += kernel.regions[i].done;
    }
    for (u32 i = 0; i < kernel.cell_count; i++) {
        p.restart += kernel.cells[i].restart;
    }
    return p;
}

bool __wrap_hw_isr_pending(void)
{
    u64 part = sim_clock.now % SIM_TICK_INSTRUCTIONS;
    bool hop = part != 0; /* nothing else costs anything */

    sim_clock.now -= part;
    if (!hop && thread_at(kernel.cpu[0].current)->restart == 0) {
        return __real_hw_isr_pending(); /* printing: the model knows nothing of it */
    }
    u32 number = hop ? ++hooks.hops : ++hooks.points;
    bool planned = hooks.plan.hop == hop && hooks.plan.number == number;
    /* Maintenance is late: that it is taken changes nothing that the model has. */
    machine_lists_off();
    if (planned) {
        hooks_event(hooks.plan.event, hooks.plan.argument);
    }
    bool pending = __real_hw_isr_pending();
    if ((planned || (!hop && pending)) && hooks.choices.point_count < MODEL_POINTS) {
        struct model_point *p = &hooks.choices.points[hooks.choices.point_count++];
        p->hop = hop;
        p->number = number;
        p->thread = kernel.cpu[0].current;
        if (!hop) {
            p->progress = progress_now();
        }
        p->event = planned ? hooks.plan.event : EVENT_NONE;
        p->argument = hooks.plan.argument;
        p->preempted = pending;
    }
    return pending;
}

bool __wrap_sc_expire(struct cpu *cpu)
{
    u32 place = deadline_due(cpu->started);
    bool due = place < cpu->reach && kernel.place_sc[place] != NONE;

    if (!due || hooks.choices.expiry_count == MODEL_EXPIRIES) {
        return __real_sc_expire(cpu);
    }
    u32 number = hooks.choices.expiry_count++;
    u32 before = cpu->current;
    hooks.choices.expiries[number] = kernel.place_sc[place];
    bool runs = __real_sc_expire(cpu);
    hooks.choices.ways[number] = runs                     ? EXPIRY_RUNS :
                                 cpu->current != before ? EXPIRY_COSTS_ALL :
                                                          EXPIRY_WAKES;
    return runs;
}
