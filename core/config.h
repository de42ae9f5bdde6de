/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants of the core, and bounds on the pool sizes that limits_config.h
 * (found on the include path: one per machine or image) sets.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "limits_config.h"

/* "No object": never a valid index. */
#define NONE 0xffffU

/* What a preemptible hypercall returns inside the core while it is not done. */
#define MORE 0xffffffffU

/* Matches no thread's recv_key: see trace.h. */
#define FAST_KEY_NEVER 0xfffeU

/* Priorities are 0 (lowest) to PRIORITIES - 1: in an image, those that its system has; each is
 * a bit. */
#define QUEUE_WORDS ((PRIORITIES + 31U) / 32U)
/* Static levels of passive threads; active threads stand above all of them. */
#define LEVELS 8U
#define LEVEL_ACTIVE LEVELS

/* Thread i < CPU_MAX is the idle thread of CPU i. Idle threads never call, so
 * "served by nobody's call" is written as a caller that waits for no reply:
 * the reply path then needs no test for it. */
#define THREAD_IDLE(cpu) (cpu)
#define NOBODY THREAD_IDLE(0U)

/* Places in the order of urgency: a power of two. */
_Static_assert(PLACES > SC_MAX + VCPU_MAX && (PLACES & (PLACES - 1U)) == 0,
               "one for each context, a second one for each vCPU, and the last for nobody");

/* Thread indices leave bit 15 free: see thread.reply_key. */
_Static_assert(THREAD_MAX <= 0x7fffU, "thread index takes 15 bits");
_Static_assert(SC_MAX + CPU_MAX * PRIORITIES < NONE, "queue links are 16 bits");
_Static_assert(CAP_MAX < NONE, "capability indices are 16 bits");
/* VMID is 8 bits, and 0 is left to nobody (DDI 0406C B4.1.173). */
_Static_assert(CELL_MAX <= 254U, "VMID is cell index + 1");

#endif
