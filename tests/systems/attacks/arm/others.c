/* SPDX-License-Identifier: BSD-2-Clause */
/* Everybody but the probers: the fault handler, a server, a storm, the control loop, and
 * threads that are preempted with patterns in their registers. */
#include "../attacks.h"
#include "probe.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

/* Notes the fault, and has the instruction skipped. */
PROGRAM(fixer)
{
    struct message m;
    uint32_t badge = thimble_first(&m);

    (void)argument;
    for (;;) {
        uint32_t value = 0;
        if (badge <= ROLE_LOOK) {
            volatile uint32_t *notes = (volatile uint32_t *)(NOTES_AT + badge * NOTES_SIZE);
            uint32_t offset = m.word[3] - CODE_AT;
            notes[NOTE_COUNT]++;
            notes[NOTE_KIND] = m.word[0];
            notes[NOTE_ADDRESS] = m.word[1];
            notes[NOTE_ACCESS] = m.word[2];
            notes[NOTE_PC] = m.word[3];
            value = notes[NOTE_VALUE];
            if (offset / 4U < NOTES_SIZE - NOTE_SLOTS) {
                ((volatile uint8_t *)notes)[NOTE_SLOTS + offset / 4U] = 1;
            }
        }
        m = (struct message){.tag = THIMBLE_TAG(0, 2), .word = {THIMBLE_FAULT_SKIP, value}};
        badge = thimble_reply_recv(&m);
    }
}

/* Answers with registers of its own. */
PROGRAM(echo)
{
    struct message m;
    uint32_t badge = thimble_first(&m);

    (void)argument;
    for (;;) {
        (void)badge;
        m = (struct message){.tag = THIMBLE_TAG(7, 6),
                             .word = {0xecU, 0xe1U, 0xe2U, 0xe3U, 0xe4U, 0xe5U}};
        badge = thimble_reply_recv(&m);
    }
}

/* Never rests: hypercalls of all kinds that end at once. */
PROGRAM(storm)
{
    (void)argument;
    for (uint32_t n = 0;; n++) {
        uint32_t bits;
        struct message m = {.tag = THIMBLE_TAG(n, 6)};
        (void)thimble_signal(1);
        (void)thimble_poll(1, &bits);
        (void)thimble_call(2, &m);
        (void)thimble_cap_copy(1, 4, 3, 1U + n);
        (void)thimble_cap_copy(4, 5, 1, 1U + n);
        (void)thimble_cap_revoke(1);
        (void)thimble_wait(1, thimble_time(), &bits);
        (void)thimble_yield();
    }
}

/* Every 500 us; more than 50 us late is a miss. */
PROGRAM(loop)
{
    uint32_t stats = thimble_stats();
    uint32_t bits;

    (void)argument;
    stats_start(stats);
    uint64_t next = thimble_time();
    for (;;) {
        next += THIMBLE_TICKS_PER_MS / 2U;
        (void)thimble_wait(1, next, &bits);
        uint64_t late = thimble_time() - next;
        stats_record(stats, (uint32_t)late);
        if (late > THIMBLE_TICKS_PER_MS / 20U) {
            stats_miss(stats);
        }
    }
}

/* The argument makes the patterns of two threads differ. Reports each round of 20,000
 * looks at all registers, between which it is preempted many times. */
PROGRAM(pattern)
{
    uint32_t wrong = 0;

    for (uint32_t round = 0; round < 3U; round++) {
        wrong |= pattern_keep(argument * 0x01010101U, 20000U);
        report(1000U + round, 0, wrong, 0);
    }
    (void)thimble_wait(2, THIMBLE_NEVER, &wrong);
}
