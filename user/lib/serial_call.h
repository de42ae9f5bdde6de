/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of a serial line's driver. It never keeps its client waiting: a call takes or
 * gives what there is room for at once, and a notification tells the client to come back
 * when more has arrived or there is room again.
 */
#ifndef USER_SERIAL_CALL_H
#define USER_SERIAL_CALL_H

#include <stdint.h>

/* Calls. Word 0 is a number of characters; they follow, four to a word. */
#define SERIAL_WRITE 1U /* answer: word 0, how many of them were taken */
#define SERIAL_READ 2U  /* answer: as many as there are, up to SERIAL_MOST */
#define SERIAL_CLOSE 3U /* what was written goes out, then nothing comes in any more */
#define SERIAL_PUMP 4U  /* the driver's own */
/* Answers. */
#define SERIAL_DONE 0x80U
#define SERIAL_REFUSED 0x81U

#define SERIAL_MOST 20U /* what fits in the registers beside the number */

/* Characters in a message's words. */
static inline uint32_t serial_get(const uint32_t *word, uint32_t i)
{
    return word[1U + i / 4U] >> 8U * (i % 4U) & 0xffU;
}

static inline void serial_put(uint32_t *word, uint32_t i, uint32_t c)
{
    word[1U + i / 4U] |= (c & 0xffU) << 8U * (i % 4U);
}

#endif
