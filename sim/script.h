/* SPDX-License-Identifier: BSD-2-Clause */
/* One step of a scripted guest, made by the main loop. */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include "types.h"

void sim_script_step(u32 thread);

#endif
