/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One system in two sizes, with COUNT objects of each kind: threads that wait with
 * deadlines, each for a notification of its own, capabilities, regions, mappings. It makes
 * every hypercall. How long interrupts are masked must not depend on COUNT.
 */
#include "memory.h"
#include "self.h"
#include "system.h"
#include "thimble.h"
#include "time.h"

#define SLOT_NOTE 1U
#define SLOT_HEAP 2U
#define SLOT_CROWD 3U
#define SLOT_VICTIM 4U
#define SLOT_SERVER 5U
#define SLOT_LINE 6U
#define SLOT_SLEEPER 7U /* to stop it */
#define SLOT_BELLS 8U   /* one for each sleeper */
#define SLOT_FREE (SLOT_BELLS + COUNT)
#define SLOTS (SLOT_FREE + COUNT + 4U)
#define DEPTH 14U
#define PAGE 0x1000U
#define HEAP_SIZE 0x400000U
#define MAP_AT 0x40000000U
#define RW (ACCESS_READ | ACCESS_WRITE)

/* EACH(what) is what(n) for COUNT numbers n, from COUNT on. */
#define TEN(what, n) \
    what(n##0), what(n##1), what(n##2), what(n##3), what(n##4), what(n##5), what(n##6),  \
        what(n##7), what(n##8), what(n##9)
#define HUNDRED(what, n) \
    TEN(what, n##0), TEN(what, n##1), TEN(what, n##2), TEN(what, n##3), TEN(what, n##4), \
        TEN(what, n##5), TEN(what, n##6), TEN(what, n##7), TEN(what, n##8), TEN(what, n##9)
#define THOUSAND(what, n) \
    HUNDRED(what, n##0), HUNDRED(what, n##1), HUNDRED(what, n##2), HUNDRED(what, n##3),  \
        HUNDRED(what, n##4), HUNDRED(what, n##5), HUNDRED(what, n##6),                   \
        HUNDRED(what, n##7), HUNDRED(what, n##8), HUNDRED(what, n##9)

/* Capabilities, derived one from the other, or all from one. */
static void capabilities(void)
{
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t from = i % (DEPTH + 1U) == 0 ? SLOT_NOTE : SLOT_FREE + i - 1U;
        (void)thimble_cap_copy(from, SLOT_FREE + i, 3, 1);
    }
    (void)thimble_cap_delete(SLOT_FREE + COUNT / 2U);
    (void)thimble_cap_move(SLOT_FREE + COUNT / 2U - 1U, SLOT_FREE + COUNT / 2U);
    (void)thimble_cap_revoke(SLOT_NOTE);
    for (uint32_t i = 0; i < COUNT; i++) {
        (void)thimble_cap_copy(SLOT_NOTE, SLOT_FREE + i, 3, 1);
    }
    (void)thimble_cap_revoke(SLOT_NOTE);
}

static void memory(void)
{
    for (uint32_t i = 0; i < COUNT; i++) {
        (void)thimble_region_derive(SLOT_HEAP, SLOT_FREE + i, i % 1024U * PAGE, PAGE, 3);
        (void)thimble_region_map(SLOT_FREE + i, MAP_AT + i * PAGE, THIMBLE_NO_SLOT);
        thimble_write32(MAP_AT + i * PAGE, i);
        (void)thimble_cache_maintain(SLOT_FREE + i, 0, PAGE, 1U << i % 3U);
    }
    for (uint32_t i = 0; i < COUNT; i += 2U) {
        (void)thimble_region_unmap(SLOT_FREE + i);
    }
    (void)thimble_cap_delete(SLOT_FREE);
    (void)thimble_cap_revoke(SLOT_HEAP);
    (void)thimble_region_map(SLOT_HEAP, MAP_AT, SLOT_CROWD);
    (void)thimble_region_unmap(SLOT_HEAP);
    (void)thimble_region_map(SLOT_HEAP, MAP_AT + PAGE, SLOT_CROWD);
    (void)thimble_region_unmap(SLOT_HEAP);
    (void)thimble_cache_maintain(SLOT_HEAP, 4, HEAP_SIZE - 4U, THIMBLE_CACHE_UNIFY);
}

/* A capability comes with each answer. */
static void messages(void)
{
    for (uint32_t i = 0; i < 4U; i++) {
        struct message m = {.tag = THIMBLE_TAG(1, 64), .word = {[5] = SLOT_NOTE}};
        m.tag |= i == 0 ? 0 : THIMBLE_TAG_CAP; /* it has no window before */
        (void)thimble_window(SLOT_FREE);
        (void)thimble_call(SLOT_SERVER, &m);
        (void)thimble_cap_delete(SLOT_FREE);
    }
}

static void signals(void)
{
    uint32_t bits;

    for (uint32_t i = 0; i < COUNT; i++) {
        (void)thimble_signal(SLOT_BELLS + i);
        (void)thimble_version(&bits);
    }
    for (uint32_t i = 0; i < 4U; i++) {
        uint64_t deadline = thimble_time() + 1000U * i;
        (void)thimble_wait(SLOT_NOTE, deadline, &bits);
        (void)thimble_signal(SLOT_NOTE);
        (void)thimble_poll(SLOT_NOTE, &bits);
        (void)thimble_irq_bind(SLOT_LINE, SLOT_NOTE);
        (void)thimble_irq_ack(SLOT_LINE);
        (void)thimble_yield();
    }
}

static void lives(void)
{
    (void)thimble_thread_stop(SLOT_SLEEPER);
    (void)thimble_cell_restart(SLOT_CROWD);
    (void)thimble_cell_restart(SLOT_VICTIM);
}

PROGRAM(boss)
{
    (void)argument;
    for (;;) {
        signals();
        messages();
        capabilities();
        memory();
        lives();
    }
}

/* Most of the time in the heap of deadlines, early and late ones by turns. */
PROGRAM(sleeper)
{
    for (uint32_t round = argument;; round++) {
        uint32_t bits;
        uint64_t now = thimble_time();
        uint32_t least = 1000U * COUNT;
        uint32_t more = round * 7919U % 500U * COUNT;
        (void)thimble_wait(argument - COUNT + 1U, now + least + more, &bits);
    }
}

/* Takes the capability and gives it back. */
PROGRAM(server)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    (void)thimble_recv(&m);
    for (;;) {
        m = (struct message){.tag = THIMBLE_TAG(1, 64) | THIMBLE_TAG_CAP, .word = {[5] = 1}};
        (void)thimble_reply_recv(&m);
        (void)thimble_cap_delete(2);
        (void)thimble_window(2);
    }
}

/* Faults, and is stopped. */
PROGRAM(victim)
{
    thimble_write32(0, argument);
}

#define THREAD(n) {.name = "t" #n, .priority = 100 + n % 100, .argument = n}
#define BELL(n) {.name = "n" #n}
#define WAITS(n) {.slot = n - COUNT + 1U, .notification = "n" #n, .rights = THIMBLE_RIGHT_WAIT}
#define RINGS(n)                                                                              \
    {.slot = SLOT_BELLS + n - COUNT, .notification = "n" #n, .rights = THIMBLE_RIGHT_SIGNAL, \
     .badge = 1}

const struct system thimble_system = {
    .name = "sizes",
    .notifications = (const struct system_notification[]){
        {.name = "note"}, {.name = "lent", .shared = true}, EACH(BELL), {0}},
    .irqs = (const struct system_irq[]){{.name = "line", .device = "uart0"}, {0}},
    .cells = (const struct system_cell[]){
        {.name = "boss", .program = "boss", .memory = 64 * KIB, .slots = SLOTS, .tables = 12,
         .derived = COUNT,
         .threads = (const struct system_thread[]){
             {.name = "main", .priority = 10, .buffer = true}, {0}},
         .regions = (const struct system_region[]){
             {.name = "heap", .unmapped = true, .size = HEAP_SIZE, .access = RW}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = SLOT_NOTE, .notification = "note", .rights = 3, .badge = 1},
             {.slot = SLOT_HEAP, .region = "heap", .rights = RW},
             {.slot = SLOT_CROWD, .cell = "crowd", .rights = 3},
             {.slot = SLOT_VICTIM, .cell = "victim", .rights = THIMBLE_RIGHT_CONTROL},
             {.slot = SLOT_SERVER, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL},
             {.slot = SLOT_LINE, .irq = "line", .rights = THIMBLE_RIGHT_HANDLE},
             {.slot = SLOT_SLEEPER, .thread = "crowd.main", .rights = THIMBLE_RIGHT_CONTROL},
             EACH(RINGS), {0}}},
        {.name = "crowd", .program = "sleeper", .memory = 8 * MIB, .tables = 12,
         .slots = COUNT + 2U,
         .threads = (const struct system_thread[]){
             EACH(THREAD), {.name = "main", .priority = 99, .argument = 2U * COUNT}, {0}},
         .caps = (const struct system_cap[]){
             EACH(WAITS),
             {.slot = COUNT + 1U, .notification = "lent", .rights = THIMBLE_RIGHT_WAIT}, {0}}},
        {.name = "server", .program = "server", .memory = 64 * KIB, .slots = 4,
         .threads = (const struct system_thread[]){
             {.name = "main", .passive = true, .level = 1, .buffer = true}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .notification = "lent", .rights = 3, .badge = 1}, {0}}},
        {.name = "victim", .program = "victim", .memory = 64 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 50}, {0}}},
        {0},
    },
};
