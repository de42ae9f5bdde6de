/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of errors, and who goes through it. Each is made, its status is compared, and
 * a message with both goes to the journal; meanwhile the recorder compares the state
 * before and after. tests/scripts/errors.sh holds the table, and what the journal says,
 * against core/abi.h, as it does with that of tests/unit/test_core_errors.c.
 */
#include "errors.h"
#include "target_report.h"
#include "thimble.h"

#define PAGE 4096U
#define MIB 0x100000U
#define RW (THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE)
#define TAG6 THIMBLE_TAG(0, 6)
#define TAG7 THIMBLE_TAG(0, 7)
#define TAG65 THIMBLE_TAG(0, 65)
#define WITH (TAG6 | THIMBLE_TAG_CAP)

enum when {
    HERE,    /* the tester */
    SERVING, /* the server, while the tester waits for it */
    FULL     /* the tester, its quota of page tables used up */
};

/* One entry a line: errors.sh reads the first two fields. */
static const struct attempt {
    uint32_t number;
    uint32_t error;
    enum when when;
    uint32_t args[THIMBLE_REGISTERS];
} attempts[] = {
    {THIMBLE_CALL, THIMBLE_ERR_SLOT, HERE, {EMPTY, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_SLOT, HERE, {SLOTS, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_TYPE, HERE, {BELL, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_RIGHTS, HERE, {VICTIM, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_TAG, HERE, {SERVER, TAG65}},
    {THIMBLE_CALL, THIMBLE_ERR_TAG, HERE, {SERVER, 0x01000000U}},
    {THIMBLE_CALL, THIMBLE_ERR_ACTIVE, HERE, {ACTIVE, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_LEVEL, SERVING, {SERVER_WINDOW, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_DEAD, HERE, {DEAD, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_BUFFER, HERE, {SERVER, TAG7}},
    {THIMBLE_CALL, THIMBLE_ERR_SLOT, HERE, {UPPER, WITH, 0, 0, 0, 0, 0, EMPTY}},
    {THIMBLE_CALL, THIMBLE_ERR_REGIONS, HERE, {UPPER, WITH, 0, 0, 0, 0, 0, REGION}},
    {THIMBLE_CALL, THIMBLE_ERR_DEPTH, HERE, {UPPER, WITH, 0, 0, 0, 0, 0, DEEP + DEPTH - 1}},
    {THIMBLE_CALL, THIMBLE_ERR_WINDOW, HERE, {UPPER, WITH, 0, 0, 0, 0, 0, BELL}},
    {THIMBLE_REPLY_RECV, THIMBLE_ERR_ACTIVE, HERE, {0, TAG6}},
    {THIMBLE_REPLY_RECV, THIMBLE_ERR_TAG, SERVING, {0, TAG65}},
    {THIMBLE_REPLY_RECV, THIMBLE_ERR_TAG, SERVING, {0, THIMBLE_TAG_ERROR}},
    {THIMBLE_REPLY_RECV, THIMBLE_ERR_BUFFER, SERVING, {0, TAG7}},
    {THIMBLE_RECV, THIMBLE_ERR_ACTIVE, HERE, {0}},
    {THIMBLE_RECV, THIMBLE_ERR_CALLER, SERVING, {0}},
    {THIMBLE_SIGNAL, THIMBLE_ERR_SLOT, HERE, {EMPTY}},
    {THIMBLE_SIGNAL, THIMBLE_ERR_TYPE, HERE, {LINE}},
    {THIMBLE_SIGNAL, THIMBLE_ERR_RIGHTS, HERE, {HEAR}},
    {THIMBLE_WAIT, THIMBLE_ERR_PASSIVE, SERVING, {SERVER_BELL}},
    {THIMBLE_WAIT, THIMBLE_ERR_SLOT, HERE, {EMPTY}},
    {THIMBLE_WAIT, THIMBLE_ERR_TYPE, HERE, {LINE}},
    {THIMBLE_WAIT, THIMBLE_ERR_RIGHTS, HERE, {RING}},
    {THIMBLE_WAIT, THIMBLE_ERR_BUSY, HERE, {BUSY}},
    {THIMBLE_WAIT, THIMBLE_ERR_TIMEOUT, HERE, {BELL}},
    {THIMBLE_POLL, THIMBLE_ERR_SLOT, HERE, {EMPTY}},
    {THIMBLE_POLL, THIMBLE_ERR_TYPE, HERE, {LINE}},
    {THIMBLE_POLL, THIMBLE_ERR_RIGHTS, HERE, {RING}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_SLOT, HERE, {EMPTY, BELL}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_TYPE, HERE, {BELL, BELL}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_RIGHTS, HERE, {NO_LINE, BELL}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_SLOT, HERE, {LINE, EMPTY}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_TYPE, HERE, {LINE, LINE}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_RIGHTS, HERE, {LINE, HEAR}},
    {THIMBLE_IRQ_ACK, THIMBLE_ERR_SLOT, HERE, {EMPTY}},
    {THIMBLE_IRQ_ACK, THIMBLE_ERR_TYPE, HERE, {BELL}},
    {THIMBLE_IRQ_ACK, THIMBLE_ERR_RIGHTS, HERE, {NO_LINE}},
    {THIMBLE_IRQ_ACK, THIMBLE_ERR_IDLE, HERE, {LINE}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_SLOT, HERE, {EMPTY, FREE, 1, 0}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_TYPE, HERE, {REGION, FREE, 1, 0}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_RIGHTS, HERE, {RING, FREE, 3, 1}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_BADGE, HERE, {BADGED, FREE, 1, 8}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_DEPTH, HERE, {DEEP + DEPTH - 1, FREE, 1, 1}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_DEPTH, HERE, {DEEP + DEPTH - 1, BELL, 1, 1}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_TARGET, HERE, {SERVER, BELL, 1, 0}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_TARGET, HERE, {SERVER, SLOTS, 1, 0}},
    {THIMBLE_CAP_MOVE, THIMBLE_ERR_SLOT, HERE, {EMPTY, FREE}},
    {THIMBLE_CAP_MOVE, THIMBLE_ERR_TARGET, HERE, {BELL, RING}},
    {THIMBLE_CAP_REVOKE, THIMBLE_ERR_SLOT, HERE, {EMPTY}},
    {THIMBLE_CAP_DELETE, THIMBLE_ERR_SLOT, HERE, {SLOTS}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_SLOT, HERE, {EMPTY, FREE, 0, PAGE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_TYPE, HERE, {BELL, FREE, 0, PAGE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_RIGHTS, HERE, {REGION, FREE, 0, PAGE, 7}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_ALIGN, HERE, {REGION, FREE, 0, 1, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_RANGE, HERE, {REGION, FREE, 0, 3 * PAGE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_DEPTH, HERE, {DEEP_REGION + DEPTH - 1, FREE, 0, PAGE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_DEPTH, HERE, {DEEP_REGION + DEPTH - 1, BELL, 0, PAGE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_TARGET, HERE, {REGION, BELL, 0, PAGE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_REGIONS, HERE, {REGION, FREE, 0, PAGE, RW}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_SLOT, HERE, {EMPTY, AT, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_TYPE, HERE, {BELL, AT, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_SLOT, HERE, {REGION, AT, EMPTY}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_TYPE, HERE, {REGION, AT, BELL}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_RIGHTS, HERE, {REGION, AT, MANAGED}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_ALIGN, HERE, {REGION, AT + 1, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_RANGE, HERE, {REGION, 0U - PAGE, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_MAPPED, HERE, {MAPPED, AT + MIB, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_QUOTA, FULL, {REGION, 0xc0000000U, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_OVERLAP, HERE, {REGION, AT, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_UNMAP, THIMBLE_ERR_SLOT, HERE, {EMPTY}},
    {THIMBLE_REGION_UNMAP, THIMBLE_ERR_TYPE, HERE, {BELL}},
    {THIMBLE_REGION_UNMAP, THIMBLE_ERR_UNMAPPED, HERE, {REGION}},
    {THIMBLE_WINDOW, THIMBLE_ERR_SLOT, HERE, {SLOTS}},
    {THIMBLE_THREAD_STOP, THIMBLE_ERR_SLOT, HERE, {EMPTY}},
    {THIMBLE_THREAD_STOP, THIMBLE_ERR_TYPE, HERE, {OWN}},
    {THIMBLE_THREAD_STOP, THIMBLE_ERR_RIGHTS, HERE, {SERVER}},
    {THIMBLE_CELL_RESTART, THIMBLE_ERR_SLOT, HERE, {EMPTY}},
    {THIMBLE_CELL_RESTART, THIMBLE_ERR_TYPE, HERE, {BELL}},
    {THIMBLE_CELL_RESTART, THIMBLE_ERR_RIGHTS, HERE, {CELL}},
    {THIMBLE_CELL_RESTART, THIMBLE_ERR_SELF, HERE, {OWN}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_SLOT, HERE, {EMPTY, 0, 64, THIMBLE_CACHE_CLEAN}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_TYPE, HERE, {BELL, 0, 64, THIMBLE_CACHE_CLEAN}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_OPERATION, HERE, {REGION, 0, 64, 5}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_RIGHTS, HERE, {ROM, 0, 64, THIMBLE_CACHE_INVALIDATE}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_RANGE, HERE, {REGION, 64, 2 * PAGE, THIMBLE_CACHE_CLEAN}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_ALIGN, HERE, {REGION, 0, 65, THIMBLE_CACHE_INVALIDATE}},
    /* Not hypercalls at all. */
    {25, THIMBLE_ERR_HYPERCALL, HERE, {SERVER, TAG6}},
    {200, THIMBLE_ERR_HYPERCALL, HERE, {SERVER, TAG6}},
    {255, THIMBLE_ERR_HYPERCALL, HERE, {SERVER, TAG6}},
};
_Static_assert(THIMBLE_HYPERCALLS == 25U, "the first number that is none");
#define ATTEMPTS (sizeof(attempts) / sizeof(attempts[0]))

/* THIMBLE_OK: it was not refused. */
static uint32_t attempt(const struct attempt *a)
{
    uint32_t r[THIMBLE_REGISTERS];

    for (uint32_t i = 0; i < THIMBLE_REGISTERS; i++) {
        r[i] = a->args[i];
    }
    thimble_trap_any(a->number, r);
    if (a->number == THIMBLE_RECV || a->number == THIMBLE_REPLY_RECV) {
        return r[1] == THIMBLE_TAG_ERROR ? r[0] : THIMBLE_OK;
    }
    return r[0];
}

/* ---- the tester --------------------------------------------------------------------*/

/* What has to succeed: line 1. */
static void succeed(uint32_t number, uint32_t status)
{
    report(1, number, status, THIMBLE_OK);
}

static void prepare(void)
{
    /* A capability to one above it: the description's checker allows it no other way. */
    struct message m = {.tag = WITH, .word = {ATTEMPTS, 0, 0, 0, 0, UPPER}};

    target_trap(TARGET_RIGHTS, ACTIVE, THIMBLE_RIGHT_CALL, 0);
    target_trap(TARGET_RIGHTS, NO_LINE, 0, 0);
    target_trap(TARGET_RIGHTS, OWN, THIMBLE_RIGHT_CONTROL, 0);
    for (uint32_t i = 0; i < DEPTH; i++) {
        succeed(1,
                thimble_cap_copy(i == 0 ? RING : DEEP + i - 1U, DEEP + i, THIMBLE_RIGHT_SIGNAL, 1));
        succeed(2, thimble_region_derive(i == 0 ? MAPPED : DEEP_REGION + i - 1U, DEEP_REGION + i, 0,
                                         PAGE, RW));
    }
    succeed(3, thimble_thread_stop(KILL));
    /* It opens its window first. */
    struct message open = {.tag = THIMBLE_TAG(0, 1), .word = {ATTEMPTS}};
    succeed(4, thimble_call(SERVER, &open));
    succeed(5, thimble_call(SERVER, &m));
}

/* A page in each of two other GiB takes two tables each. */
static void fill(void)
{
    succeed(6, thimble_region_map(DEEP_REGION, 0x40000000U, THIMBLE_NO_SLOT));
    succeed(7, thimble_region_map(DEEP_REGION + 1U, 0x80000000U, THIMBLE_NO_SLOT));
}

static void empty(void)
{
    succeed(8, thimble_region_unmap(DEEP_REGION));
    succeed(9, thimble_region_unmap(DEEP_REGION + 1U));
}

static uint32_t attempt_served(uint32_t index)
{
    struct message m = {.tag = THIMBLE_TAG(0, 1), .word = {index}};

    succeed(10, thimble_call(SERVER, &m));
    return m.tag == THIMBLE_TAG(1, 1) ? m.word[0] : THIMBLE_OK;
}

PROGRAM(tester)
{
    (void)argument;
    prepare();
    target_trap(TARGET_WATCH, 0, 0, 0);
    for (uint32_t i = 0; i < ATTEMPTS; i++) {
        const struct attempt *a = &attempts[i];
        uint32_t status;
        if (a->when == SERVING) {
            status = attempt_served(i);
        } else if (a->when == FULL) {
            fill();
            status = attempt(a);
            empty();
        } else {
            status = attempt(a);
        }
        struct message m = {.tag = THIMBLE_TAG(a->number << 8 | status, 4),
                            .word = {i, a->number, status, a->error}};
        succeed(11, thimble_call(JOURNAL, &m));
    }
    /* Nothing of all this was a signal. */
    uint32_t bits;
    succeed(12, thimble_poll(BELL, &bits));
    report(2, 0, bits, 0);
    end();
    for (;;) {
    }
}

/* ---- the others --------------------------------------------------------------------*/

/* Word 0: which of the table; behind its end: a window is to be opened. */
PROGRAM(server)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        uint32_t status = m.word[0] < ATTEMPTS ? attempt(&attempts[m.word[0]])
                                               : thimble_window(SERVER_WINDOW);
        m = (struct message){.tag = THIMBLE_TAG(1, 1), .word = {status}};
        (void)thimble_reply_recv(&m);
    }
}

/* Messages are which of the table, hypercall, status, and what it should be. */
PROGRAM(journal)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        report(10U + m.word[0], m.word[1], m.word[2], m.word[3]);
        m = (struct message){.tag = 0};
        (void)thimble_reply_recv(&m);
    }
}

PROGRAM(echo)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        (void)thimble_reply_recv(&m);
    }
}

PROGRAM(waiter)
{
    uint32_t bits;

    (void)argument;
    for (;;) {
        (void)thimble_wait(1, THIMBLE_NEVER, &bits);
    }
}
