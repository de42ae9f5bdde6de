/* SPDX-License-Identifier: BSD-2-Clause */
/* PL011: see uart.h. */
#include "pl011.h"

#include "memory.h"

/* Divisor of 115,200 baud from a 24 MHz clock: 13 + 1/64 (3.3.6). */
#define BAUD_INTEGER 13U
#define BAUD_FRACTION 1U
#define ALL_INTERRUPTS 0x7ffU
/* Half empty, half full: time for the handler, and not too many interrupts. */
#define LEVELS_HALF 0x12U

void uart_start(uint32_t base, uint32_t interrupts)
{
    thimble_write32(base + UART_IMSC, 0);
    thimble_write32(base + UART_IBRD, BAUD_INTEGER);
    thimble_write32(base + UART_FBRD, BAUD_FRACTION);
    /* A write of LCR_H takes the divisor over (3.3.7). */
    thimble_write32(base + UART_LCR_H, UART_LCR_H_8BIT | UART_LCR_H_FEN);
    thimble_write32(base + UART_IFLS, LEVELS_HALF);
    thimble_write32(base + UART_ICR, ALL_INTERRUPTS);
    thimble_write32(base + UART_CR, UART_CR_UARTEN | UART_CR_TXE | UART_CR_RXE);
    thimble_write32(base + UART_IMSC, interrupts);
}

int uart_send(uint32_t base, uint32_t c)
{
    uint32_t flags = thimble_read32(base + UART_FR);

    if ((flags & UART_FR_TXFF) != 0) {
        return 0;
    }
    thimble_write32(base + UART_DR, c & 0xffU);
    return 1;
}

int uart_receive(uint32_t base)
{
    uint32_t flags = thimble_read32(base + UART_FR);

    if ((flags & UART_FR_RXFE) != 0) {
        return -1;
    }
    uint32_t data = thimble_read32(base + UART_DR);
    return (data & UART_DR_ERRORS) != 0 ? -1 : (int)(data & 0xffU);
}

uint32_t uart_interrupts(uint32_t base)
{
    uint32_t pending = thimble_read32(base + UART_MIS);

    thimble_write32(base + UART_ICR, pending);
    return pending;
}
