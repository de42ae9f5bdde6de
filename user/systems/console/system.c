/* SPDX-License-Identifier: BSD-2-Clause */
/* A shell on the UART, its driver, and a cell that the shell can make crash and
 * start again. Run it with CONSOLE=1. */
#include "system.h"

#include "driver.h"
#include "serial.h"
#include "shell.h"

static const struct system_cell cells[] = {
    {
        .name = "driver",
        .program = "driver",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "service", .passive = true, .level = 0, .service_us = 20},
            {.name = "irq", .priority = 200, .budget_us = 200, .period_us = 1000,
             .deadline_us = DRIVER_DEADLINE_US, .argument = DRIVER_WATCH},
            {0},
        },
        .caps = (const struct system_cap[]){
            {.slot = DRIVER_SLOT_IRQ, .irq = "uart", .rights = THIMBLE_RIGHT_HANDLE},
            {.slot = DRIVER_SLOT_INTERRUPT, .notification = "uart",
             .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, .badge = 1},
            {.slot = DRIVER_SLOT_SERVICE, .thread = "driver.service",
             .rights = THIMBLE_RIGHT_CALL, .badge = SERIAL_SELF},
            {.slot = DRIVER_SLOT_CLIENT, .notification = "serial",
             .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1},
            {0},
        },
        .regions = (const struct system_region[]){
            {.name = "uart", .at = {DRIVER_UART_AT}, .access = ACCESS_READ | ACCESS_WRITE,
             .memory = MEMORY_DEVICE, .device = "uart0"},
            {0},
        },
    },
    {
        .name = "shell",
        .program = "shell",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){{.name = "main", .priority = 50}, {0}},
        .caps = (const struct system_cap[]){
            {.slot = SERIAL_SLOT_DRIVER, .thread = "driver.service",
             .rights = THIMBLE_RIGHT_CALL, .badge = SERIAL_CLIENT},
            {.slot = SERIAL_SLOT_EVENT, .notification = "serial", .rights = THIMBLE_RIGHT_WAIT},
            {.slot = SHELL_SLOT_DEMO, .thread = "demo.main", .rights = THIMBLE_RIGHT_CALL},
            {.slot = SHELL_SLOT_DEMO_CELL, .cell = "demo", .rights = THIMBLE_RIGHT_CONTROL},
            {0},
        },
    },
    {
        .name = "demo",
        .program = "demo",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){
            {.name = "main", .passive = true, .level = 0},
            {0},
        },
    },
    {0},
};

const struct system thimble_system = {
    .name = "console",
    .notifications = (const struct system_notification[]){
        {.name = "uart"}, {.name = "serial"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
};
