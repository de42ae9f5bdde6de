/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exits of a guest, one by one: a handler that is no VMM starts small guests, has a list of the
 * exits that each must make and of the answers, and looks at every word. Meanwhile a native cell
 * above them faults each millisecond. The guests are ARM instructions: it runs on boards only.
 */
#include "system.h"

#include "exits.h"

#define RW (ACCESS_READ | ACCESS_WRITE)

static const struct system_cell cells[] = {
    {
        .name = "guest",
        .vm = true,
        .threads = (const struct system_thread[]){
            {.name = "vcpu", .priority = 100, .fault_handler = 1, .health = 2}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = 1, .thread = "handler.service", .rights = THIMBLE_RIGHT_CALL},
            {.slot = 2, .notification = "stopped", .rights = THIMBLE_RIGHT_SIGNAL,
             .badge = STOPPED},
            {0}},
        .regions = (const struct system_region[]){
            {.name = "ram", .at = {GUEST_RAM}, .size = GUEST_RAM_BYTES,
             .access = RW | ACCESS_EXECUTE, .shared = "ram"},
            {.name = "fixed", .at = {GUEST_FIXED}, .size = 4 * KIB, .access = ACCESS_READ},
            {.name = "gicc", .at = {GUEST_DEVICE}, .access = RW, .memory = MEMORY_DEVICE,
             .device = "gicv"},
            {0}},
    },
    {
        .name = "handler", .program = "handler", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "service", .passive = true, .level = 1},
            {.name = "main", .priority = 110, .argument = 1},
            {0}},
        .caps = (const struct system_cap[]){
            {.slot = SLOT_VCPU, .thread = "guest.vcpu", .rights = THIMBLE_RIGHT_CONTROL},
            {.slot = SLOT_RAM, .region = "ram", .rights = RW},
            {.slot = SLOT_STOPPED, .notification = "stopped", .rights = THIMBLE_RIGHT_WAIT},
            {0}},
        .regions = (const struct system_region[]){
            {.name = "ram", .at = {RAM_AT}, .size = GUEST_RAM_BYTES, .access = RW,
             .shared = "ram"},
            {.name = "notes", .at = {NOTES_AT}, .size = 4 * KIB, .access = RW},
            {0}},
    },
    {
        .name = "faulter", .program = "faulter", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 120, .fault_handler = SLOT_FIXER}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = SLOT_FIXER, .thread = "fixer.main", .rights = THIMBLE_RIGHT_CALL},
            {.slot = SLOT_NEVER, .notification = "never", .rights = THIMBLE_RIGHT_WAIT},
            {0}},
    },
    {
        .name = "fixer", .program = "fixer", .memory = 64 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .passive = true, .level = 0}, {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "exits",
    .notifications = (const struct system_notification[]){{.name = "stopped"}, {.name = "never"},
                                                          {0}},
    .cells = cells,
};
