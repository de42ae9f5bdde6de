/* SPDX-License-Identifier: BSD-2-Clause */
/* What expressions in facts.txt may use, beside the constants of core/ and arm/: included by
 * the source that facts.awk makes of them, behind the #defines of the sources themselves. */
#include "context.h"
#include "guest.h"
#include "hw.h"
#include "kernel.h"
#include "klog.h"

#define LOG2(n) (31 - __builtin_clz((n) | 1U))
/* Characters of "memory fault: not mapped, or without that right". */
#define PLAIN_MOST 47U

void bounds(void);
