/* SPDX-License-Identifier: BSD-2-Clause */
#include "timer.h"

#include <string.h>

static const u32 timer_lines[SIM_TIMER_KINDS] = {
    [SIM_TIMER_HYPERVISOR] = SIM_LINE_CNTHP,
    [SIM_TIMER_VIRTUAL] = SIM_LINE_CNTV,
    [SIM_TIMER_PHYSICAL] = SIM_LINE_CNTP,
};

void sim_timer_reset(struct sim_timer *timer, u64 seed)
{
    memset(timer, 0, sizeof(*timer));
    sim_random_seed(&timer->random, seed, SIM_STREAM_TIMER);
}

/* Physical count at which the condition is met; SIM_TIME_NEVER if no count
 * that the simulation reaches is that large. Conditions are met from a count
 * on (B8.1.5), so an offset that makes the virtual count wrap is not modelled
 * past the wrap. */
static u64 timer_threshold(const struct sim_timer *timer, enum sim_timer_kind kind)
{
    u64 offset = kind == SIM_TIMER_VIRTUAL ? timer->cntvoff : 0;
    u64 at = timer->cval[kind];

    if (at > SIM_TIME_NEVER - offset || at + offset > SIM_TIME_NEVER - timer->late[kind]) {
        return SIM_TIME_NEVER;
    }
    return at + offset + timer->late[kind];
}

static void timer_arm(struct sim_timer *timer, enum sim_timer_kind kind)
{
    timer->late[kind] = 0;
    if (timer->late_max != 0 && timer->late_max != 0xffffffffU) {
        timer->late[kind] = sim_random_below(&timer->random, timer->late_max + 1U);
    }
}

void sim_timer_set_cval(struct sim_timer *timer, enum sim_timer_kind kind, u64 cval)
{
    timer->cval[kind] = cval;
    timer_arm(timer, kind);
}

void sim_timer_set_ctl(struct sim_timer *timer, enum sim_timer_kind kind, u32 ctl)
{
    timer->ctl[kind] = ctl & (SIM_TIMER_ENABLE | SIM_TIMER_IMASK);
}

static bool timer_met(const struct sim_timer *timer, enum sim_timer_kind kind, u64 now)
{
    return (timer->ctl[kind] & SIM_TIMER_ENABLE) != 0 &&
           sim_timer_count(now) >= timer_threshold(timer, kind);
}

u32 sim_timer_ctl(const struct sim_timer *timer, enum sim_timer_kind kind, u64 now)
{
    return timer->ctl[kind] | (timer_met(timer, kind, now) ? SIM_TIMER_ISTATUS : 0);
}

void sim_timer_update(const struct sim_timer *timer, u64 now, struct sim_gic *gic)
{
    for (u32 kind = 0; kind < SIM_TIMER_KINDS; kind++) {
        bool masked = (timer->ctl[kind] & SIM_TIMER_IMASK) != 0;

        sim_gic_line_set(gic, timer_lines[kind], timer_met(timer, kind, now) && !masked);
    }
}

u64 sim_timer_next(const struct sim_timer *timer, u64 now)
{
    u64 next = SIM_TIME_NEVER;

    for (u32 kind = 0; kind < SIM_TIMER_KINDS; kind++) {
        u64 threshold = timer_threshold(timer, kind);

        if (timer->ctl[kind] == SIM_TIMER_ENABLE && !timer_met(timer, kind, now) &&
            threshold < next / SIM_TICK_INSTRUCTIONS) {
            next = threshold * SIM_TICK_INSTRUCTIONS;
        }
    }
    return next;
}
