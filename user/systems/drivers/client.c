/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints numbered lines through the driver, and does not give up on one before
 * it is done. Records how long a line takes to be accepted; a line that was
 * refused counts as a missed deadline. */
#include "console.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

#define LINES 60U
#define TICKS_PER_US (THIMBLE_TICKS_PER_MS / 1000U)

static void pause_us(uint32_t us)
{
    uint32_t bits;
    uint64_t now = thimble_time();

    (void)thimble_wait(CONSOLE_SLOT_PAUSE, now + us * TICKS_PER_US, &bits);
}

/* Until it is printed; how often the driver had died. */
static uint32_t print(const struct line *line, uint32_t number)
{
    uint32_t deaths = 0;
    uint64_t start = thimble_time();
    uint32_t answer = console_try(line, number);

    while (answer == 0 || answer == CONSOLE_FULL) {
        deaths += answer == 0;
        pause_us(answer == 0 ? 50U : 1000U);
        answer = console_try(line, number);
    }
    uint64_t end = thimble_time();
    stats_record(thimble_stats(), (uint32_t)(end - start));
    if (answer != CONSOLE_DONE) {
        stats_miss(thimble_stats());
    }
    return deaths;
}

/* The argument says which client this is. */
PROGRAM(client)
{
    static const char *const names[] = {"", "alpha", "beta "};
    uint32_t random = thimble_seed() | 1U;
    uint32_t deaths = 0;
    struct line line;

    stats_start(thimble_stats());
    for (uint32_t number = 1; number <= LINES; number++) {
        line_start(&line);
        line_text(&line, names[argument]);
        line_text(&line, " line ");
        line_number(&line, number);
        line_text(&line, " of 60: all of it, to the last word\n");
        deaths += print(&line, number);
        pause_us(2000U + random_next(&random) % 6000U);
    }
    line_start(&line);
    line_text(&line, names[argument]);
    line_text(&line, " has printed 60 lines, and called again ");
    line_number(&line, deaths);
    line_text(&line, " times\n");
    (void)print(&line, LINES + 1U);
    for (;;) {
        pause_us(1000000);
    }
}
