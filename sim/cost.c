/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prices of kernel paths, in ARM instructions. Provisional: estimated from the
 * lengths of the paths in a prototype; exact counts of the ARM build replace
 * them.
 */
#include "sim.h"

static const u32 cost[PATHS] = {
    [PATH_TRAP] = 30,
    [PATH_CALL_FAST] = 76,
    [PATH_REPLY_FAST] = 70,
    [PATH_CALL_SLOW] = 60,
    [PATH_REPLY_SLOW] = 50,
    [PATH_RECV] = 15,
    [PATH_BUFFER_WORD] = 2,
    [PATH_SIGNAL] = 35,
    [PATH_WAIT] = 45,
    [PATH_POLL] = 20,
    [PATH_IRQ_BIND] = 40,
    [PATH_IRQ_ACK] = 25,
    [PATH_YIELD] = 20,
    [PATH_CAP_COPY] = 60,
    [PATH_REVOKE_STEP] = 40,
    [PATH_MAP_STEP] = 400,
    [PATH_CACHE_STEP] = 40,
    [PATH_CACHE_LINE] = 4,
    [PATH_WINDOW] = 10,
    [PATH_THREAD_STOP] = 60,
    [PATH_RESTART_STEP] = 150,
    [PATH_VERSION] = 5,
    [PATH_INTERRUPT] = 40,
    [PATH_IRQ_FIRE] = 30,
    [PATH_TIMER] = 45,
    [PATH_FAULT] = 60,
    [PATH_SCHEDULE] = 55,
    [PATH_HOP] = 12,
    [PATH_SWITCH] = 25,
};

void sim_cost_load(void)
{
    for (u32 i = 0; i < PATHS; i++) {
        sim_clock.cost[i] = cost[i];
    }
}
