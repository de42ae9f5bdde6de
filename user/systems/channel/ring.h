/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cells of the channel system agree on. */
#ifndef RING_H
#define RING_H

#include "time.h"

/* Where each cell sees the memory that it shares, and its slots. */
#define RING_AT 0x20000000U
#define RING_SIZE 4096U
#define RING_SLOT_SIGNAL 1U
#define RING_SLOT_WAIT 2U

/* A message: time sent (low half), number, ~number, checksum of the three. */
#define RING_MESSAGE 4U

/* Longer than either ever rests, in ticks: 200 ms. Later than that, a wake-up has
 * been lost. */
#define RING_PATIENCE (200U * THIMBLE_TICKS_PER_MS)

/* The sceptic's two channels lie in one region, half each. */
#define MUD_HALF (RING_SIZE / 2U)

#endif
