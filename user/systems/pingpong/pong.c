/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers each word w with ~w, and each label with the next one. */
#include "memory.h"
#include "pingpong.h"
#include "self.h"
#include "thimble.h"

static void answer(struct message *m)
{
    uint32_t length = (m->tag & THIMBLE_TAG_LENGTH) >> THIMBLE_TAG_LENGTH_SHIFT;

    for (uint32_t i = 0; i < THIMBLE_REGISTER_WORDS; i++) {
        m->word[i] = i < length ? ~m->word[i] : 0;
    }
    for (uint32_t i = THIMBLE_REGISTER_WORDS; i < length; i++) {
        uint32_t word = thimble_read32(thimble_buffer() + 4U * i);
        thimble_write32(thimble_buffer() + 4U * i, ~word);
    }
    m->tag = THIMBLE_TAG(m->tag + 1U, length);
}

PROGRAM(pong)
{
    struct message m;
    uint32_t badge = thimble_first(&m);

    (void)argument;
    for (;;) {
        if (badge == PONG_BADGE) {
            answer(&m);
        } else {
            m = (struct message){.tag = 0};
        }
        badge = thimble_reply_recv(&m);
    }
}
