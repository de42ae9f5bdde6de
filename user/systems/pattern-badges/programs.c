/* SPDX-License-Identifier: BSD-2-Clause */
/* A server that knows its callers by their badges, which they cannot forge. */
#include "bank.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

PROGRAM(bank)
{
    uint32_t balance[BANK_ACCOUNTS] = {0};
    struct message m;
    uint32_t badge = thimble_first(&m);

    (void)argument;
    for (;;) {
        balance[badge] += m.word[0];
        m = (struct message){.tag = THIMBLE_TAG(BANK_DEPOSIT, 1), .word = {balance[badge]}};
        badge = thimble_reply_recv(&m);
    }
}

/* The argument is what it deposits each millisecond. */
PROGRAM(customer)
{
    uint32_t expected = 0;
    uint32_t bits;
    uint64_t next = thimble_time();

    stats_start(thimble_stats());
    for (;;) {
        struct message m = {.tag = THIMBLE_TAG(BANK_DEPOSIT, 1), .word = {argument}};
        uint64_t start = thimble_time();
        uint32_t status = thimble_call(BANK_SLOT, &m);
        uint64_t end = thimble_time();
        stats_record(thimble_stats(), (uint32_t)(end - start));
        expected += argument;
        if (status != THIMBLE_OK || m.word[0] != expected) {
            stats_miss(thimble_stats()); /* somebody else's money */
        }
        next += THIMBLE_TICKS_PER_MS;
        (void)thimble_wait(BANK_TICK, next, &bits);
    }
}
