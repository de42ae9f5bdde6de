/* SPDX-License-Identifier: BSD-2-Clause */
/* The other side of the sceptic's channels: writes whatever it likes wherever it
 * can, indices above all, and signals for nothing. */
#include "memory.h"
#include "ring.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

static uint32_t lie(uint32_t *random)
{
    static const uint32_t boundaries[] = {0,           1,           255,         256,        257,
                                          0x7fffffffU, 0x80000000U, 0xffffff00U, 0xffffffffU};
    uint32_t choice = random_next(random) % 16U;

    if (choice < sizeof(boundaries) / sizeof(boundaries[0])) {
        return boundaries[choice];
    }
    return choice < 13U ? choice : random_next(random);
}

PROGRAM(liar)
{
    uint32_t random = thimble_seed() | 1U;

    (void)argument;
    for (;;) {
        uint32_t at = random_next(&random) % RING_SIZE & ~3U;
        if (random_next(&random) % 4U != 0) {
            at &= MUD_HALF | 64U | 4U; /* one of the words that steer a channel */
        }
        thimble_write32(RING_AT + at, lie(&random));
        thimble_compute(random_next(&random) % 20000U);
        if (random_next(&random) % 4U == 0) {
            (void)thimble_signal(RING_SLOT_SIGNAL);
        }
    }
}
