/* SPDX-License-Identifier: BSD-2-Clause */
/* Copying, which the compiler's memcpy() here does byte by byte. */
#include "vmm.h"

struct block {
    uint32_t word[8];
} __attribute__((may_alias));
typedef uint32_t __attribute__((may_alias)) word_t;

static uint32_t low_bits(const uint8_t *at)
{
    return (uint32_t)((uintptr_t)at & 3U);
}

/* Both aligned: eight words at once, then words. How many bytes it has done. */
static uint32_t copy_words(uint8_t *to, const uint8_t *from, uint32_t bytes)
{
    uint32_t i = 0;

    for (; bytes - i >= sizeof(struct block); i += (uint32_t)sizeof(struct block)) {
        *(struct block *)(to + i) = *(const struct block *)(from + i);
    }
    for (; bytes - i >= 4U; i += 4U) {
        *(word_t *)(to + i) = *(const word_t *)(from + i);
    }
    return i;
}

void vmm_copy(uint8_t *to, const uint8_t *from, uint32_t bytes)
{
    uint32_t i = 0;

    if (low_bits(to) == low_bits(from)) {
        for (; i < bytes && low_bits(to + i) != 0; i++) {
            to[i] = from[i];
        }
        i += copy_words(to + i, from + i, bytes - i);
    } else {
        /* Unaligned words are allowed in normal memory (DDI 0406C A3.2.1). */
        for (; bytes - i >= 4U; i += 4U) {
            uint32_t word;
            __builtin_memcpy(&word, from + i, 4);
            __builtin_memcpy(to + i, &word, 4);
        }
    }
    for (; i < bytes; i++) {
        to[i] = from[i];
    }
}
