/* SPDX-License-Identifier: BSD-2-Clause */
/* The plant: a mass that drifts, is pushed, and writes a log. It knows its
 * callers by their badges, and lets only the control loop push. */
#include "gateway.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

PROGRAM(plant)
{
    struct message m;
    uint32_t badge = thimble_first(&m);
    uint32_t random = thimble_seed() | 1U;
    uint32_t position = 1000;

    (void)argument;
    for (;;) {
        struct message answer = {.tag = THIMBLE_TAG(PLANT_REFUSED, 0)};
        switch (m.tag & THIMBLE_TAG_LABEL) {
        case PLANT_READ:
            position += random_next(&random) % 16U;
            answer = (struct message){.tag = THIMBLE_TAG(PLANT_DONE, 1), .word = {position}};
            break;
        case PLANT_DRIVE:
            if (badge == PLANT_CONTROL) {
                position += m.word[0];
                answer.tag = THIMBLE_TAG(PLANT_DONE, 0);
            }
            break;
        case PLANT_LOG:
            thimble_compute(1000U + random_next(&random) % 4000U);
            answer.tag = THIMBLE_TAG(PLANT_DONE, 0);
            break;
        default:
            break;
        }
        m = answer;
        badge = thimble_reply_recv(&m);
    }
}
