/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

void source_seed(struct source *s, u64 seed)
{
    /* Neighbouring seeds must not give related streams, nor 0 an empty one. */
    u64 z = (seed + 1U) * 0x9e3779b97f4a7c15U;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    *s = (struct source){.state = (z ^ (z >> 31)) | 1U};
}

void source_bytes(struct source *s, const u8 *bytes, size_t size)
{
    *s = (struct source){.bytes = bytes, .left = size};
}

bool source_ended(const struct source *s)
{
    return s->bytes != NULL && s->left == 0;
}

/* xorshift64*: Vigna 2016. */
static u32 generator_next(struct source *s)
{
    s->state ^= s->state >> 12;
    s->state ^= s->state << 25;
    s->state ^= s->state >> 27;
    return (u32)((s->state * 0x2545f4914f6cdd1dU) >> 32);
}

static u8 byte_next(struct source *s)
{
    if (s->left == 0) {
        return 0;
    }
    s->left--;
    return *s->bytes++;
}

u32 source_word(struct source *s)
{
    if (s->bytes == NULL) {
        return generator_next(s);
    }
    u32 word = byte_next(s);

    word |= (u32)byte_next(s) << 8;
    word |= (u32)byte_next(s) << 16;
    return word | (u32)byte_next(s) << 24;
}

u32 source_below(struct source *s, u32 n)
{
    if (s->bytes == NULL) {
        return (u32)(((u64)generator_next(s) * n) >> 32);
    }
    return n <= 256U ? byte_next(s) % n : source_word(s) % n;
}

bool source_percent(struct source *s, u32 percent)
{
    return source_below(s, 100) < percent;
}
