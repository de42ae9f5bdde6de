/* SPDX-License-Identifier: BSD-2-Clause */
/* The client's side of the serial line: see serial.h. */
#include "serial.h"

#include "thimble.h"

static void pause(void)
{
    uint32_t bits;

    (void)thimble_wait(SERIAL_SLOT_EVENT, THIMBLE_NEVER, &bits);
}

void serial_write(const char *text, uint32_t length)
{
    while (length != 0) {
        uint32_t count = length < SERIAL_MOST ? length : SERIAL_MOST;
        struct message m = {.tag = THIMBLE_TAG(SERIAL_WRITE, 1U + (count + 3U) / 4U),
                            .word = {count}};
        for (uint32_t i = 0; i < count; i++) {
            serial_put(m.word, i, (unsigned char)text[i]);
        }
        if (thimble_call(SERIAL_SLOT_DRIVER, &m) != THIMBLE_OK ||
            m.tag != THIMBLE_TAG(SERIAL_DONE, 1)) {
            return;
        }
        text += m.word[0];
        length -= m.word[0];
        if (m.word[0] < count) {
            pause();
        }
    }
}

uint32_t serial_read(char *text)
{
    for (;;) {
        struct message m = {.tag = THIMBLE_TAG(SERIAL_READ, 0)};
        if (thimble_call(SERIAL_SLOT_DRIVER, &m) != THIMBLE_OK ||
            m.tag != THIMBLE_TAG(SERIAL_DONE, THIMBLE_REGISTER_WORDS)) {
            return 0;
        }
        for (uint32_t i = 0; i < m.word[0]; i++) {
            text[i] = (char)serial_get(m.word, i);
        }
        if (m.word[0] != 0) {
            return m.word[0];
        }
        pause();
    }
}

void serial_close(void)
{
    struct message m = {.tag = THIMBLE_TAG(SERIAL_CLOSE, 0)};

    (void)thimble_call(SERIAL_SLOT_DRIVER, &m);
}
