/* SPDX-License-Identifier: BSD-2-Clause */
/* A hostile cell that tries everything, beside a control loop, an auditor and
 * their server, which must not notice. The hostile cell has a thread above the
 * control loop (of limited budget), one that never rests, and one that is
 * called; a handler answers its faults, and a warden restarts it. In the table,
 * nobody may have missed a deadline. */
#include "system.h"

#include "isolation.h"

#define RW (ACCESS_READ | ACCESS_WRITE)
#define RIGHTS_ALL 0x3U

#define VICTIM_MEMORY                                                                         \
    (const struct system_region[])                                                            \
    {                                                                                         \
        {.name = "memory", .at = {VICTIM_MEMORY_AT}, .size = VICTIM_MEMORY_SIZE, .access = RW}, \
        {                                                                                     \
            0                                                                                 \
        }                                                                                     \
    }

static const struct system_thread hostile_threads[] = {
    {.name = "low", .priority = 20, .argument = 1, .buffer = true,
     .fault_handler = HOSTILE_SLOT_HANDLER, .health = HOSTILE_SLOT_HEALTH},
    {.name = "high", .priority = 220, .budget_us = 20, .period_us = 1000, .argument = 2,
     .buffer = true, .fault_handler = HOSTILE_SLOT_HANDLER, .health = HOSTILE_SLOT_HEALTH},
    {.name = "passive", .passive = true, .level = 2, .buffer = true,
     .fault_handler = HOSTILE_SLOT_HANDLER, .health = HOSTILE_SLOT_HEALTH},
    {0},
};

static const struct system_cap hostile_caps[] = {
    {.slot = HOSTILE_SLOT_SERVER, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL,
     .badge = SERVER_HOSTILE},
    {.slot = HOSTILE_SLOT_BELL, .notification = "bell", .rights = THIMBLE_RIGHT_SIGNAL,
     .badge = 0xffffffffU},
    {.slot = HOSTILE_SLOT_OWN, .notification = "own", .rights = RIGHTS_ALL, .badge = 5},
    {.slot = HOSTILE_SLOT_HANDLER, .thread = "handler.main", .rights = THIMBLE_RIGHT_CALL},
    {.slot = HOSTILE_SLOT_HEALTH, .notification = "health", .rights = THIMBLE_RIGHT_SIGNAL,
     .badge = 1},
    {.slot = HOSTILE_SLOT_HEAP, .region = "heap", .rights = RW},
    {.slot = HOSTILE_SLOT_PAD, .region = "pad", .rights = RW | ACCESS_EXECUTE},
    {.slot = HOSTILE_SLOT_CELL, .cell = "hostile", .rights = THIMBLE_RIGHT_MAP},
    {.slot = HOSTILE_SLOT_IRQ, .irq = "spare", .rights = THIMBLE_RIGHT_HANDLE},
    {.slot = HOSTILE_SLOT_LOW, .thread = "hostile.low", .rights = THIMBLE_RIGHT_CONTROL},
    {.slot = HOSTILE_SLOT_HIGH, .thread = "hostile.high", .rights = THIMBLE_RIGHT_CONTROL},
    {.slot = HOSTILE_SLOT_PASSIVE, .thread = "hostile.passive", .rights = RIGHTS_ALL},
    {0},
};

static const struct system_cell cells[] = {
    {
        .name = "loop", .program = "loop", .memory = 64 * KIB, .stats = true,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 200, .budget_us = LOOP_BUDGET_US,
             .period_us = LOOP_PERIOD_US, .deadline_us = LOOP_PERIOD_US},
            {0},
        },
        .caps = (const struct system_cap[]){
            {.slot = VICTIM_SLOT_SERVER, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL,
             .badge = SERVER_LOOP},
            {.slot = VICTIM_SLOT_TICK, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT},
            {.slot = VICTIM_SLOT_BELL, .notification = "bell", .rights = THIMBLE_RIGHT_WAIT},
            {0},
        },
        .regions = VICTIM_MEMORY,
    },
    {
        .name = "audit", .program = "audit", .memory = 64 * KIB, .stats = true,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 20, .budget_us = 1000, .period_us = 4000}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = VICTIM_SLOT_SERVER, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL,
             .badge = SERVER_AUDIT},
            {0},
        },
        .regions = VICTIM_MEMORY,
    },
    {
        .name = "server", .program = "server", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .passive = true, .level = 1, .service_us = 10}, {0}},
    },
    {
        .name = "handler", .program = "handler", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .passive = true, .level = 0}, {0}},
    },
    {
        .name = "warden", .program = "warden", .memory = 64 * KIB, .stats = true,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 240, .budget_us = 50, .period_us = 1000},
            {0}},
        .caps = (const struct system_cap[]){
            {.slot = WARDEN_SLOT_HEALTH, .notification = "health", .rights = THIMBLE_RIGHT_WAIT},
            {.slot = WARDEN_SLOT_HOSTILE, .cell = "hostile", .rights = THIMBLE_RIGHT_CONTROL},
            {0},
        },
    },
    {
        .name = "hostile", .program = "hostile", .memory = 64 * KIB, .stats = true,
        .slots = HOSTILE_SLOTS, .tables = 10, .derived = 40,
        .threads = hostile_threads, .caps = hostile_caps,
        .regions = (const struct system_region[]){
            {.name = "pad", .at = {HOSTILE_PAD_AT}, .size = HOSTILE_PAD_SIZE,
             .access = RW | ACCESS_EXECUTE},
            {.name = "heap", .unmapped = true, .size = HOSTILE_HEAP_SIZE, .access = RW},
            {0},
        },
    },
    {0},
};

const struct system thimble_system = {
    .name = "isolation",
    .notifications = (const struct system_notification[]){
        {.name = "tick"}, {.name = "bell"}, {.name = "own"}, {.name = "health"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "spare", .line = 40}, {0}},
    .cells = cells,
};
