/* SPDX-License-Identifier: BSD-2-Clause */
/* The report of a run as JSON: docs/results.md has the schema. */
#ifndef SIM_REPORT_JSON_H
#define SIM_REPORT_JSON_H

#include <stdio.h>

#include "sim.h"

#define REPORT_JSON_VERSION 1

/* Writes it, and a newline. `settings`: changes of the description. False: this program was
 * made without JSON, or there is no memory; it has been said. */
bool report_json(const struct boot *system, enum sim_end end, const char *const *settings,
                 u32 setting_count, const char *expect, FILE *file);

#endif
