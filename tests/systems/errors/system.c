/* SPDX-License-Identifier: BSD-2-Clause */
/* Every error of every hypercall, provoked from outside, by a tester itself and by a
 * server on its behalf. The same programs run on boards and in the simulator. */
#include "errors.h"
#include "system.h"

#define RW (ACCESS_READ | ACCESS_WRITE)
#define PASSIVE(cell, what, its_level)                                       \
    .name = cell, .program = what, .memory = 64 * KIB,                       \
    .threads = (const struct system_thread[]){                               \
        {.name = "main", .passive = true, .level = its_level}, {0}}

static const struct system_cap tester_caps[] = {
    {.slot = SERVER, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL},
    {.slot = BADGED, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL, .badge = 9},
    {.slot = UPPER, .thread = "upper.main", .rights = THIMBLE_RIGHT_CALL},
    {.slot = DEAD, .thread = "doomed.main", .rights = THIMBLE_RIGHT_CALL},
    {.slot = KILL, .thread = "doomed.main", .rights = THIMBLE_RIGHT_CONTROL},
    {.slot = JOURNAL, .thread = "journal.main", .rights = THIMBLE_RIGHT_CALL},
    {.slot = ACTIVE, .thread = "waiter.main", .rights = THIMBLE_RIGHT_CONTROL},
    {.slot = VICTIM, .thread = "waiter.main", .rights = THIMBLE_RIGHT_CONTROL},
    {.slot = BELL, .notification = "bell", .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT,
     .badge = 1},
    {.slot = RING, .notification = "bell", .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1},
    {.slot = HEAR, .notification = "bell", .rights = THIMBLE_RIGHT_WAIT},
    {.slot = BUSY, .notification = "busy", .rights = THIMBLE_RIGHT_WAIT},
    {.slot = LINE, .irq = "spare", .rights = THIMBLE_RIGHT_HANDLE},
    {.slot = NO_LINE, .irq = "spare", .rights = THIMBLE_RIGHT_HANDLE},
    {.slot = REGION, .region = "region", .rights = RW},
    {.slot = MAPPED, .region = "mapped", .rights = RW},
    {.slot = ROM, .region = "rom", .rights = ACCESS_READ},
    {.slot = CELL, .cell = "waiter", .rights = THIMBLE_RIGHT_MAP},
    {.slot = MANAGED, .cell = "waiter", .rights = THIMBLE_RIGHT_CONTROL},
    {.slot = OWN, .cell = "tester", .rights = THIMBLE_RIGHT_MAP},
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "tester", .program = "tester", .memory = 64 * KIB,
        .slots = SLOTS, .derived = DEPTH, .caps = tester_caps,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 10, .buffer = true}, {0}},
        .regions = (const struct system_region[]){
            {.name = "region", .unmapped = true, .size = 8 * KIB, .access = RW},
            {.name = "mapped", .at = {AT}, .size = 4 * KIB, .access = RW},
            {.name = "rom", .at = {ROM_AT}, .size = 4 * KIB, .access = ACCESS_READ},
            {0}},
    },
    {
        PASSIVE("server", "server", 3), .slots = SERVER_WINDOW + 1,
        .caps = (const struct system_cap[]){
            {.slot = SERVER_BELL, .notification = "bell", .rights = THIMBLE_RIGHT_WAIT}, {0}},
    },
    {PASSIVE("upper", "echo", 5)},
    {PASSIVE("doomed", "echo", 2)},
    {PASSIVE("journal", "journal", 0)},
    {
        .name = "waiter", .program = "waiter", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){{.name = "main", .priority = 20}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = 1, .notification = "busy", .rights = THIMBLE_RIGHT_WAIT}, {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "errors",
    .notifications = (const struct system_notification[]){
        {.name = "bell", .shared = true}, {.name = "busy", .shared = true}, {0}},
    .irqs = (const struct system_irq[]){{.name = "spare", .line = 40}, {0}},
    .cells = cells,
};
