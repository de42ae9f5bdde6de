/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PL011 UART (ARM DDI 0183G): what a driver needs of its registers. `base` is
 * the guest address of the device region.
 */
#ifndef USER_PL011_H
#define USER_PL011_H

#include <stdint.h>

/* Register offsets (3.2). */
#define UART_DR 0x000U
#define UART_FR 0x018U
#define UART_IBRD 0x024U
#define UART_FBRD 0x028U
#define UART_LCR_H 0x02cU
#define UART_CR 0x030U
#define UART_IFLS 0x034U
#define UART_IMSC 0x038U
#define UART_RIS 0x03cU
#define UART_MIS 0x040U
#define UART_ICR 0x044U

#define UART_FR_BUSY (1U << 3)
#define UART_FR_RXFE (1U << 4) /* nothing received */
#define UART_FR_TXFF (1U << 5) /* no room to send */
#define UART_LCR_H_FEN (1U << 4)
#define UART_LCR_H_8BIT (3U << 5)
#define UART_CR_UARTEN (1U << 0)
#define UART_CR_TXE (1U << 8)
#define UART_CR_RXE (1U << 9)
#define UART_DR_ERRORS 0xf00U

/* Interrupts: bits of IMSC, RIS, MIS and ICR. */
#define UART_INT_RX (1U << 4)
#define UART_INT_TX (1U << 5)
#define UART_INT_TIMEOUT (1U << 6) /* less than RX's level has waited a while */

/* 115,200 baud, 8 bits, FIFOs, both directions on; exactly these interrupts. What
 * is in the FIFOs stays: characters of an earlier life of the driver go out. */
void uart_start(uint32_t base, uint32_t interrupts);
/* Sends a character; 0 if there is no room. The transmit interrupt comes when
 * the FIFO falls to its level, not while it is below it (2.8.3): after it, send
 * until there is no room, or until nothing is left. */
int uart_send(uint32_t base, uint32_t c);
/* A received character, or -1. */
int uart_receive(uint32_t base);
/* Interrupts that are pending and enabled, cleared by this. */
uint32_t uart_interrupts(uint32_t base);

#endif
