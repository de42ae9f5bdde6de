/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from a signal or an interrupt to the thread that waits for it, when
 * nothing stands between: it is more urgent than what runs, so that it runs next
 * whatever else is ready.
 */
#ifndef CORE_WAKE_H
#define CORE_WAKE_H

#include "types.h"

struct cpu;

/* Does what notification_signal() and schedule() would do, in one go; if it is not
 * certain that this is all there is to do, nothing. Only where the core has done
 * nothing else since it was entered. True: the waiter of notification `index` runs,
 * with the notification's bits and these. */
bool wake_switch(struct cpu *cpu, u32 index, u32 bits);

#endif
