/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two cells that make long random sequences of hypercalls, accesses and faults, mostly
 * plausible, often hostile; a keeper that lends them what they have lost and answers their
 * faults; a warden that restarts them. Nothing here says what must come of it: that is said by
 * kernel_check() in the test image, and by the longest stretch with interrupts masked.
 */
#include "system.h"

#include "soak.h"

#define RW (ACCESS_READ | ACCESS_WRITE)
#define BOTH 0x3U
#define THREAD(title, number, urgency, slice, each)                                              \
    {.name = title, .priority = urgency, .budget_us = slice, .period_us = each,                  \
     .argument = number, .buffer = (number) != STORM_MIDDLE, .fault_handler = STORM_SLOT_FIXER,  \
     .health = STORM_SLOT_HEALTH}

static const struct system_thread storm_threads[] = {
    THREAD("low", STORM_LOW, 20, 0, 0),
    THREAD("middle", STORM_MIDDLE, 100, 500, 2000),
    THREAD("high", STORM_HIGH, 220, 100, 1000),
    {.name = "upper", .passive = true, .level = 3, .buffer = true,
     .fault_handler = STORM_SLOT_FIXER, .health = STORM_SLOT_HEALTH},
    {.name = "lower", .passive = true, .level = 2, .buffer = true,
     .fault_handler = STORM_SLOT_FIXER, .health = STORM_SLOT_HEALTH},
    {0},
};

#define STORM_REGIONS                                                                            \
    {.name = "notes", .at = {NOTES_AT}, .size = NOTES_SIZE, .access = RW},                       \
        {.name = "heap", .unmapped = true, .size = HEAP_SIZE, .access = RW},                     \
        {.name = "pad", .unmapped = true, .size = PAD_SIZE, .access = RW, .shared = "pad"}
#define STORM(cell_name, other_name, number, ...)                                                \
    {                                                                                            \
        .name = cell_name, .program = "storm", .memory = 64 * KIB, .slots = STORM_SLOTS,         \
        .tables = 20, .derived = 24, .threads = storm_threads,                                   \
        .caps = (const struct system_cap[]){                                                     \
            {.slot = STORM_SLOT_LENDER, .thread = "keeper.lender",                               \
             .rights = THIMBLE_RIGHT_CALL, .badge = number},                                     \
            {.slot = STORM_SLOT_FIXER, .thread = "keeper.fixer",                                 \
             .rights = THIMBLE_RIGHT_CALL, .badge = number},                                     \
            {.slot = STORM_SLOT_HEALTH, .notification = "health",                                \
             .rights = THIMBLE_RIGHT_SIGNAL, .badge = number},                                   \
            {.slot = STORM_SLOT_BELL, .notification = "bell-" cell_name, .rights = BOTH,          \
             .badge = 6},        \
            {.slot = STORM_SLOT_GONG, .notification = "gong", .rights = BOTH,                    \
             .badge = 0x80000000U},                                                              \
            {.slot = STORM_SLOT_HEAP, .region = "heap", .rights = RW},                           \
            {.slot = STORM_SLOT_PAD, .region = "pad", .rights = RW},                             \
            {.slot = STORM_SLOT_OWN, .cell = cell_name, .rights = THIMBLE_RIGHT_MAP},            \
            {.slot = STORM_SLOT_OTHER, .cell = other_name, .rights = BOTH},                      \
            {.slot = STORM_SLOT_HIGH, .thread = cell_name ".high",                               \
             .rights = THIMBLE_RIGHT_CONTROL},                                                   \
            {.slot = STORM_SLOT_UPPER, .thread = cell_name ".upper", .rights = BOTH,             \
             .badge = STORM_UPPER},                                                              \
            {.slot = STORM_SLOT_LOWER, .thread = cell_name ".lower", .rights = BOTH,             \
             .badge = STORM_LOWER},                                                              \
            {.slot = STORM_SLOT_OTHERS, .thread = other_name ".lower",                           \
             .rights = THIMBLE_RIGHT_CALL, .badge = STORM_LOWER},                                \
            {0}},                                                                                \
        .regions = (const struct system_region[]){STORM_REGIONS, __VA_ARGS__},                   \
    }

#define LENT(type, which, ...) {.slot = LENT_SLOT(type, which), __VA_ARGS__}

static const struct system_cell cells[] = {
    STORM("one", "two", 1,
          {.name = "uart", .at = {UART_AT}, .access = RW, .memory = MEMORY_DEVICE,
           .device = "uart0"}, {0}),
    STORM("two", "one", 2, {0}),
    {
        .name = "keeper", .program = "keeper", .memory = 64 * KIB, .slots = LENT_SLOTS,
        .tables = 16,
        .threads = (const struct system_thread[]){
            {.name = "lender", .passive = true, .level = 1},
            {.name = "fixer", .passive = true, .level = 0},
            /* Never called: only who could call them may hold capabilities to threads. */
            {.name = "attic", .passive = true, .level = 7},
            {0}},
        .caps = (const struct system_cap[]){
            LENT(THIMBLE_CAP_THREAD, 0, .thread = "keeper.fixer", .rights = BOTH),
            LENT(THIMBLE_CAP_THREAD, 1, .thread = "one.upper", .rights = BOTH,
                 .badge = STORM_UPPER),
            LENT(THIMBLE_CAP_THREAD, 2, .thread = "two.lower", .rights = BOTH,
                 .badge = STORM_LOWER),
            LENT(THIMBLE_CAP_NOTIFICATION, 0, .notification = "gong", .rights = BOTH, .badge = 3),
            LENT(THIMBLE_CAP_NOTIFICATION, 1, .notification = "bell-one", .rights = BOTH,
                 .badge = 1),
            LENT(THIMBLE_CAP_NOTIFICATION, 2, .notification = "bell-two", .rights = BOTH,
                 .badge = 0x80000000U),
            LENT(THIMBLE_CAP_IRQ, 0, .irq = "uart0", .rights = THIMBLE_RIGHT_HANDLE),
            LENT(THIMBLE_CAP_REGION, 0, .region = "chest", .rights = RW),
            LENT(THIMBLE_CAP_REGION, 1, .region = "box", .rights = RW),
            LENT(THIMBLE_CAP_CELL, 0, .cell = "two", .rights = BOTH),
            LENT(THIMBLE_CAP_CELL, 1, .cell = "one", .rights = BOTH),
            LENT(THIMBLE_CAP_CELL, 2, .cell = "keeper", .rights = THIMBLE_RIGHT_MAP),
            {0}},
        .regions = (const struct system_region[]){
            {.name = "chest", .unmapped = true, .size = CHEST_SIZE, .access = RW},
            {.name = "box", .unmapped = true, .size = PAD_SIZE, .access = RW}, {0}},
    },
    {
        .name = "warden", .program = "warden", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){{.name = "main", .priority = 240}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = WARDEN_SLOT_HEALTH, .notification = "health", .rights = THIMBLE_RIGHT_WAIT},
            {.slot = WARDEN_SLOT_CELLS, .cell = "one", .rights = THIMBLE_RIGHT_CONTROL},
            {.slot = WARDEN_SLOT_CELLS + 1U, .cell = "two", .rights = THIMBLE_RIGHT_CONTROL},
            {.slot = WARDEN_SLOT_CELLS + 2U, .cell = "keeper", .rights = THIMBLE_RIGHT_CONTROL},
            {.slot = WARDEN_SLOT_ATTIC, .thread = "keeper.attic", .rights = THIMBLE_RIGHT_CALL},
            {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "soak",
    .notifications = (const struct system_notification[]){
        {.name = "bell-one", .shared = true}, {.name = "bell-two", .shared = true},
        {.name = "gong", .shared = true}, {.name = "health"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart0", .device = "uart0"}, {0}},
    .cells = cells,
};
