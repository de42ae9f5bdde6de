/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cells of the soak system agree on. */
#ifndef SOAK_H
#define SOAK_H

/* Slots of a storm cell: something of each kind. The first three it keeps. */
#define STORM_SLOT_LENDER 1U
#define STORM_SLOT_FIXER 2U
#define STORM_SLOT_HEALTH 3U
#define STORM_SLOT_KEPT 4U /* from here on it may lose what it has */
#define STORM_SLOT_BELL 4U
#define STORM_SLOT_GONG 5U
#define STORM_SLOT_HEAP 6U
#define STORM_SLOT_PAD 7U
#define STORM_SLOT_OWN 8U
#define STORM_SLOT_OTHER 9U
#define STORM_SLOT_HIGH 10U
#define STORM_SLOT_UPPER 11U
#define STORM_SLOT_LOWER 12U
#define STORM_SLOT_OTHERS 13U /* the other cell's lower server */
#define STORM_SLOTS 48U

/* Its memory: what it remembers from one life to the next; and the UART, if it has it. */
#define NOTES_AT 0x30000000U
#define NOTES_SIZE 0x1000U
#define UART_AT 0x31000000U
#define HEAP_SIZE 0x400000U
#define PAD_SIZE 0x11000U
#define CHEST_SIZE 0x100000U

/* Arguments of its threads, and badges of its servers. */
#define STORM_LOW 0U
#define STORM_MIDDLE 1U
#define STORM_HIGH 2U
#define STORM_PASSIVE 4U /* a bit: a passive thread */
#define STORM_UPPER 4U
#define STORM_LOWER 5U
#define STORM_THREADS 8U

/* What the keeper lends: some of each type, not all of them there. */
#define LEND 0x77U
#define LENT_EACH 3U
#define LENT_SLOT(type, which) (LENT_EACH * (type) + (which))
#define LENT_SLOTS (LENT_EACH * 6U)

/* Slots of the warden. */
#define WARDEN_SLOT_HEALTH 1U
#define WARDEN_SLOT_CELLS 2U
#define WARDEN_CELLS 3U
#define WARDEN_SLOT_ATTIC 5U

#endif
