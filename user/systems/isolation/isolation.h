/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cells of the isolation system agree on. */
#ifndef ISOLATION_H
#define ISOLATION_H

#include <stdint.h>

/* Slots of loop and audit. */
#define VICTIM_SLOT_SERVER 1U
#define VICTIM_SLOT_TICK 2U /* never signalled, waited on for time */
#define VICTIM_SLOT_BELL 3U /* loop: the hostile cell signals it, too */
/* Their memory, which nobody else has. */
#define VICTIM_MEMORY_AT 0x20000000U
#define VICTIM_MEMORY_SIZE 0x10000U

/* The control loop. */
#define LOOP_PERIOD_US 1000U
#define LOOP_BUDGET_US 400U

/* Slots of the hostile cell: one of everything that a cell can have. */
#define HOSTILE_SLOT_SERVER 1U
#define HOSTILE_SLOT_BELL 2U
#define HOSTILE_SLOT_OWN 3U /* notification, all rights */
#define HOSTILE_SLOT_HANDLER 4U
#define HOSTILE_SLOT_HEALTH 5U
#define HOSTILE_SLOT_HEAP 6U /* region, not mapped at boot */
#define HOSTILE_SLOT_PAD 7U  /* region, mapped */
#define HOSTILE_SLOT_CELL 8U /* its own */
#define HOSTILE_SLOT_IRQ 9U
#define HOSTILE_SLOT_LOW 10U /* its threads */
#define HOSTILE_SLOT_HIGH 11U
#define HOSTILE_SLOT_PASSIVE 12U
#define HOSTILE_SLOT_FREE 13U /* from here on: empty at boot */
#define HOSTILE_SLOTS 64U
#define HOSTILE_PAD_AT 0x20000000U
#define HOSTILE_PAD_SIZE 0x10000U
#define HOSTILE_HEAP_SIZE 0x400000U /* two blocks of 2 MiB */

/* Slots of the warden. */
#define WARDEN_SLOT_HEALTH 1U
#define WARDEN_SLOT_HOSTILE 2U

/* A call to the server: word 0 -> word 0 isolation_answer(), word 1 how many
 * calls with this badge it has answered. */
#define SERVER_DONE 0x80U
#define SERVER_LOOP 1U
#define SERVER_AUDIT 2U
#define SERVER_HOSTILE 3U
#define SERVER_BADGES 4U

static inline uint32_t isolation_answer(uint32_t question, uint32_t badge)
{
    return (question ^ badge) * 2654435761U;
}

/* What a skipped load finds: a stray read that finds anything else has got
 * through to somebody's memory. */
#define HANDLER_VALUE 0x5afe5afeU

#endif
