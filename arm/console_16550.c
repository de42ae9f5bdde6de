/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The core's console on a 16550 UART with registers 32 bits apart (Allwinner H3
 * User Manual 8.8). Baud rate and pins are as the boot loader left them.
 */
#include "hw.h"
#include "machine.h"

#define UART_THR 0x00U
#define UART_IER 0x04U
#define UART_FCR 0x08U
#define UART_LSR 0x14U

#define FCR_ENABLE 0x01U
#define LSR_ROOM 0x20U /* the transmitter takes a character */
#define LSR_EMPTY 0x40U

static paddr_t uart(u32 offset)
{
    return paddr(HW_CONSOLE_BASE + offset);
}

paddr_t machine_console_page(void)
{
    return paddr(HW_CONSOLE_BASE & ~(PAGE_SIZE - 1U));
}

void machine_console_init(void)
{
    hw_write32(uart(UART_IER), 0);
    hw_write32(uart(UART_FCR), FCR_ENABLE);
}

bool machine_console_put(char c)
{
    if ((hw_read32(uart(UART_LSR)) & LSR_ROOM) == 0) {
        return false;
    }
    hw_write32(uart(UART_THR), (u8)c);
    return true;
}

bool machine_console_busy(void)
{
    return (hw_read32(uart(UART_LSR)) & LSR_EMPTY) == 0;
}
