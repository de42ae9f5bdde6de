/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART's transmit interrupt, raised by one cell and handled in another of higher
 * priority. */
#include "mark.h"
#include "memory.h"
#include "system.h"

#define UART_AT 0x20000000U
#define UART_DR 0x00U
#define UART_IMSC 0x38U
#define UART_ICR 0x44U
#define UART_CR 0x30U
#define UART_TX (1U << 5)

static void interrupts(void)
{
    for (uint32_t i = 0; i < MARK_TIMES; i++) {
        thimble_write32(UART_AT + UART_DR, '.');
        thimble_write32(UART_AT + UART_ICR, UART_TX);
        (void)thimble_signal(1);
    }
}

PROGRAM(raiser)
{
    (void)argument;
    thimble_write32(UART_AT + UART_CR, 0x301U);
    thimble_write32(UART_AT + UART_IMSC, UART_TX);
    uint64_t start = clock_start();
    interrupts();
    mark(1);
    interrupts();
    clock_end(start);
    mark(MARK_END);
}

PROGRAM(handler)
{
    uint32_t bits;

    (void)argument;
    (void)thimble_irq_bind(1, 2);
    for (;;) {
        (void)thimble_wait(2, THIMBLE_NEVER, &bits);
        (void)thimble_wait(3, THIMBLE_NEVER, &bits);
        (void)thimble_irq_ack(1);
    }
}

const struct system thimble_system = {
    .name = "irq",
    .notifications = (const struct system_notification[]){{.name = "line"}, {.name = "quiet"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .line = 33}, {0}},
    .cells = (const struct system_cell[]){
        {.name = "raiser", .program = "raiser", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .notification = "quiet", .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1}, {0}},
         .regions = (const struct system_region[]){
             {.name = "uart", .at = {UART_AT}, .access = ACCESS_READ | ACCESS_WRITE,
              .memory = MEMORY_DEVICE, .device = "uart0"}, {0}}},
        {.name = "handler", .program = "handler", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 20}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .irq = "uart", .rights = THIMBLE_RIGHT_HANDLE},
             {.slot = 2, .notification = "line",
              .rights = THIMBLE_RIGHT_WAIT | THIMBLE_RIGHT_SIGNAL, .badge = 1},
             {.slot = 3, .notification = "quiet", .rights = THIMBLE_RIGHT_WAIT}, {0}}},
        {0},
    },
};
