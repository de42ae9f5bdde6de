/* SPDX-License-Identifier: BSD-2-Clause */
/* This CPU's hypervisor timer (DDI 0406C B8.1.5): inline, for the core's hot path, and for
 * arm/timer.c. */
#ifndef ARM_TIMER_ARM_H
#define ARM_TIMER_ARM_H

#include "hw.h"

/* CNTHP_CTL. */
#define CTL_DISABLED 0U
#define CTL_ENABLE 1U

/* To a time that will come. */
static inline void timer_arm(u64 deadline)
{
    hw_cnthp_cval_write(deadline);
    hw_cnthp_ctl_write(CTL_ENABLE);
    hw_isb(); /* the output has changed before anything asks for it */
}

#endif
