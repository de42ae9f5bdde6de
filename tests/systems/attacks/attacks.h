/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cells of the attacks system agree on. */
#ifndef ATTACKS_H
#define ATTACKS_H

#define KIB 1024U

/* Slots of the probers (the one that acts, and the one that looks). */
#define SLOT_HANDLER 1U
#define SLOT_CODE 2U /* region: writable and executable */
#define SLOT_GO 3U   /* notification: signalled by the one, awaited by the other */
#define SLOT_DONE 4U /* the other way round */
#define SLOT_ECHO 5U /* a server that answers with other registers */
#define SLOT_NEVER 6U /* never signalled */
#define SLOT_FREE 7U
#define PROBER_SLOTS 8U

#define CODE_AT 0x20000000U
#define CODE_SIZE 0x10000U
/* A device's page where nothing answers. */
#define HOLE_AT 0x28000000U
/* The handler's notes, one page for each of its clients. */
#define NOTES_AT 0x30000000U
#define NOTES_SIZE 0x4000U
#define NOTE_COUNT 0U /* faults so far; then of the last one: */
#define NOTE_KIND 1U
#define NOTE_ADDRESS 2U
#define NOTE_ACCESS 3U
#define NOTE_PC 4U
#define NOTE_VALUE 5U     /* what a skipped load is given */
#define NOTE_SLOTS 0x400U /* one byte for each word of code: it faulted */

#define ROLE_ACT 0U
#define ROLE_LOOK 1U

#endif
