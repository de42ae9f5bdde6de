/* SPDX-License-Identifier: BSD-2-Clause */
/* Pattern: memory shared with a device that goes past the caches. */
#include "system.h"

#include "mover.h"

#define RW (ACCESS_READ | ACCESS_WRITE)

const struct system thimble_system = {
    .name = "pattern-dma",
    .devices = (const struct system_device[]){{.name = "dma0", .simulated = true}, {0}},
    .notifications = (const struct system_notification[]){{.name = "done"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "engine", .device = "dma0"}, {0}},
    .cells = (const struct system_cell[]){
        {
            .name = "mover", .program = "mover", .memory = 64 * KIB, .stats = true,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
            .caps = (const struct system_cap[]){
                {.slot = MOVER_SLOT_BUFFER, .region = "buffer", .rights = RW},
                {.slot = MOVER_SLOT_IRQ, .irq = "engine", .rights = THIMBLE_RIGHT_HANDLE},
                {.slot = MOVER_SLOT_DONE, .notification = "done",
                 .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, .badge = 1},
                {0},
            },
            .regions = (const struct system_region[]){
                {.name = "buffer", .at = {MOVER_BUFFER_AT}, .size = MOVER_BUFFER_SIZE,
                 .access = RW, .dma = true},
                {.name = "engine", .at = {MOVER_ENGINE_AT}, .access = RW,
                 .memory = MEMORY_DEVICE, .device = "dma0"},
                {0},
            },
        },
        {0},
    },
};
