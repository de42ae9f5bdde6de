/* SPDX-License-Identifier: BSD-2-Clause */
/* Control's reporter: prints the loop's figures, and takes the console's commands. */
#include "control.h"
#include "memory.h"
#include "rt.h"
#include "self.h"
#include "serial_call.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

#define LENGTH 128U

struct text {
    uint32_t length;
    char at[LENGTH];
};

static void text_put(struct text *t, const char *text)
{
    for (; *text != '\0' && t->length < LENGTH; text++) {
        t->at[t->length++] = *text;
    }
}

static void number_put(struct text *t, uint32_t number)
{
    char digits[11] = {0};
    uint32_t i = sizeof(digits) - 1U;

    do {
        digits[--i] = (char)('0' + number % 10U);
        number /= 10U;
    } while (number != 0);
    text_put(t, &digits[i]);
}

static uint32_t nanoseconds(uint32_t ticks)
{
    return (uint32_t)((uint64_t)ticks * 1000000U / THIMBLE_TICKS_PER_MS);
}

/* What does not go at once goes when the driver says that there is room. */
static void line_write(const struct text *t)
{
    uint32_t sent = 0;

    while (sent < t->length) {
        uint32_t count = t->length - sent < SERIAL_MOST ? t->length - sent : SERIAL_MOST;
        struct message m = {.tag = THIMBLE_TAG(SERIAL_WRITE, 1U + (count + 3U) / 4U),
                            .word = {count}};
        for (uint32_t i = 0; i < count; i++) {
            serial_put(m.word, i, (unsigned char)t->at[sent + i]);
        }
        if (thimble_call(CONTROL_SLOT_LINE, &m) != THIMBLE_OK ||
            m.tag != THIMBLE_TAG(SERIAL_DONE, 1)) {
            return;
        }
        sent += m.word[0];
        if (m.word[0] < count) {
            uint32_t bits;
            (void)thimble_wait(CONTROL_SLOT_EVENTS, thimble_time() + THIMBLE_TICKS_PER_MS, &bits);
        }
    }
}

static void say_figures(uint32_t page)
{
    struct text t = {.length = 0};
    uint32_t runs = thimble_read32(page + CONTROL_RUNS);
    uint32_t misses = thimble_read32(page + CONTROL_MISSES);
    uint32_t worst = thimble_read32(page + CONTROL_WORST);
    uint32_t second = thimble_read32(page + CONTROL_WORST_SECOND);
    uint32_t done = thimble_read32(page + CONTROL_DONE);

    text_put(&t, "control: ");
    number_put(&t, runs);
    text_put(&t, " runs, ");
    number_put(&t, misses);
    text_put(&t, " missed, latency at most ");
    number_put(&t, nanoseconds(worst));
    text_put(&t, " ns (");
    number_put(&t, nanoseconds(second));
    text_put(&t, " ns lately), done after ");
    number_put(&t, nanoseconds(done));
    text_put(&t, " ns\r\n");
    line_write(&t);
}

/* A line for each bucket that is not empty: its highest value, and how many. */
static void say_histogram(uint32_t page)
{
    struct text t = {.length = 0};

    for (uint32_t bucket = 0; bucket < STATS_BUCKETS; bucket++) {
        uint32_t count = thimble_read32(page + 4U * (STATS_FIRST_BUCKET + bucket));
        if (count != 0) {
            t.length = 0;
            text_put(&t, "control: histogram ");
            number_put(&t, nanoseconds(stats_bucket_top(bucket)));
            text_put(&t, " ");
            number_put(&t, count);
            text_put(&t, "\r\n");
            line_write(&t);
        }
    }
    t.length = 0;
    text_put(&t, "control: histogram ends\r\n");
    line_write(&t);
}

static void command(uint32_t page, uint32_t c)
{
    if (c == 'h') {
        say_histogram(page);
    } else if (c == 'z') {
        thimble_write32(page + CONTROL_FORGET, 1);
    }
}

static void commands(uint32_t page)
{
    struct message m = {.tag = THIMBLE_TAG(SERIAL_READ, 0)};

    if (thimble_call(CONTROL_SLOT_LINE, &m) != THIMBLE_OK ||
        (m.tag & THIMBLE_TAG_LABEL) != SERIAL_DONE || m.word[0] > SERIAL_MOST) {
        return;
    }
    for (uint32_t i = 0; i < m.word[0]; i++) {
        command(page, serial_get(m.word, i));
    }
}

void control_report(void)
{
    uint32_t page = thimble_stats();
    uint32_t said = 0;

    for (;;) {
        uint32_t bits;
        (void)thimble_wait(CONTROL_SLOT_EVENTS, THIMBLE_NEVER, &bits);
        /* A wait for room may have taken the bit of a second. */
        uint32_t runs = thimble_read32(page + CONTROL_RUNS);
        if (runs != said) {
            said = runs;
            say_figures(page);
        }
        commands(page);
    }
}
