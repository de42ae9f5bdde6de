/* SPDX-License-Identifier: BSD-2-Clause */
/* PL011 (ARM DDI 0183G): see uart_port.h. */
#include "uart_port.h"

#include "memory.h"

/* Register offsets (3.2). */
#define UART_DR 0x000U
#define UART_FR 0x018U
#define UART_IBRD 0x024U
#define UART_FBRD 0x028U
#define UART_LCR_H 0x02cU
#define UART_CR 0x030U
#define UART_IFLS 0x034U
#define UART_IMSC 0x038U
#define UART_MIS 0x040U
#define UART_ICR 0x044U

#define FR_RXFE (1U << 4) /* nothing received */
#define FR_TXFF (1U << 5) /* no room to send */
#define LCR_H_FEN (1U << 4)
#define LCR_H_8BIT (3U << 5)
#define CR_UARTEN (1U << 0)
#define CR_TXE (1U << 8)
#define CR_RXE (1U << 9)
#define DR_ERRORS 0xf00U

/* Interrupts: bits of IMSC, MIS and ICR. */
#define INT_RX (1U << 4)
#define INT_TX (1U << 5)
#define INT_TIMEOUT (1U << 6) /* less than RX's level has waited a while */
#define INT_ALL 0x7ffU

/* Divisor of 115,200 baud from a 24 MHz clock: 13 + 1/64 (3.3.6). */
#define BAUD_INTEGER 13U
#define BAUD_FRACTION 1U
/* Half empty, half full: time for the handler, and not too many interrupts. */
#define LEVELS_HALF 0x12U

void uart_events(uint32_t base, uint32_t events)
{
    uint32_t mask = (events & UART_INPUT) != 0 ? INT_RX | INT_TIMEOUT : 0;

    thimble_write32(base + UART_IMSC, (events & UART_ROOM) != 0 ? mask | INT_TX : mask);
}

void uart_start(uint32_t base, uint32_t events)
{
    thimble_write32(base + UART_IMSC, 0);
    thimble_write32(base + UART_IBRD, BAUD_INTEGER);
    thimble_write32(base + UART_FBRD, BAUD_FRACTION);
    /* A write of LCR_H takes the divisor over (3.3.7). */
    thimble_write32(base + UART_LCR_H, LCR_H_8BIT | LCR_H_FEN);
    thimble_write32(base + UART_IFLS, LEVELS_HALF);
    thimble_write32(base + UART_ICR, INT_ALL);
    thimble_write32(base + UART_CR, CR_UARTEN | CR_TXE | CR_RXE);
    uart_events(base, events);
}

/* The transmit interrupt does not come while the FIFO is below its level (2.8.3). */
int uart_send(uint32_t base, uint32_t *room, uint32_t c)
{
    uint32_t flags = thimble_read32(base + UART_FR);

    (void)room; /* one register says it at any time */
    if ((flags & FR_TXFF) != 0) {
        return 0;
    }
    thimble_write32(base + UART_DR, c & 0xffU);
    return 1;
}

int uart_receive(uint32_t base)
{
    uint32_t flags = thimble_read32(base + UART_FR);

    if ((flags & FR_RXFE) != 0) {
        return -1;
    }
    uint32_t data = thimble_read32(base + UART_DR);
    return (data & DR_ERRORS) != 0 ? -1 : (int)(data & 0xffU);
}

void uart_acknowledge(uint32_t base)
{
    uint32_t pending = thimble_read32(base + UART_MIS);

    thimble_write32(base + UART_ICR, pending);
}
