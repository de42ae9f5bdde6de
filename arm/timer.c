/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generic timer (DDI 0406C B8): the physical counter, and this CPU's
 * hypervisor timer by compare value. CNTVOFF is 0, so guests see the physical
 * time in the virtual counter too.
 */
#include "hw.h"
#include "machine.h"

/* CNTHP_CTL, CNTV_CTL. */
#define CTL_DISABLED 0U
#define CTL_ENABLE 1U
#define CTL_IMASK 2U

/* CNTHCTL (B4.1): PL1 and PL0 may read the physical counter; the physical
 * timer belongs to the hypervisor. */
#define CNTHCTL_PL1PCTEN 1U

void machine_timer_init(void)
{
    hw_cnthp_cval_write(MACHINE_TIME_NEVER);
    hw_cnthp_ctl_write(CTL_ENABLE); /* always: MACHINE_TIME_NEVER does not come */
    hw_cntvoff_write(0); /* UNKNOWN after reset */
    hw_cnthctl_write(CNTHCTL_PL1PCTEN);
    hw_isb();
}

void machine_timer_set(u64 deadline)
{
    hw_cnthp_cval_write(deadline);
    hw_isb(); /* the output has changed before anything asks for it */
}

u32 machine_virtual_timer_stop(u64 *compare)
{
    u32 control = hw_cntv_ctl_read();

    *compare = hw_cntv_cval_read();
    hw_cntv_ctl_write(CTL_DISABLED);
    hw_isb(); /* the line is low before it is looked at */
    return control;
}

void machine_virtual_timer_start(u32 control, u64 compare)
{
    hw_cntv_cval_write(compare);
    hw_cntv_ctl_write(control);
}

bool machine_virtual_timer_runs(u32 control)
{
    return (control & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE;
}
