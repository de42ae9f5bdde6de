/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What things cost, in ARM instructions: prices that `make calibrate` finds
 * (cost_table.h). A hypercall is also charged with the guest's own code around it,
 * where no helper is called.
 */
#include "sim.h"

#include "cost_table.h"

/* Of VMs, which calibration's systems have none of: single spans on the ARM machine
 * (board virt), counted by hand. */
static const u32 cost_vm[PATHS] = {
    [PATH_EXIT] = 204,
    [PATH_EXIT_REPLY] = 177,
    [PATH_LIST_STRAIGHT] = 71,
    [PATH_LISTS] = 236,
    [PATH_SLEEP] = 90,
    [PATH_VCPU] = 180,
};

void sim_cost_load(void)
{
    for (u32 i = 0; i < PATHS; i++) {
        sim_clock.cost[i] = (u64)cost_kernel[i] + cost_guest[i] + cost_vm[i];
    }
    for (u32 i = 0; i < SIM_HELPERS; i++) {
        sim_clock.helper[i] = cost_helper[i];
    }
}

u32 sim_cost_guest(enum path path)
{
    return cost_guest[path];
}
