/* SPDX-License-Identifier: BSD-2-Clause */
/* What the native cell of hostile-vms and the guest that watches it agree on: a page. */
#ifndef HOSTILE_H
#define HOSTILE_H

#define HOSTILE_SLOT_TICK 1U
#define HOSTILE_AT 0x20000000U
#define HOSTILE_GUEST_AT 0x0b000000U /* as user/guests/rtos/attack.c has it */

/* Words: */
#define HOSTILE_ANEW 0U /* not 0: counts begin anew */
#define HOSTILE_IN_TIME 4U
#define HOSTILE_MISSED 8U
#define HOSTILE_LATEST 12U /* nanoseconds */

#endif
