/* SPDX-License-Identifier: BSD-2-Clause */
/* A UART driver that crashes now and then, two clients that print through it,
 * and a watchdog that restarts it: every line comes out, once and complete. */
#include "system.h"

#include "console.h"
#include "driver.h"

#define RW (ACCESS_READ | ACCESS_WRITE)

#define DRIVER(its_badge)                                                       \
    {                                                                           \
        .slot = CONSOLE_SLOT_DRIVER, .thread = "driver.service",                \
        .rights = THIMBLE_RIGHT_CALL, .badge = its_badge                        \
    }

#define CLIENT(cell, its_badge, at_priority)                                    \
    {                                                                           \
        .name = cell, .program = "client", .memory = 64 * KIB, .stats = true,   \
        .threads =                                                              \
            (const struct system_thread[]){                                     \
                {.name = "main", .priority = at_priority, .budget_us = 1000,    \
                 .period_us = 4000, .buffer = true, .argument = its_badge},     \
                {0},                                                            \
            },                                                                  \
        .caps =                                                                 \
            (const struct system_cap[]){                                        \
                DRIVER(its_badge),                                              \
                {.slot = CONSOLE_SLOT_PAUSE, .notification = "pause-" cell,     \
                 .rights = THIMBLE_RIGHT_WAIT},                                 \
                {0},                                                            \
            },                                                                  \
    }

static const struct system_cell cells[] = {
    {
        .name = "driver",
        .program = "driver",
        .memory = 64 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "service", .passive = true, .level = 0, .buffer = true,
             .service_us = 20, .health = DRIVER_SLOT_HEALTH},
            {.name = "irq", .priority = 200, .budget_us = 200, .period_us = 1000,
             .deadline_us = DRIVER_DEADLINE_US, .argument = DRIVER_WATCH,
             .health = DRIVER_SLOT_HEALTH},
            {0},
        },
        .caps = (const struct system_cap[]){
            {.slot = DRIVER_SLOT_IRQ, .irq = "uart", .rights = THIMBLE_RIGHT_HANDLE},
            {.slot = DRIVER_SLOT_EVENT, .notification = "uart",
             .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, .badge = 1},
            {.slot = DRIVER_SLOT_SERVICE, .thread = "driver.service", .rights = THIMBLE_RIGHT_CALL},
            {.slot = DRIVER_SLOT_HEALTH, .notification = "health", .rights = THIMBLE_RIGHT_SIGNAL,
             .badge = 1},
            {0},
        },
        .regions = (const struct system_region[]){
            {.name = "uart", .at = {DRIVER_UART_AT}, .access = RW, .memory = MEMORY_DEVICE,
             .device = "uart0"},
            {.name = "queue", .at = {DRIVER_QUEUE_AT}, .size = DRIVER_QUEUE_REGION, .access = RW},
            {0},
        },
    },
    CLIENT("alpha", CONSOLE_ALPHA, 60),
    CLIENT("beta", CONSOLE_BETA, 50),
    {
        .name = "watchdog",
        .program = "watchdog",
        .memory = 64 * KIB,
        .stats = true,
        .threads = (const struct system_thread[]){
            {.name = "main", .priority = 250, .budget_us = 200, .period_us = 2000,
                 .wakes = 4, .buffer = true},
            {0},
        },
        .caps = (const struct system_cap[]){
            DRIVER(CONSOLE_WATCHDOG),
            {.slot = CONSOLE_SLOT_PAUSE, .notification = "health", .rights = THIMBLE_RIGHT_WAIT},
            {.slot = CONSOLE_SLOT_RESTART, .cell = "driver", .rights = THIMBLE_RIGHT_CONTROL},
            {0},
        },
    },
    {0},
};

const struct system thimble_system = {
    .name = "drivers",
    .fixed = true,
    .notifications = (const struct system_notification[]){
        {.name = "uart"}, {.name = "health"}, {.name = "pause-alpha"}, {.name = "pause-beta"},
        {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
};
