/* SPDX-License-Identifier: BSD-2-Clause */
/* Made by `make calibrate` from counts of the ARM image: see docs/testing.md. */
#ifndef SIM_COST_TABLE_H
#define SIM_COST_TABLE_H

#include "sim_clock.h"

/* From the vector to the return to user. */
static const u32 cost_kernel[PATHS] = {
    [PATH_TRAP] = 52,
    [PATH_LOOK_UP] = 48,
    [PATH_MANAGE] = 24,
    [PATH_CALL_FAST] = 76,
    [PATH_REPLY_FAST] = 60,
    [PATH_CALL_SLOW] = 57,
    [PATH_REPLY_SLOW] = 163,
    [PATH_RECV] = 60,
    [PATH_BUFFER] = 61,
    [PATH_BUFFER_WORD] = 2,
    [PATH_SIGNAL] = 41,
    [PATH_WAIT] = 12,
    [PATH_BLOCK] = 144,
    [PATH_POLL] = 0,
    [PATH_IRQ_BIND] = 0,
    [PATH_IRQ_ACK] = 4,
    [PATH_YIELD] = 127,
    [PATH_CAP_COPY] = 46,
    [PATH_CAP_DESTROY] = 33,
    [PATH_REVOKE_STEP] = 18,
    [PATH_REGION_MAKE] = 251,
    [PATH_REGION_FREE] = 166,
    [PATH_MAP_STEP] = 336,
    [PATH_MAP_ENTRY] = 11,
    [PATH_UNMAP_STEP] = 340,
    [PATH_UNMAP_ENTRY] = 10,
    [PATH_TABLE] = 60,
    [PATH_CACHE_STEP] = 57,
    [PATH_CACHE_LINE] = 5,
    [PATH_CACHE_UNIFY] = 10,
    [PATH_WINDOW] = 8,
    [PATH_THREAD_STOP] = 60,
    [PATH_THREAD_RESET] = 59,
    [PATH_RESTART_STEP] = 55,
    [PATH_RESTART_ITEM] = 18,
    [PATH_VERSION] = 1,
    [PATH_INTERRUPT] = 61,
    [PATH_IRQ_FIRE] = 29,
    [PATH_TIMER] = 92,
    [PATH_FAULT] = 151,
    [PATH_FAULT_ANSWER] = 0,
    [PATH_SCHEDULE] = 43,
    [PATH_WAKE] = 72,
    [PATH_READY] = 99,
    [PATH_HEAP] = 54,
    [PATH_DEPLETED] = 67,
    [PATH_HOP] = 110,
    [PATH_SWITCH] = 39,
    [PATH_DUMP] = 62,
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
    [SIM_HELPER_SELF] = 24,
};

#endif
