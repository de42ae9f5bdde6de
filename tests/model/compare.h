/* SPDX-License-Identifier: BSD-2-Clause */
/* Is the core in the state that the model says? */
#ifndef COMPARE_H
#define COMPARE_H

#include "types.h"

/* Everything but RAM. NULL, or the first difference in words. */
const char *compare_state(void);
/* What a step mostly changes: the CPU, this thread and the running one, time,
 * signals; and capabilities if the core's have changed. */
const char *compare_step(u32 thread);
/* Memory of cells, in the pages that either side has written. */
const char *compare_ram(void);
/* Both sides' memory is as after boot again. */
void compare_ram_clear(void);

#endif
