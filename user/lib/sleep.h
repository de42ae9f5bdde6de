/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sleeping, without a notification in the description: the build gives each active thread of a
 * system whose programs sleep a notification of its own, and the right to wait for it in a slot
 * behind those of its cell's capabilities. (Not in systems with VMs: wait for a notification.)
 */
#ifndef USER_SLEEP_H
#define USER_SLEEP_H

#include <stdint.h>

/* Until the counter has reached the deadline (ticks, absolute, as thimble_time()), not a tick
 * less: THIMBLE_OK. Else an error of thimble_wait(), at once: PASSIVE, SLOT. */
uint32_t thimble_sleep_until(uint64_t deadline);

#endif
