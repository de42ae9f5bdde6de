/* SPDX-License-Identifier: BSD-2-Clause */
/* The victim's slower half, of the hostile cell's own priority: looks at memory
 * and calls the server without rest. What is wrong counts as a missed deadline. */
#include "isolation.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "victim.h"
#include "xorshift.h"

PROGRAM(audit)
{
    uint32_t random = thimble_seed() | 1U;
    uint32_t stats = thimble_stats();
    uint32_t place = 0;
    uint32_t calls = 0;

    (void)argument;
    stats_start(stats);
    victim_memory_fill();
    for (;;) {
        uint32_t question = random_next(&random);
        uint64_t start = thimble_time();
        int good = victim_call_good(question, SERVER_AUDIT, &calls);
        uint64_t end = thimble_time();
        stats_record(stats, (uint32_t)(end - start));
        good = victim_memory_good(&place, 64) && good;
        if (!good) {
            stats_miss(stats);
        }
        thimble_compute(random_next(&random) % 20000U);
    }
}
