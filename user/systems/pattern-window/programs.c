/* SPDX-License-Identifier: BSD-2-Clause */
/* A capability comes with a message, into the receiver's window, and its owner
 * takes it back: a lease. */
#include "broker.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

PROGRAM(broker)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        struct message answer = {.tag = 0};
        if (m.tag == THIMBLE_TAG(BROKER_LEND, 0)) {
            /* The slot to send from is in word 5. */
            answer.tag = THIMBLE_TAG(BROKER_LEND, 6) | THIMBLE_TAG_CAP;
            answer.word[5] = BROKER_SLOT_BELL;
        } else {
            (void)thimble_cap_revoke(BROKER_SLOT_BELL);
        }
        m = answer;
        (void)thimble_reply_recv(&m);
    }
}

/* One lease; 1 if it was as it should be. */
static int lease(void)
{
    struct message m = {.tag = THIMBLE_TAG(BROKER_LEND, 0)};
    uint32_t bits;

    if (thimble_call(CLIENT_SLOT_BROKER, &m) != THIMBLE_OK || (m.tag & THIMBLE_TAG_CAP) == 0 ||
        m.word[5] != CLIENT_SLOT_WINDOW) {
        return 0;
    }
    uint32_t rung = thimble_signal(CLIENT_SLOT_WINDOW);
    uint32_t heard = thimble_poll(CLIENT_SLOT_WINDOW, &bits);
    m = (struct message){.tag = THIMBLE_TAG(BROKER_RECALL, 0)};
    uint32_t called = thimble_call(CLIENT_SLOT_BROKER, &m);
    uint32_t after = thimble_signal(CLIENT_SLOT_WINDOW);
    return rung == THIMBLE_OK && heard == THIMBLE_OK && bits == BROKER_BADGE &&
           called == THIMBLE_OK && after == THIMBLE_ERR_SLOT;
}

PROGRAM(client)
{
    (void)argument;
    stats_start(thimble_stats());
    (void)thimble_window(CLIENT_SLOT_WINDOW);
    for (;;) {
        uint64_t start = thimble_time();
        if (!lease()) {
            stats_miss(thimble_stats());
        }
        uint64_t end = thimble_time();
        stats_record(thimble_stats(), (uint32_t)(end - start));
        thimble_compute(100000);
    }
}
