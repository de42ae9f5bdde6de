/* SPDX-License-Identifier: BSD-2-Clause */
/* What a thread may know of itself: the places its description gave it. */
#ifndef USER_SELF_H
#define USER_SELF_H

#include <stdint.h>

/* Bytes of each thread's stack, on both machines. */
#define THIMBLE_STACK_SIZE 4096U

/* Guest-physical address of the thread's message buffer; 0: it has none. */
uint32_t thimble_buffer(void);
/* Guest-physical address of the cell's statistics page; 0: it has none. */
uint32_t thimble_stats(void);
/* How many threads the cell has; which of them this is, from 0, in the order of the
 * description. */
uint32_t thimble_threads(uint32_t *number);

/* Slot at which an active thread may wait for what nobody signals, if the system's programs sleep
 * (sleep.h); else 0. */
uint32_t thimble_sleep_slot(void);

#endif
