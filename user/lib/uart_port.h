/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a driver needs of the board's UART. `base` is the guest address of the device
 * region. Each kind of UART is one file (uart_pl011.c, uart_16550.c), of which the
 * board's is linked.
 */
#ifndef USER_UART_PORT_H
#define USER_UART_PORT_H

#include <stdint.h>

/* Events: what the UART interrupts for. */
#define UART_INPUT 1U /* characters have come in, or fewer have waited a while */
#define UART_ROOM 2U  /* the transmitter's FIFO has fallen to its level */

/* 8 bits, FIFOs, both directions on; exactly these events. What is in the FIFOs
 * stays: characters of an earlier life of the driver go out. */
void uart_start(uint32_t base, uint32_t events);
void uart_events(uint32_t base, uint32_t events);
/* Sends a character; 0 if there is no room. UART_ROOM comes when the FIFO falls to
 * its level, not while it is below it: after it, send until there is no room, or until
 * nothing is left. *room counts what is known to fit: 0 at the start of every run. */
int uart_send(uint32_t base, uint32_t *room, uint32_t c);
/* A received character, or -1. */
int uart_receive(uint32_t base);
/* First thing after an interrupt: it is seen. */
void uart_acknowledge(uint32_t base);

#endif
