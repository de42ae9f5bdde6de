/* SPDX-License-Identifier: BSD-2-Clause */
/* The table at the end of a run. */
#ifndef SIM_REPORT_H
#define SIM_REPORT_H

#include <stdio.h>

#include "sim.h"

void report_print(const struct boot *system, enum sim_end end, FILE *file);

#endif
