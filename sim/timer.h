/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The generic timer (DDI 0406C B8) of one CPU. Virtual time counts
 * instructions of 1 ns; the counter ticks every 16 of them, 62.5 MHz, as
 * QEMU's virt board does under -icount shift=0. Outputs are level-sensitive
 * PPIs: CNTHP 26, CNTV 27, CNTP 30.
 */
#ifndef SIM_TIMER_H
#define SIM_TIMER_H

#include "gic.h"
#include "random.h"
#include "types.h"

#define SIM_TIMER_FREQUENCY 62500000U
#define SIM_TICK_INSTRUCTIONS 16U

/* CNTx_CTL (B8.1.5). */
#define SIM_TIMER_ENABLE 1U
#define SIM_TIMER_IMASK 2U
#define SIM_TIMER_ISTATUS 4U

enum sim_timer_kind {
    SIM_TIMER_HYPERVISOR = 0,
    SIM_TIMER_VIRTUAL,
    SIM_TIMER_PHYSICAL,
    SIM_TIMER_KINDS
};

struct sim_timer {
    u64 cval[SIM_TIMER_KINDS];
    u32 ctl[SIM_TIMER_KINDS];  /* ENABLE and IMASK */
    u32 late[SIM_TIMER_KINDS]; /* ticks by which the armed event is late */
    u64 cntvoff;
    u32 cnthctl;
    u32 late_max; /* fault injection: each arming is late by 0 to this; 0 = off */
    struct sim_random random;
};

void sim_timer_reset(struct sim_timer *timer, u64 seed);
static inline u64 sim_timer_count(u64 now)
{
    return now / SIM_TICK_INSTRUCTIONS;
}
void sim_timer_set_cval(struct sim_timer *timer, enum sim_timer_kind kind, u64 cval);
void sim_timer_set_ctl(struct sim_timer *timer, enum sim_timer_kind kind, u32 ctl);
/* CTL with ISTATUS as it is now. */
u32 sim_timer_ctl(const struct sim_timer *timer, enum sim_timer_kind kind, u64 now);
/* Brings the lines of the interrupt controller to the timers' outputs. */
void sim_timer_update(const struct sim_timer *timer, u64 now, struct sim_gic *gic);
/* Virtual time, in instructions and after now, of the next change of an output
 * if nothing is written; SIM_TIME_NEVER if there is none. */
u64 sim_timer_next(const struct sim_timer *timer, u64 now);

#endif
