/* SPDX-License-Identifier: BSD-2-Clause */
/* PL011: see pl011.h. */
#include "pl011.h"

#include "vmm.h"

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
#define UART_ID 0xfe0U

#define FR_RXFE (1U << 4)
#define FR_TXFF (1U << 5)
#define FR_RXFF (1U << 6)
#define FR_TXFE (1U << 7)
#define LCR_H_FEN (1U << 4)
#define CR_LBE (1U << 7)
#define INT_RX (1U << 4)
#define INT_TX (1U << 5)
#define INT_TIMEOUT (1U << 6)
#define INT_ALL 0x7ffU

/* Enabled from the start, as firmware leaves it: the SBSA's UART has no such register. */
#define CR_RESET 0x301U
#define IFLS_RESET 0x12U
#define FIFO_HARDWARE 16U

/* PeriphID0 to 3 (revision r1p5), PCellID0 to 3. */
static const uint8_t pl011_id[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
/* IFLS 5:3: how many characters make the receive interrupt. */
static const uint8_t receive_levels[] = {2, 4, 8, 12, 14, 14, 14, 14};

static void update(struct vm *vm)
{
    gicd_line(vm, vm->config->uart_line, vm->uart.ris & vm->uart.imsc);
}

static uint32_t receive_level(const struct pl011 *u)
{
    return (u->lcr_h & LCR_H_FEN) != 0 ? receive_levels[u->ifls >> 3 & 7U] : 1U;
}

uint32_t pl011_input_room(const struct vm *vm)
{
    return PL011_FIFO - (vm->uart.put - vm->uart.taken);
}

/* The receive timeout comes at once: nothing more is on its way. */
static void receive(struct vm *vm, uint32_t c)
{
    struct pl011 *u = &vm->uart;

    if (pl011_input_room(vm) == 0) {
        return;
    }
    u->fifo[u->put++ % PL011_FIFO] = (uint8_t)c;
    u->ris |= u->put - u->taken >= receive_level(u) ? INT_RX | INT_TIMEOUT : INT_TIMEOUT;
}

void pl011_input(struct vm *vm, uint32_t c)
{
    receive(vm, c);
    update(vm);
}

void pl011_output_room(struct vm *vm)
{
    vm->uart.ris |= INT_TX;
    update(vm);
}

static uint32_t data_read(struct vm *vm)
{
    struct pl011 *u = &vm->uart;

    if (u->put == u->taken) {
        return 0;
    }
    uint32_t c = u->fifo[u->taken++ % PL011_FIFO];
    uint32_t count = u->put - u->taken;
    if (count < receive_level(u)) {
        u->ris &= ~INT_RX;
    }
    if (count == 0) {
        u->ris &= ~INT_TIMEOUT;
    }
    update(vm);
    return c;
}

static void data_write(struct vm *vm, uint32_t c)
{
    struct pl011 *u = &vm->uart;

    if ((u->cr & CR_LBE) != 0) {
        receive(vm, c & 0xffU);
    } else {
        vm_console_put(vm, c & 0xffU);
    }
    /* Sent: the FIFO has fallen to its level again. */
    if (vm_console_ready(vm)) {
        u->ris |= INT_TX;
    } else {
        u->ris &= ~INT_TX;
    }
    update(vm);
}

static uint32_t flags_read(struct vm *vm)
{
    const struct pl011 *u = &vm->uart;
    uint32_t count = u->put - u->taken;
    uint32_t flags = vm_console_ready(vm) ? FR_TXFE : FR_TXFF;

    if (count == 0) {
        flags |= FR_RXFE;
    } else if (count >= FIFO_HARDWARE) {
        flags |= FR_RXFF;
    }
    return flags;
}

uint32_t pl011_read(struct vm *vm, uint32_t offset)
{
    const struct pl011 *u = &vm->uart;

    switch (offset) {
    case UART_DR:
        return data_read(vm);
    case UART_FR:
        return flags_read(vm);
    case UART_IBRD:
        return u->ibrd;
    case UART_FBRD:
        return u->fbrd;
    case UART_LCR_H:
        return u->lcr_h;
    case UART_CR:
        return u->cr;
    case UART_IFLS:
        return u->ifls;
    case UART_IMSC:
        return u->imsc;
    case UART_RIS:
        return u->ris;
    case UART_MIS:
        return u->ris & u->imsc;
    default:
        return offset >= UART_ID && offset % 4U == 0 ? pl011_id[(offset - UART_ID) / 4U] : 0;
    }
}

static void mask_write(struct vm *vm, uint32_t value)
{
    struct pl011 *u = &vm->uart;

    /* What was acknowledged and yet not read times out again. */
    if (u->put != u->taken) {
        u->ris |= INT_TIMEOUT;
    }
    u->imsc = value & INT_ALL;
    update(vm);
}

void pl011_write(struct vm *vm, uint32_t offset, uint32_t value)
{
    struct pl011 *u = &vm->uart;

    switch (offset) {
    case UART_DR:
        data_write(vm, value);
        break;
    case UART_IBRD:
        u->ibrd = value & 0xffffU;
        break;
    case UART_FBRD:
        u->fbrd = value & 0x3fU;
        break;
    case UART_LCR_H:
        u->lcr_h = value & 0xffU;
        break;
    case UART_CR:
        u->cr = value & 0xffffU;
        break;
    case UART_IFLS:
        u->ifls = value & 0x3fU;
        break;
    case UART_IMSC:
        mask_write(vm, value);
        break;
    case UART_ICR:
        u->ris &= ~value;
        update(vm);
        break;
    default: /* error flags, which are never set; DMA, which it has not */
        break;
    }
}

void pl011_reset(struct vm *vm)
{
    vm->uart = (struct pl011){.cr = CR_RESET, .ifls = IFLS_RESET};
    gicd_line(vm, vm->config->uart_line, 0);
}
