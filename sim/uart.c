/* SPDX-License-Identifier: BSD-2-Clause */
#include "uart.h"

#include <string.h>

/* Registers (ARM DDI 0183G 3.2). */
#define UART_DR 0x000U
#define UART_RSR 0x004U
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
#define UART_ID 0xfe0U
#define UART_SIZE 0x1000U

#define DR_OVERRUN (1U << 11)
#define RSR_ERRORS 0xfU
#define FR_CTS (1U << 0)
#define FR_BUSY (1U << 3)
#define FR_RXFE (1U << 4)
#define FR_TXFF (1U << 5)
#define FR_RXFF (1U << 6)
#define FR_TXFE (1U << 7)
#define LCR_H_FEN (1U << 4)
#define CR_UARTEN (1U << 0)
#define CR_TXE (1U << 8)
#define CR_RXE (1U << 9)
#define CR_RESET (CR_TXE | CR_RXE)
#define IFLS_RESET 0x12U
#define INT_RX (1U << 4)
#define INT_TX (1U << 5)
#define INT_TIMEOUT (1U << 6)
#define INT_OVERRUN (1U << 10)
#define INT_ALL 0x7ffU

static u32 fifo_depth(const struct sim_uart *uart)
{
    return (uart->lcr_h & LCR_H_FEN) != 0 ? SIM_UART_FIFO : 1U;
}

/* Trigger level of UARTIFLS (3.3.9): 1/8, 1/4, 1/2, 3/4, 7/8. */
static u32 fifo_trigger(u32 select)
{
    static const u8 levels[8] = {2, 4, 8, 12, 14, 14, 14, 14};

    return levels[select & 7U];
}

static u32 rx_trigger(const struct sim_uart *uart)
{
    return fifo_depth(uart) == 1U ? 1U : fifo_trigger(uart->ifls >> 3);
}

static u32 tx_trigger(const struct sim_uart *uart)
{
    return fifo_depth(uart) == 1U ? 0U : fifo_trigger(uart->ifls);
}

void sim_uart_reset(struct sim_uart *uart)
{
    memset(uart, 0, sizeof(*uart));
    uart->char_time = SIM_UART_CHAR_TIME;
    uart->cr = CR_RESET;
    uart->ifls = IFLS_RESET;
    uart->timeout_at = SIM_TIME_NEVER;
}

/* ---- transmission ---------------------------------------------------------*/

static void out_put(struct sim_uart *uart, u8 c)
{
    if (uart->out_next - uart->out_first == SIM_UART_OUT) {
        uart->out_first++;
        uart->out_lost++;
    }
    uart->out[uart->out_next++ % SIM_UART_OUT] = c;
}

int sim_uart_fetch(struct sim_uart *uart)
{
    if (uart->out_first == uart->out_next) {
        return -1;
    }
    return uart->out[uart->out_first++ % SIM_UART_OUT];
}

/* Moves the next character into the shift register. The transmit interrupt
 * comes when the FIFO falls to its trigger level, not while it is below it
 * (2.8.3): a driver must fill the FIFO before it waits. */
static void tx_start(struct sim_uart *uart, u64 at)
{
    u32 enable = CR_UARTEN | CR_TXE;

    if (uart->busy || uart->tx_count == 0 || (uart->cr & enable) != enable ||
        uart->char_time == SIM_UART_DEAD) {
        return;
    }
    uart->sending = uart->tx[uart->tx_first];
    uart->tx_first = (u8)((uart->tx_first + 1U) % SIM_UART_FIFO);
    uart->tx_count--;
    uart->busy = true;
    uart->sent_at = at + uart->char_time;
    if (uart->tx_count == tx_trigger(uart)) {
        uart->ris |= INT_TX;
    }
}

static void uart_advance(struct sim_uart *uart, u64 now)
{
    while (uart->busy && now >= uart->sent_at) {
        out_put(uart, uart->sending);
        uart->busy = false;
        tx_start(uart, uart->sent_at);
    }
    if (uart->rx_count > 0 && now >= uart->timeout_at) {
        uart->ris |= INT_TIMEOUT;
        uart->timeout_at = SIM_TIME_NEVER;
    }
}

void sim_uart_hurry(struct sim_uart *uart)
{
    while (uart->busy) {
        uart_advance(uart, uart->sent_at);
    }
}

static void tx_write(struct sim_uart *uart, u64 now, u8 c)
{
    if (uart->tx_count >= fifo_depth(uart)) {
        return;
    }
    uart->tx[(u32)(uart->tx_first + uart->tx_count) % SIM_UART_FIFO] = c;
    uart->tx_count++;
    if (uart->tx_count > tx_trigger(uart)) {
        uart->ris &= ~INT_TX;
    }
    tx_start(uart, now);
    uart_advance(uart, now);
}

/* ---- reception ------------------------------------------------------------*/

bool sim_uart_receive(struct sim_uart *uart, u64 now, u8 c)
{
    u32 enable = CR_UARTEN | CR_RXE;

    uart_advance(uart, now);
    if ((uart->cr & enable) != enable) {
        return false;
    }
    if (uart->rx_count >= fifo_depth(uart)) {
        uart->overrun = true;
        uart->ris |= INT_OVERRUN;
        return false;
    }
    uart->rx[(u32)(uart->rx_first + uart->rx_count) % SIM_UART_FIFO] =
        (u16)(c | (uart->overrun ? DR_OVERRUN : 0));
    uart->overrun = false;
    uart->rx_count++;
    if (uart->rx_count >= rx_trigger(uart)) {
        uart->ris |= INT_RX;
    }
    if (fifo_depth(uart) > 1U) {
        /* 32 bit periods, of which a character has 10 (2.8.4). */
        uart->timeout_at = now + (u64)uart->char_time * 32U / 10U;
    }
    return true;
}

bool sim_uart_listens(const struct sim_uart *uart)
{
    u32 enable = CR_UARTEN | CR_RXE;

    return (uart->cr & enable) == enable && (uart->imsc & (INT_RX | INT_TIMEOUT)) != 0;
}

static u32 rx_read(struct sim_uart *uart)
{
    u32 value;

    if (uart->rx_count == 0) {
        return 0;
    }
    value = uart->rx[uart->rx_first];
    uart->rx_first = (u8)((uart->rx_first + 1U) % SIM_UART_FIFO);
    uart->rx_count--;
    uart->rsr = (value >> 8) & RSR_ERRORS;
    if (uart->rx_count < rx_trigger(uart)) {
        uart->ris &= ~INT_RX;
    }
    if (uart->rx_count == 0) {
        uart->ris &= ~INT_TIMEOUT;
        uart->timeout_at = SIM_TIME_NEVER;
    }
    return value;
}

/* ---- registers ------------------------------------------------------------*/

static u32 flags(const struct sim_uart *uart)
{
    u32 value = FR_CTS;

    value |= uart->busy || uart->tx_count > 0 ? FR_BUSY : 0;
    value |= uart->rx_count == 0 ? FR_RXFE : 0;
    value |= uart->rx_count >= fifo_depth(uart) ? FR_RXFF : 0;
    value |= uart->tx_count == 0 ? FR_TXFE : 0;
    value |= uart->tx_count >= fifo_depth(uart) ? FR_TXFF : 0;
    return value;
}

static u32 identification(u32 offset)
{
    /* Part 0x011, designer ARM, revision 1; PrimeCell (3.3.16ff). */
    static const u8 id[8] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    return id[(offset - UART_ID) / 4U];
}

/* Guests use accesses of any size at a register's own address. */
static bool access_is_valid(u32 offset, u32 size)
{
    return offset < UART_SIZE && offset % 4U == 0 && (size == 1U || size == 2U || size == 4U);
}

static u32 register_read(struct sim_uart *uart, u32 offset)
{
    switch (offset) {
    case UART_DR:
        return rx_read(uart);
    case UART_RSR:
        return uart->rsr;
    case UART_FR:
        return flags(uart);
    case UART_IBRD:
        return uart->ibrd;
    case UART_FBRD:
        return uart->fbrd;
    case UART_LCR_H:
        return uart->lcr_h;
    case UART_CR:
        return uart->cr;
    case UART_IFLS:
        return uart->ifls;
    case UART_IMSC:
        return uart->imsc;
    case UART_RIS:
        return uart->ris;
    case UART_MIS:
        return uart->ris & uart->imsc;
    default:
        return offset >= UART_ID ? identification(offset) : 0;
    }
}

bool sim_uart_read(struct sim_uart *uart, u64 now, u32 offset, u32 size, u32 *value)
{
    if (!access_is_valid(offset, size)) {
        return false;
    }
    uart_advance(uart, now);
    *value = register_read(uart, offset) & (0xffffffffU >> (32U - 8U * size));
    return true;
}

bool sim_uart_write(struct sim_uart *uart, u64 now, u32 offset, u32 size, u32 value)
{
    if (!access_is_valid(offset, size)) {
        return false;
    }
    uart_advance(uart, now);
    switch (offset) {
    case UART_DR:
        tx_write(uart, now, (u8)value);
        break;
    case UART_RSR:
        uart->rsr = 0;
        break;
    case UART_IBRD:
        uart->ibrd = value & 0xffffU;
        break;
    case UART_FBRD:
        uart->fbrd = value & 0x3fU;
        break;
    case UART_LCR_H:
        uart->lcr_h = value & 0xffU;
        break;
    case UART_CR:
        uart->cr = value & 0xff87U;
        tx_start(uart, now);
        uart_advance(uart, now);
        break;
    case UART_IFLS:
        uart->ifls = value & 0x3fU;
        break;
    case UART_IMSC:
        uart->imsc = value & INT_ALL;
        break;
    case UART_ICR:
        uart->ris &= ~value;
        break;
    default:
        break;
    }
    return true;
}

void sim_uart_drive(struct sim_uart *uart, u64 now, struct sim_gic *gic)
{
    uart_advance(uart, now);
    uart->line = (uart->ris & uart->imsc) != 0;
    sim_gic_line_set(gic, SIM_LINE_UART, uart->line);
}
