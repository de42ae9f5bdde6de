/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 16550 with registers 32 bits apart, as Allwinner's (H3 User Manual 8.8): see
 * uart_port.h. Baud rate, word length and pins are as the boot loader left them: its
 * console. Some of these UARTs refuse a write of the line control register while they
 * send, and interrupt about it.
 */
#include "uart_port.h"

#include "memory.h"

#define UART_RBR 0x00U /* read: receive */
#define UART_THR 0x00U /* write: transmit */
#define UART_IER 0x04U
#define UART_IIR 0x08U /* read */
#define UART_FCR 0x08U /* write */
#define UART_LSR 0x14U

#define IER_INPUT 0x01U
#define IER_EMPTY 0x02U
#define FCR_ENABLE 0x01U
#define FCR_INPUT_HALF 0x80U
#define LSR_INPUT 0x01U
#define LSR_ERRORS 0x1eU
#define LSR_EMPTY 0x20U /* the transmitter's FIFO */

#define FIFO_SIZE 16U /* at least */

void uart_events(uint32_t base, uint32_t events)
{
    uint32_t enable = (events & UART_INPUT) != 0 ? IER_INPUT : 0;

    thimble_write32(base + UART_IER, (events & UART_ROOM) != 0 ? enable | IER_EMPTY : enable);
}

void uart_start(uint32_t base, uint32_t events)
{
    thimble_write32(base + UART_IER, 0);
    thimble_write32(base + UART_FCR, FCR_ENABLE | FCR_INPUT_HALF);
    uart_events(base, events);
}

/* The only thing known about the FIFO is that it is empty: then it takes all of its
 * size. */
int uart_send(uint32_t base, uint32_t *room, uint32_t c)
{
    if (*room == 0) {
        uint32_t status = thimble_read32(base + UART_LSR);
        if ((status & LSR_EMPTY) == 0) {
            return 0;
        }
        *room = FIFO_SIZE;
    }
    --*room;
    thimble_write32(base + UART_THR, c & 0xffU);
    return 1;
}

int uart_receive(uint32_t base)
{
    uint32_t status = thimble_read32(base + UART_LSR);

    if ((status & LSR_INPUT) == 0) {
        return -1;
    }
    uint32_t data = thimble_read32(base + UART_RBR);
    return (status & LSR_ERRORS) != 0 ? -1 : (int)(data & 0xffU);
}

/* Reading it takes back "empty"; input is taken back by receiving all of it. */
void uart_acknowledge(uint32_t base)
{
    (void)thimble_read32(base + UART_IIR);
}
