/* SPDX-License-Identifier: BSD-2-Clause */
/* Many objects of each kind: what masks interrupts must not take longer for it. */
#include "mark.h"
#include "system.h"
#include "time.h"

#define SLOT_NOTE 1U
#define SLOT_HEAP 2U
#define SLOT_CELLS 3U
#define CELLS 24U
#define SLOT_FREE 32U
#define COPIES 900U
#define MAP_AT 0x40001000U

PROGRAM(boss)
{
    (void)argument;
    uint64_t start = clock_start();
    for (uint32_t i = 0; i < COPIES; i++) {
        (void)thimble_cap_copy(i % 4U == 0 ? SLOT_NOTE : SLOT_FREE + i - 1U, SLOT_FREE + i, 3, 1);
    }
    (void)thimble_cap_revoke(SLOT_NOTE);
    for (uint32_t i = 0; i < CELLS; i++) {
        (void)thimble_cell_restart(SLOT_CELLS + i);
        (void)thimble_region_map(SLOT_HEAP, MAP_AT, SLOT_CELLS + i);
        (void)thimble_cap_copy(SLOT_NOTE, SLOT_FREE, 3, 1);
        (void)thimble_cap_delete(SLOT_FREE);
        (void)thimble_region_unmap(SLOT_HEAP);
    }
    clock_end(start);
    mark(MARK_END);
}

/* All with deadlines, so that the heap is deep. */
PROGRAM(sleeper)
{
    for (;;) {
        uint32_t bits;
        uint64_t now = thimble_time();
        (void)thimble_wait(argument, now + 20000U + argument * 50U, &bits);
    }
}

#define THREAD(n) {.name = "t" #n, .priority = 200 + n, .argument = n}
#define SLEEPER(n)                                                                       \
    {.name = "sleeper" #n, .program = "sleeper", .memory = 64 * KIB, .tables = 8,        \
     .threads = (const struct system_thread[]){THREAD(1), THREAD(2), THREAD(3), {0}},    \
     .caps = (const struct system_cap[]){                                                \
         {.slot = 1, .notification = "first" #n, .rights = THIMBLE_RIGHT_WAIT},          \
         {.slot = 2, .notification = "second" #n, .rights = THIMBLE_RIGHT_WAIT},         \
         {.slot = 3, .notification = "third" #n, .rights = THIMBLE_RIGHT_WAIT}, {0}}}
#define CONTROL(n) \
    {.slot = SLOT_CELLS + (n), .cell = "sleeper" #n,           \
     .rights = THIMBLE_RIGHT_CONTROL | THIMBLE_RIGHT_MAP}
#define QUIET(n) {.name = "first" #n}, {.name = "second" #n}, {.name = "third" #n}
#define EACH(what)                                                                          \
    what(0), what(1), what(2), what(3), what(4), what(5), what(6), what(7), what(8),        \
        what(9), what(10), what(11), what(12), what(13), what(14), what(15), what(16),      \
        what(17), what(18), what(19), what(20), what(21), what(22), what(23)

const struct system thimble_system = {
    .name = "crowd",
    .notifications = (const struct system_notification[]){{.name = "note"}, EACH(QUIET), {0}},
    .cells = (const struct system_cell[]){
        {.name = "boss", .program = "boss", .memory = 16 * KIB, .slots = SLOT_FREE + COPIES + 8U,
         .tables = 8,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
         .regions = (const struct system_region[]){
             {.name = "heap", .unmapped = true, .size = 512 * KIB,
              .access = ACCESS_READ | ACCESS_WRITE},
             {0}},
         .caps = (const struct system_cap[]){
             {.slot = SLOT_NOTE, .notification = "note", .rights = 3, .badge = 1},
             {.slot = SLOT_HEAP, .region = "heap", .rights = 3}, EACH(CONTROL), {0}}},
        EACH(SLEEPER),
        {0},
    },
};
