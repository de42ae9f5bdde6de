/* SPDX-License-Identifier: BSD-2-Clause */
/* What ping and pong agree on. */
#ifndef PINGPONG_H
#define PINGPONG_H

#define PING_SLOT_PONG 1U
#define PONG_BADGE 0x9099U

/* Pong answers each word w with ~w, under the label it was called with plus 1. */
#define PING_ROUNDS 10000U

#endif
