/* SPDX-License-Identifier: BSD-2-Clause */
/* Made by `make calibrate` from counts of the ARM image: see docs/testing.md. */
#ifndef SIM_COST_TABLE_H
#define SIM_COST_TABLE_H

#include "sim_clock.h"

/* From the vector to the return to user. */
static const u32 cost_kernel[PATHS] = {
    [PATH_TRAP] = 48,
    [PATH_LOOK_UP] = 43,
    [PATH_MANAGE] = 13,
    [PATH_CALL_FAST] = 76,
    [PATH_REPLY_FAST] = 60,
    [PATH_CALL_SLOW] = 52,
    [PATH_REPLY_SLOW] = 129,
    [PATH_RECV] = 60,
    [PATH_BUFFER] = 51,
    [PATH_BUFFER_WORD] = 2,
    [PATH_SIGNAL] = 38,
    [PATH_WAIT] = 12,
    [PATH_BLOCK] = 86,
    [PATH_POLL] = 0,
    [PATH_IRQ_BIND] = 0,
    [PATH_IRQ_ACK] = 4,
    [PATH_YIELD] = 68,
    [PATH_CAP_COPY] = 60,
    [PATH_CAP_DESTROY] = 45,
    [PATH_REVOKE_STEP] = 35,
    [PATH_REGION_MAKE] = 84,
    [PATH_REGION_FREE] = 70,
    [PATH_MAP_STEP] = 346,
    [PATH_MAP_ENTRY] = 11,
    [PATH_UNMAP_STEP] = 252,
    [PATH_UNMAP_ENTRY] = 10,
    [PATH_TABLE] = 60,
    [PATH_CACHE_STEP] = 70,
    [PATH_CACHE_LINE] = 4,
    [PATH_CACHE_UNIFY] = 10,
    [PATH_WINDOW] = 17,
    [PATH_THREAD_STOP] = 58,
    [PATH_THREAD_RESET] = 62,
    [PATH_RESTART_STEP] = 49,
    [PATH_RESTART_ITEM] = 15,
    [PATH_VERSION] = 2,
    [PATH_INTERRUPT] = 37,
    [PATH_IRQ_FIRE] = 44,
    [PATH_TIMER] = 53,
    [PATH_EXPIRE] = 67,
    [PATH_FAULT] = 138,
    [PATH_FAULT_ANSWER] = 0,
    [PATH_SCHEDULE] = 109,
    [PATH_WAKE] = 59,
    [PATH_READY] = 131,
    [PATH_DEADLINE] = 46,
    [PATH_DEPLETED] = 77,
    [PATH_HOP] = 73,
    [PATH_SWITCH] = 52,
    [PATH_DUMP] = 60,
    [PATH_EXIT] = 60,
    [PATH_EXIT_REPLY] = 60,
    [PATH_LIST_STRAIGHT] = 60,
    [PATH_LISTS] = 60,
    [PATH_SLEEP] = 60,
    [PATH_VCPU] = 60,
};

/* Of the guest, around a hypercall. */
static const u32 cost_guest[PATHS] = {
    [PATH_TRAP] = 22,
    [PATH_CALL_FAST] = 17,
    [PATH_REPLY_FAST] = 17,
};

/* Of the guest: a helper, and the code around it. */
static const u32 cost_helper[SIM_HELPERS] = {
    [SIM_HELPER_ACCESS] = 14,
    [SIM_HELPER_TIME] = 7,
    [SIM_HELPER_COMPUTE] = 10,
    [SIM_HELPER_SELF] = 22,
};

#endif
