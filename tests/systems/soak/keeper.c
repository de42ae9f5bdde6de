/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps the storm cells going: lends what they have lost, and answers their faults. */
#include "soak.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

/* Answers with a capability of the kind in word 0, or of any kind; now and then takes
 * back all that it has lent of it. */
static void lend(uint32_t *random, struct message *m)
{
    uint32_t type = 1U + m->word[0] % THIMBLE_CAP_CELL;
    uint32_t slot = LENT_SLOT(type, random_next(random) % LENT_EACH);

    if (random_next(random) % 64U == 0) {
        (void)thimble_cap_revoke(slot);
    }
    *m = (struct message){.tag = THIMBLE_TAG(LEND, 6) | THIMBLE_TAG_CAP,
                          .word = {type, 0, 0, 0, 0, slot}};
}

/* Mostly lets the thread skip it. */
static void fix(uint32_t *random, struct message *m)
{
    uint32_t dice = random_next(random) % 64U;
    uint32_t action = dice == 0                              ? THIMBLE_FAULT_STOP
                      : dice < 8U                            ? THIMBLE_FAULT_RETRY
                      : m->word[0] == THIMBLE_FAULT_EXIT     ? THIMBLE_FAULT_STOP
                                                             : THIMBLE_FAULT_SKIP;

    *m = (struct message){.tag = THIMBLE_TAG(0, 2), .word = {action, dice}};
}

/* Lender and fixer: faults come to both, and both may be called. */
PROGRAM(keeper)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    uint32_t random = thimble_seed() | 1U;
    for (;;) {
        if ((m.tag & THIMBLE_TAG_LABEL) == THIMBLE_LABEL_FAULT) {
            fix(&random, &m);
        } else {
            lend(&random, &m);
        }
        (void)thimble_reply_recv(&m);
    }
}
