/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol between the serial line's driver and its client, and the client's
 * side of it. The driver never keeps its client waiting: a call takes or gives
 * what there is room for at once, and a notification tells the client to come
 * back when more has arrived or the queue has room again.
 */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

/* Slots of the client. */
#define SERIAL_SLOT_DRIVER 1U
#define SERIAL_SLOT_EVENT 2U

/* Calls. Word 0 is a number of characters; they follow, four to a word. */
#define SERIAL_WRITE 1U /* answer: word 0, how many of them were taken */
#define SERIAL_READ 2U  /* answer: as many as there are, up to SERIAL_MOST */
#define SERIAL_CLOSE 3U /* what was written goes out, then nothing comes in any more */
#define SERIAL_PUMP 4U  /* the driver's own */
/* Answers. */
#define SERIAL_DONE 0x80U
#define SERIAL_REFUSED 0x81U

#define SERIAL_MOST 20U /* what fits in the registers beside the number */

/* Badges. */
#define SERIAL_SELF 1U /* the driver's own interrupt thread */
#define SERIAL_CLIENT 2U

/* Characters in a message's words. */
static inline uint32_t serial_get(const uint32_t *word, uint32_t i)
{
    return word[1U + i / 4U] >> 8U * (i % 4U) & 0xffU;
}

static inline void serial_put(uint32_t *word, uint32_t i, uint32_t c)
{
    word[1U + i / 4U] |= (c & 0xffU) << 8U * (i % 4U);
}

/* Waits until all of it has been taken. */
void serial_write(const char *text, uint32_t length);
/* Waits for input: from 1 to SERIAL_MOST characters; 0 if the driver is gone. */
uint32_t serial_read(char *text);
void serial_close(void);

#endif
