/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control loop, above everything else: each millisecond it computes, and records how
 * late it was released. It misses a deadline if it is not done by the next release. It
 * calls nobody, so nobody can hold it up. Every second it leaves its figures for a second
 * thread, which prints them.
 */
#include "control.h"

#include "memory.h"
#include "rt.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

#define PERIOD (THIMBLE_TICKS_PER_MS * CONTROL_PERIOD_US / 1000U)
#define RUNS_A_SECOND (1000000U / CONTROL_PERIOD_US)

/* One thread writes them, and the other has a second to read them. */
static void publish(uint32_t page, const struct control_figures *f)
{
    thimble_write32(page + CONTROL_RUNS, f->runs);
    thimble_write32(page + CONTROL_MISSES, f->misses);
    thimble_write32(page + CONTROL_WORST, f->worst);
    thimble_write32(page + CONTROL_WORST_SECOND, f->worst_second);
    thimble_write32(page + CONTROL_DONE, f->done);
    (void)thimble_signal(CONTROL_SLOT_SAY);
}

static void forget(uint32_t page, struct control_figures *f)
{
    for (uint32_t word = 0; word < STATS_FIRST_BUCKET + STATS_BUCKETS; word++) {
        thimble_write32(page + 4U * word, 0);
    }
    stats_start(page);
    *f = (struct control_figures){.runs = 0};
    thimble_write32(page + CONTROL_FORGET, 0);
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* One run, due at `release`. */
static void run(uint32_t page, struct control_figures *f, uint64_t release, uint32_t *random)
{
    uint32_t late = (uint32_t)(thimble_time() - release);

    stats_record(page, late);
    f->worst = larger(f->worst, late);
    f->worst_second = larger(f->worst_second, late);
    /* Filters worth a few tens of microseconds. */
    thimble_compute(20000U + random_next(random) % 20000U);
    uint32_t done = (uint32_t)(thimble_time() - release);
    f->done = larger(f->done, done);
    f->runs++;
    if (done > PERIOD) {
        stats_miss(page);
        f->misses++;
    }
}

static void loop(void)
{
    uint32_t page = thimble_stats();
    uint32_t random = thimble_seed() | 1U;
    struct control_figures f;

    forget(page, &f);
    uint64_t release = thimble_time() + PERIOD;
    for (;;) {
        uint32_t bits;
        (void)thimble_wait(CONTROL_SLOT_TICK, release, &bits);
        run(page, &f, release, &random);
        release += PERIOD;
        if (f.runs % RUNS_A_SECOND == 0) {
            publish(page, &f);
            f.worst_second = 0;
        }
        if (thimble_read32(page + CONTROL_FORGET) != 0) {
            forget(page, &f);
        }
    }
}

PROGRAM(control)
{
    if (argument == CONTROL_REPORTER) {
        control_report();
    } else {
        loop();
    }
}
