/* SPDX-License-Identifier: BSD-2-Clause */
/* A server to be killed: it counts how often it is asked, until it is told to
 * touch what it must not. */
#include "memory.h"
#include "shell.h"
#include "thimble.h"

/* Nothing is mapped there, and no handler answers: the thread is stopped. */
#define WILD 0xdead0000U

PROGRAM(demo)
{
    uint32_t asked = 0;
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        struct message answer = {.tag = THIMBLE_TAG(DEMO_REFUSED, 0)};
        switch (m.tag & THIMBLE_TAG_LABEL) {
        case DEMO_ASK:
            asked++;
            answer = (struct message){.tag = THIMBLE_TAG(DEMO_DONE, 1), .word = {asked}};
            break;
        case DEMO_FAULT:
            thimble_write32(WILD, asked);
            break;
        default:
            break;
        }
        m = answer;
        (void)thimble_reply_recv(&m);
    }
}
