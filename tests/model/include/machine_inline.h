/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands before sim/include/machine_inline.h in builds of the model: marks are counted. */
#ifndef MODEL_MACHINE_INLINE_H
#define MODEL_MACHINE_INLINE_H

#include "../../../sim/include/machine_inline.h"
#undef machine_sometimes
#undef machine_sometimes_if

extern u64 mark_counts[MARK_COUNT];

#define machine_sometimes(mark) ((void)mark_counts[mark]++)
#define machine_sometimes_if(condition, mark) ((void)(mark_counts[mark] += (condition) ? 1U : 0))

#endif
