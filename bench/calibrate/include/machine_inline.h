/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands before sim/include/machine_inline.h in builds with COUNTING=1: path
 * segments are charged, and counted. */
#ifndef CALIBRATE_MACHINE_INLINE_H
#define CALIBRATE_MACHINE_INLINE_H

#define machine_path machine_path_charge
#define machine_path_times machine_path_charge_times
#include "../../../sim/include/machine_inline.h"
#undef machine_path
#undef machine_path_times

extern u64 count_paths[PATHS];

static inline void machine_path(enum path path)
{
    machine_path_charge(path);
    count_paths[path]++;
}

static inline void machine_path_times(enum path path, u32 times)
{
    machine_path_charge_times(path, times);
    count_paths[path] += times;
}

#endif
