/* SPDX-License-Identifier: BSD-2-Clause */
/* Made by `make calibrate` from counts of the ARM image: see docs/testing.md. */
#ifndef SIM_COST_TABLE_H
#define SIM_COST_TABLE_H

#include "sim_clock.h"

/* From the vector to the return to user. */
static const u32 cost_kernel[PATHS] = {
    [PATH_TRAP] = 47,
    [PATH_LOOK_UP] = 50,
    [PATH_MANAGE] = 13,
    [PATH_CALL_FAST] = 76,
    [PATH_REPLY_FAST] = 60,
    [PATH_CALL_SLOW] = 55,
    [PATH_REPLY_SLOW] = 148,
    [PATH_RECV] = 60,
    [PATH_BUFFER] = 61,
    [PATH_BUFFER_WORD] = 2,
    [PATH_SIGNAL] = 40,
    [PATH_WAIT] = 12,
    [PATH_BLOCK] = 96,
    [PATH_POLL] = 0,
    [PATH_IRQ_BIND] = 0,
    [PATH_IRQ_ACK] = 5,
    [PATH_YIELD] = 61,
    [PATH_CAP_COPY] = 59,
    [PATH_CAP_DESTROY] = 44,
    [PATH_REVOKE_STEP] = 24,
    [PATH_REGION_MAKE] = 252,
    [PATH_REGION_FREE] = 166,
    [PATH_MAP_STEP] = 348,
    [PATH_MAP_ENTRY] = 11,
    [PATH_UNMAP_STEP] = 359,
    [PATH_UNMAP_ENTRY] = 10,
    [PATH_TABLE] = 60,
    [PATH_CACHE_STEP] = 69,
    [PATH_CACHE_LINE] = 5,
    [PATH_CACHE_UNIFY] = 10,
    [PATH_WINDOW] = 21,
    [PATH_THREAD_STOP] = 59,
    [PATH_THREAD_RESET] = 60,
    [PATH_RESTART_STEP] = 49,
    [PATH_RESTART_ITEM] = 16,
    [PATH_VERSION] = 3,
    [PATH_INTERRUPT] = 47,
    [PATH_IRQ_FIRE] = 40,
    [PATH_TIMER] = 67,
    [PATH_FAULT] = 170,
    [PATH_FAULT_ANSWER] = 0,
    [PATH_SCHEDULE] = 111,
    [PATH_WAKE] = 87,
    [PATH_READY] = 94,
    [PATH_HEAP] = 54,
    [PATH_DEPLETED] = 66,
    [PATH_HOP] = 68,
    [PATH_SWITCH] = 18,
    [PATH_DUMP] = 61,
    [PATH_EXIT] = 60,
    [PATH_EXIT_REPLY] = 60,
    [PATH_LIST_STRAIGHT] = 60,
    [PATH_LISTS] = 60,
    [PATH_SLEEP] = 60,
    [PATH_VCPU] = 60,
};

/* Of the guest, around a hypercall. */
static const u32 cost_guest[PATHS] = {
    [PATH_TRAP] = 24,
    [PATH_CALL_FAST] = 17,
    [PATH_REPLY_FAST] = 17,
};

/* Of the guest: a helper, and the code around it. */
static const u32 cost_helper[SIM_HELPERS] = {
    [SIM_HELPER_ACCESS] = 16,
    [SIM_HELPER_TIME] = 7,
    [SIM_HELPER_COMPUTE] = 10,
    [SIM_HELPER_SELF] = 25,
};

#endif
