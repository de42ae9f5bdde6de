/* SPDX-License-Identifier: BSD-2-Clause */
/* Clients of the console: see console.h. */
#include "console.h"

#include "memory.h"
#include "self.h"
#include "thimble.h"

void line_start(struct line *line)
{
    *line = (struct line){.length = 0};
}

static void line_put(struct line *line, char c)
{
    uint32_t i = line->length;

    if (i < CONSOLE_LENGTH) {
        line->word[2U + i / 4U] |= (uint32_t)(unsigned char)c << 8U * (i % 4U);
        line->length++;
    }
}

void line_text(struct line *line, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        line_put(line, *c);
    }
}

void line_number(struct line *line, uint32_t number)
{
    uint32_t unit = 1;

    while (number / unit >= 10U) {
        unit *= 10U;
    }
    for (; unit != 0; unit /= 10U) {
        line_put(line, (char)('0' + number / unit % 10U));
    }
}

uint32_t console_try(const struct line *line, uint32_t number)
{
    uint32_t words = 2U + (line->length + 3U) / 4U;
    struct message m = {.tag = THIMBLE_TAG(CONSOLE_LINE, words), .word = {number, line->length}};

    for (uint32_t i = 2; i < words; i++) {
        if (i < THIMBLE_REGISTER_WORDS) {
            m.word[i] = line->word[i];
        } else {
            thimble_write32(thimble_buffer() + 4U * i, line->word[i]);
        }
    }
    if (thimble_call(CONSOLE_SLOT_DRIVER, &m) != THIMBLE_OK) {
        return 0;
    }
    return m.tag & THIMBLE_TAG_LABEL;
}
