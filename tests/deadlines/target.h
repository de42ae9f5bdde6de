/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What threads of a drawn system do on ARM: the program of each file that emit.c writes. Those
 * that promise something record each response on their cell's statistics page, and a miss where
 * it is over the bound. There are no lines and no guests here.
 */
#ifndef DEADLINES_TARGET_H
#define DEADLINES_TARGET_H

#include "memory.h"
#include "self.h"
#include "stats.h"
#include "system.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

/* As enum act, and the slots, of deadlines.h. */
enum {
    JOB,
    GREEDY,
    CUNNING,
    NAPPER,
    STORM,
    SERVER = 6,
    CALLER = 8,
    MAPPER,
    SLEEPER,
    FAULTER,
    RESTARTER,
};
#define NOTE 1U
#define SERVERS 3U
#define REGION 5U
#define CELL 6U

#define TICK 16U /* instructions: QEMU's virt with -icount shift=0 */
#define HYPERCALL 1000U
#define ROUND (50U * THIMBLE_TICKS_PER_MS)

struct drawn {
    uint8_t act;
    uint8_t index;
    uint32_t wakes;
    uint32_t first; /* instructions, as all times */
    uint32_t period;
    uint32_t budget;
    uint8_t calls[2];
    uint32_t work; /* of a job; of a server, for a request */
    uint32_t bound;
    bool nested;
    bool apart;
};

extern const struct drawn drawn[];

/* The first release: for all from the same time on. */
static uint64_t target_first(const struct drawn *d)
{
    return (thimble_time() / ROUND + 1U) * ROUND + d->first / TICK;
}

static void target_call(uint32_t server)
{
    struct message m = {.tag = THIMBLE_TAG(1, 2)};

    (void)thimble_call(SERVERS + server, &m);
}

/* Its pieces, and its requests in between. */
static void target_work(const struct drawn *d)
{
    uint32_t calls = (uint32_t)d->calls[0] + d->calls[1];

    for (uint32_t i = 0; i <= calls; i++) {
        thimble_compute(d->work / (calls + 1U));
        if (i < calls) {
            target_call(i < d->calls[0] ? 0 : 1U);
        }
    }
}

static void target_job(const struct drawn *d)
{
    uint64_t release = target_first(d);
    uint32_t apart = (d->period + (d->apart ? d->bound : 0) + TICK - 1U) / TICK;
    bool promised = thimble_stats() != 0;
    uint32_t bits;

    if (promised) {
        stats_start(thimble_stats());
    }
    for (;; release += apart) {
        (void)thimble_wait(NOTE, release, &bits);
        target_work(d);
        uint64_t response = thimble_time() - release;
        if (promised) {
            stats_record(thimble_stats(), (uint32_t)response);
        }
        /* The last tick counts when it has gone. */
        if (promised && response > d->bound / TICK + 1U) {
            stats_miss(thimble_stats());
        }
    }
}

/* Several times in a period, each time for a part of its budget. */
static void target_napper(const struct drawn *d, uint32_t *random)
{
    uint64_t release = target_first(d);
    uint32_t bits;

    for (;; release += d->period / d->wakes / TICK + 1U) {
        (void)thimble_wait(NOTE, release, &bits);
        thimble_compute(random_next(random) % (2U * d->budget / d->wakes));
        for (uint32_t i = 0; i < 2U; i++) {
            if (d->calls[i] != 0) {
                target_call(i);
            }
        }
    }
}

static void target_storm(uint32_t *random)
{
    uint32_t bits;

    for (;;) {
        uint32_t later = 300U + random_next(random) % 3000U;
        (void)thimble_wait(NOTE, thimble_time() + later / TICK, &bits);
        thimble_compute(random_next(random) % 400U);
    }
}

static void target_server(const struct drawn *d)
{
    struct message m;

    (void)thimble_first(&m);
    for (;;) {
        thimble_compute(d->work);
        if (d->nested) {
            target_call(0); /* in its own cell's table: the other server */
        }
        m = (struct message){.tag = THIMBLE_TAG(0, 2)};
        (void)thimble_reply_recv(&m);
    }
}

/* Each thread of a crowd has a notification: its slot is its number. */
static void target_sleeper(const struct drawn *d)
{
    uint64_t release = target_first(d);
    uint32_t slot = NOTE;
    uint32_t bits;

    for (const struct drawn *e = d; e != drawn && e[-1].act == SLEEPER; e--) {
        slot++;
    }
    for (;; release += d->period / TICK) {
        (void)thimble_wait(slot, release, &bits);
    }
}

static void target_restarter(const struct drawn *d)
{
    uint64_t release = target_first(d);
    uint32_t bits;

    for (;; release += d->period / TICK) {
        (void)thimble_wait(NOTE, release, &bits);
        (void)thimble_cell_restart(CELL);
    }
}

static void target_disturb(const struct drawn *d)
{
    for (;;) {
        if (d->act == MAPPER) {
            (void)thimble_region_map(REGION, 0x40000000U, THIMBLE_NO_SLOT);
            (void)thimble_region_unmap(REGION);
        } else if (d->act == CALLER) {
            target_call(0);
            target_call(1);
        } else if (d->act == FAULTER) {
            thimble_write32(0xdead0000U, 0);
        } else {
            thimble_compute(400);
        }
    }
}

PROGRAM(actor)
{
    const struct drawn *d = &drawn[argument];
    uint32_t random = d->index + 1U;

    switch (d->act) {
    case JOB:
        target_job(d);
        break;
    case CUNNING:
    case NAPPER:
        target_napper(d, &random);
        break;
    case STORM:
        target_storm(&random);
        break;
    case SERVER:
        target_server(d);
        break;
    case SLEEPER:
        target_sleeper(d);
        break;
    case RESTARTER:
        target_restarter(d);
        break;
    default:
        target_disturb(d);
        break;
    }
}

#endif
