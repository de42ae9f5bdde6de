/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault handler of the hostile cell: mostly lets it skip, sometimes has it
 * try again, now and then stops it. It does so on the time of whoever faults. */
#include "isolation.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

PROGRAM(handler)
{
    struct message m;
    uint32_t badge = thimble_first(&m);
    uint32_t random = thimble_seed() | 1U;

    (void)argument;
    for (;;) {
        uint32_t kind = m.word[0];
        uint32_t dice = random_next(&random) % 256U;
        uint32_t action = THIMBLE_FAULT_SKIP;
        if (dice < 32U) {
            action = THIMBLE_FAULT_RETRY;
        }
        /* A program that has ended has nothing to skip. */
        if (dice == 255U || (kind != THIMBLE_FAULT_MEMORY && kind != THIMBLE_FAULT_BUS)) {
            action = THIMBLE_FAULT_STOP;
        }
        m = (struct message){.tag = THIMBLE_TAG(badge, 2), .word = {action, HANDLER_VALUE}};
        badge = thimble_reply_recv(&m);
    }
}
