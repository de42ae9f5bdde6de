/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PL011 UART (ARM DDI 0183G). Characters sent take char_time and then stand
 * in out[] for the simulator's main program; characters received are pushed
 * from outside. The baud rate registers are stored and decide nothing. No
 * DMA, no modem lines, no IrDA.
 */
#ifndef SIM_UART_H
#define SIM_UART_H

#include "gic.h"
#include "types.h"

#define SIM_UART_FIFO 16U
#define SIM_UART_OUT 16384U /* power of two */
/* 10 bits at 115,200 baud, in instructions of 1 ns. */
#define SIM_UART_CHAR_TIME 86806U
/* Fault injection: it has no clock, and sends nothing. */
#define SIM_UART_DEAD 0xffffffffU

struct sim_uart {
    u64 sent_at;    /* when the character being sent is out */
    u64 timeout_at; /* when the receive timeout comes, if rx_count > 0 */
    u32 char_time;  /* model parameter, in instructions; 0 = at once; SIM_UART_DEAD */
    u32 ibrd;
    u32 fbrd;
    u32 lcr_h;
    u32 cr;
    u32 ifls;
    u32 imsc;
    u32 ris;
    u32 rsr;
    u32 out_first; /* free-running; out[n % SIM_UART_OUT] */
    u32 out_next;
    u32 out_lost; /* characters that nobody fetched in time */
    u16 rx[SIM_UART_FIFO]; /* with error flags 11:8 */
    u8 tx[SIM_UART_FIFO];
    u8 rx_first;
    u8 rx_count;
    u8 tx_first;
    u8 tx_count;
    u8 sending; /* the character in the shift register */
    bool busy;
    bool overrun; /* marks the next character that fits */
    bool line; /* raised when last driven */
    u8 out[SIM_UART_OUT];
};

void sim_uart_reset(struct sim_uart *uart);
bool sim_uart_read(struct sim_uart *uart, u64 now, u32 offset, u32 size, u32 *value);
bool sim_uart_write(struct sim_uart *uart, u64 now, u32 offset, u32 size, u32 value);
/* A character arrives on the wire; false if it was lost (receiver off, or the
 * FIFO full: then the overrun is recorded). */
bool sim_uart_receive(struct sim_uart *uart, u64 now, u8 c);
/* Would a character that arrives raise an interrupt, at once or a little later? */
bool sim_uart_listens(const struct sim_uart *uart);
/* Takes one sent character; -1 if there is none. */
int sim_uart_fetch(struct sim_uart *uart);
/* All that it has to send is out at once. */
void sim_uart_hurry(struct sim_uart *uart);
/* When sim_uart_update() has something to do next; SIM_TIME_NEVER if never. */
static inline u64 sim_uart_next(const struct sim_uart *uart)
{
    u64 next = uart->rx_count > 0 ? uart->timeout_at : SIM_TIME_NEVER;

    if (uart->busy && uart->sent_at < next) {
        next = uart->sent_at;
    }
    return next;
}

void sim_uart_drive(struct sim_uart *uart, u64 now, struct sim_gic *gic);

/* Lets time-driven things happen up to now, and drives the interrupt line. A
 * line that is low and stays so needs no driving: this is asked often. */
static inline void sim_uart_update(struct sim_uart *uart, u64 now, struct sim_gic *gic)
{
    if (uart->line || (uart->ris & uart->imsc) != 0 || now >= sim_uart_next(uart)) {
        sim_uart_drive(uart, now, gic);
    }
}

#endif
