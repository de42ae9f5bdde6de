/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls that come back to the thread that made them. */
#include "mark.h"
#include "system.h"

#define SLOT_NOTE 1U
#define SLOT_PAGE 2U
#define SLOT_MEGABYTES 3U
#define SLOT_LINE 4U
#define SLOT_FREE 8U
#define SLOTS 112U
#define MAP_AT 0x40000000U

/* `call`, MARK_TIMES times, as case `number`. */
#define CASE(number, call)                              \
    do {                                                \
        call;                                           \
        mark(number);                                   \
        for (uint32_t i = 0; i < MARK_TIMES; i++) {     \
            call;                                       \
        }                                               \
        mark(MARK_REST);                                \
    } while (0)
/* Once, after what comes first. */
#define CASE_AFTER(number, first, call) \
    do {                                \
        first;                          \
        mark(number);                   \
        call;                           \
        mark(MARK_REST);                \
    } while (0)

static void copies_make(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        (void)thimble_cap_copy(SLOT_NOTE, SLOT_FREE + i, 3, 1);
    }
}

static void simple(void)
{
    uint32_t bits;

    CASE(1, (void)thimble_version(&bits));
    CASE(2, (void)thimble_poll(SLOT_NOTE, &bits));
    CASE(3, (void)thimble_yield());
    CASE(4, (void)thimble_signal(SLOT_NOTE));
    CASE_AFTER(5, (void)thimble_signal(SLOT_NOTE),
               (void)thimble_wait(SLOT_NOTE, THIMBLE_NEVER, &bits));
    CASE(6, (void)thimble_wait(SLOT_NOTE, 0, &bits));
    CASE(7, (void)thimble_window(SLOT_FREE));
    CASE(8, (void)thimble_irq_bind(SLOT_LINE, SLOT_NOTE));
    CASE(9, (void)thimble_signal(0));
}

static void capabilities(void)
{
    CASE_AFTER(10, (void)0, copies_make(16));
    CASE_AFTER(11, (void)thimble_cap_move(SLOT_FREE, SLOT_FREE + 50U),
               (void)thimble_cap_move(SLOT_FREE + 50U, SLOT_FREE));
    (void)thimble_cap_revoke(SLOT_NOTE);
    CASE_AFTER(12, copies_make(1), (void)thimble_cap_revoke(SLOT_NOTE));
    CASE_AFTER(13, copies_make(10), (void)thimble_cap_revoke(SLOT_NOTE));
    CASE_AFTER(14, copies_make(100), (void)thimble_cap_revoke(SLOT_NOTE));
    CASE_AFTER(15, copies_make(1), (void)thimble_cap_delete(SLOT_FREE));
}

static void memory(void)
{
    CASE_AFTER(20, (void)0, (void)thimble_region_map(SLOT_PAGE, MAP_AT, THIMBLE_NO_SLOT));
    CASE_AFTER(21, (void)0, (void)thimble_region_unmap(SLOT_PAGE));
    CASE_AFTER(22, (void)0, (void)thimble_region_map(SLOT_MEGABYTES, MAP_AT, THIMBLE_NO_SLOT));
    CASE_AFTER(23, (void)0, (void)thimble_region_unmap(SLOT_MEGABYTES));
    CASE_AFTER(24, (void)0,
               (void)thimble_region_map(SLOT_MEGABYTES, MAP_AT + 0x1000U, THIMBLE_NO_SLOT));
    CASE_AFTER(25, (void)0, (void)thimble_region_unmap(SLOT_MEGABYTES));
    CASE_AFTER(26, (void)0, (void)thimble_region_derive(SLOT_PAGE, SLOT_FREE, 0, 0x1000U, 1));
    CASE_AFTER(27, (void)0, (void)thimble_cap_delete(SLOT_FREE));
    CASE_AFTER(28, (void)0, (void)thimble_cache_maintain(SLOT_PAGE, 0, 64, THIMBLE_CACHE_CLEAN));
    CASE_AFTER(29, (void)0, (void)thimble_cache_maintain(SLOT_PAGE, 0, 4096, THIMBLE_CACHE_CLEAN));
    CASE_AFTER(30, (void)0, (void)thimble_cache_maintain(SLOT_PAGE, 0, 4096, THIMBLE_CACHE_UNIFY));
}

PROGRAM(caller)
{
    (void)argument;
    uint64_t start = clock_start();
    simple();
    capabilities();
    memory();
    clock_end(start);
    mark(MARK_END);
}

const struct system thimble_system = {
    .name = "calls",
    .notifications = (const struct system_notification[]){{.name = "note"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "line", .line = 40}, {0}},
    .cells = (const struct system_cell[]){
        {.name = "caller", .program = "caller", .memory = 16 * KIB, .slots = SLOTS + 8U,
         .tables = 8, .derived = 4,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
         .regions = (const struct system_region[]){
             {.name = "page", .unmapped = true, .size = 4 * KIB,
              .access = ACCESS_READ | ACCESS_WRITE},
             {.name = "megabytes", .unmapped = true, .size = 2 * MIB,
              .access = ACCESS_READ | ACCESS_WRITE}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = SLOT_NOTE, .notification = "note", .rights = 3, .badge = 1},
             {.slot = SLOT_PAGE, .region = "page", .rights = 3},
             {.slot = SLOT_MEGABYTES, .region = "megabytes", .rights = 3},
             {.slot = SLOT_LINE, .irq = "line", .rights = THIMBLE_RIGHT_HANDLE}, {0}}},
        {0},
    },
};
