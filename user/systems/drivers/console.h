/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol between the UART driver and its clients, and the clients' side of
 * it. A client numbers its lines; the driver takes each number once, and says
 * again that it is done if it is asked again. So a call that was lost because
 * the driver died can be repeated without a thought.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdint.h>

/* Slots of every client. */
#define CONSOLE_SLOT_DRIVER 1U
#define CONSOLE_SLOT_PAUSE 2U /* waited on for time; the watchdog's is health */
#define CONSOLE_SLOT_RESTART 3U /* the watchdog's */

/* A call: word 0 number of the line (from 1), word 1 its length in characters,
 * four characters to each of the words after. */
#define CONSOLE_LINE 1U
#define CONSOLE_PUMP 2U /* the driver's own: characters to the UART */
/* Answers. */
#define CONSOLE_DONE 0x80U
#define CONSOLE_FULL 0x81U /* no room for it now */
#define CONSOLE_REFUSED 0x82U

#define CONSOLE_LENGTH 96U /* the longest line */
#define CONSOLE_WORDS (2U + CONSOLE_LENGTH / 4U)

/* Badges: the driver's own is 0. */
#define CONSOLE_CLIENTS 4U
#define CONSOLE_ALPHA 1U
#define CONSOLE_BETA 2U
#define CONSOLE_WATCHDOG 3U

struct line {
    uint32_t length;
    uint32_t word[CONSOLE_WORDS];
};

void line_start(struct line *line);
void line_text(struct line *line, const char *text);
void line_number(struct line *line, uint32_t number);
/* One call to the driver: its answer's label, or 0 if it died. */
uint32_t console_try(const struct line *line, uint32_t number);

#endif
