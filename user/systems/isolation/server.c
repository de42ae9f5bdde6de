/* SPDX-License-Identifier: BSD-2-Clause */
/* The victim's server. The hostile cell may call it too, and gets its answers
 * like everybody: in bounded time, and in an account of its own. */
#include "isolation.h"
#include "thimble.h"
#include "time.h"

PROGRAM(server)
{
    struct message m;
    uint32_t badge = thimble_first(&m);
    uint32_t calls[SERVER_BADGES] = {0};

    (void)argument;
    for (;;) {
        uint32_t question = m.word[0];
        m = (struct message){.tag = 0};
        if (badge < SERVER_BADGES) {
            calls[badge]++;
            m.tag = THIMBLE_TAG(SERVER_DONE, 2);
            m.word[0] = isolation_answer(question, badge);
            m.word[1] = calls[badge];
        }
        thimble_compute(1000);
        badge = thimble_reply_recv(&m);
    }
}
