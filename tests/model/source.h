/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the decisions of a run come from: a seed, for soak, or the bytes of a
 * fuzzer's input. A decision among at most 256 takes one byte, so that a change
 * of one byte changes one decision.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "types.h"

struct source {
    u64 state; /* of the generator, while bytes is NULL */
    const u8 *bytes;
    size_t left;
};

void source_seed(struct source *s, u64 seed);
void source_bytes(struct source *s, const u8 *bytes, size_t size);
/* Bytes run out; a generator never does. */
bool source_ended(const struct source *s);
u32 source_word(struct source *s);
/* 0 to n - 1; n > 0. */
u32 source_below(struct source *s, u32 n);
/* True in so many of a hundred cases. */
bool source_percent(struct source *s, u32 percent);

#endif
