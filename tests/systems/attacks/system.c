/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Isolation on the target, proved by trying: one cell executes everything that User
 * mode has, another looks for traces of it, others keep patterns in all their registers
 * while they are preempted, a low one storms the hypervisor, and above all a control loop
 * must not be late. Its programs are ARM instructions: it runs on boards only.
 */
#include "system.h"

#include "attacks.h"

#define RW (ACCESS_READ | ACCESS_WRITE)

#define PROBER(cell, role, signalled, awaited, ...)                                               \
    {                                                                                             \
        .name = cell, .program = "prober", .memory = 64 * KIB, .slots = PROBER_SLOTS,             \
        .threads = (const struct system_thread[]){                                                \
            {.name = "main", .priority = 20, .argument = role, .fault_handler = SLOT_HANDLER},    \
            {0}},                                                                                 \
        .caps = (const struct system_cap[]){                                                      \
            {.slot = SLOT_HANDLER, .thread = "fixer.main", .rights = THIMBLE_RIGHT_CALL,          \
             .badge = role},                                                                      \
            {.slot = SLOT_CODE, .region = "code", .rights = RW | ACCESS_EXECUTE},                 \
            {.slot = SLOT_GO, .notification = signalled, .rights = THIMBLE_RIGHT_SIGNAL,          \
             .badge = 1},                                                                         \
            {.slot = SLOT_DONE, .notification = awaited, .rights = THIMBLE_RIGHT_WAIT},           \
            {.slot = SLOT_ECHO, .thread = "echo.main", .rights = THIMBLE_RIGHT_CALL, .badge = 9}, \
            {.slot = SLOT_NEVER, .notification = cell, .rights = THIMBLE_RIGHT_WAIT},             \
            {0}},                                                                                 \
        .regions = (const struct system_region[]){                                                \
            {.name = "code", .at = {CODE_AT}, .size = CODE_SIZE, .access = RW | ACCESS_EXECUTE},  \
            {.name = "notes", .at = {NOTES_AT + (role) * NOTES_SIZE}, .size = NOTES_SIZE,         \
             .access = RW, .shared = cell},                                                       \
            __VA_ARGS__                                                                           \
            {0}},                                                                                 \
    }

#define PATTERN(cell, number)                                                                     \
    {                                                                                             \
        .name = cell, .program = "pattern", .memory = 64 * KIB,                                   \
        .threads = (const struct system_thread[]){                                                \
            {.name = "main", .priority = 20, .argument = number, .fault_handler = 1}, {0}},       \
        .caps = (const struct system_cap[]){                                                      \
            {.slot = 1, .thread = "fixer.main", .rights = THIMBLE_RIGHT_CALL, .badge = 2},         \
            {.slot = 2, .notification = cell, .rights = THIMBLE_RIGHT_WAIT}, {0}},                \
    }

static const struct system_cell cells[] = {
    PROBER("act", ROLE_ACT, "go", "done",
           {.name = "hole", .at = {HOLE_AT}, .access = RW, .memory = MEMORY_DEVICE,
            .device = "nothing"},),
    PROBER("look", ROLE_LOOK, "done", "go", ),
    PATTERN("first", 1),
    PATTERN("second", 2),
    {
        .name = "fixer", .program = "fixer", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .passive = true, .level = 0}, {0}},
        .regions = (const struct system_region[]){
            {.name = "act", .at = {NOTES_AT}, .size = NOTES_SIZE, .access = RW, .shared = "act"},
            {.name = "look", .at = {NOTES_AT + NOTES_SIZE}, .size = NOTES_SIZE, .access = RW,
             .shared = "look"},
            {0}},
    },
    {
        .name = "echo", .program = "echo", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .passive = true, .level = 0}, {0}},
    },
    {
        .name = "storm", .program = "storm", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
        .slots = 8,
        .caps = (const struct system_cap[]){
            {.slot = 1, .notification = "storm",
             .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, .badge = 1},
            {.slot = 2, .thread = "echo.main", .rights = THIMBLE_RIGHT_CALL}, {0}},
    },
    {
        .name = "loop", .program = "loop", .memory = 64 * KIB, .stats = true,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 200, .budget_us = 100, .period_us = 1000}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = 1, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT}, {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "attacks",
    .wide = true,
    .notifications = (const struct system_notification[]){
        {.name = "go"}, {.name = "done"}, {.name = "act"}, {.name = "look"}, {.name = "storm"},
        {.name = "tick"}, {.name = "first"}, {.name = "second"}, {0}},
    .cells = cells,
};
