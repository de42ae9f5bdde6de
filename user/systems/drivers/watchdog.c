/* SPDX-License-Identifier: BSD-2-Clause */
/* Restarts the driver whenever it has crashed, and says so through it. Records
 * how long a restart takes; one that fails counts as a missed deadline. */
#include "console.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

static void restart(void)
{
    uint64_t start = thimble_time();

    if (thimble_cell_restart(CONSOLE_SLOT_RESTART) != THIMBLE_OK) {
        stats_miss(thimble_stats());
    }
    uint64_t end = thimble_time();
    stats_record(thimble_stats(), (uint32_t)(end - start));
}

/* The driver may die of this too: then it is said after the next restart. */
static int say(uint32_t restarts)
{
    struct line line;

    line_start(&line);
    line_text(&line, "watchdog: driver restarted, ");
    line_number(&line, restarts);
    line_text(&line, " so far\n");
    return console_try(&line, restarts) == CONSOLE_DONE;
}

PROGRAM(watchdog)
{
    uint32_t restarts = 0;
    uint32_t said = 0;

    (void)argument;
    stats_start(thimble_stats());
    for (;;) {
        uint32_t bits;
        uint64_t soon = thimble_time() + THIMBLE_TICKS_PER_MS;
        uint32_t status =
            thimble_wait(CONSOLE_SLOT_PAUSE, said == restarts ? THIMBLE_NEVER : soon, &bits);
        if (status == THIMBLE_OK) {
            restart();
            restarts++;
        }
        if (said != restarts && say(restarts)) {
            said = restarts;
        }
    }
}
