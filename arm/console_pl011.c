/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The core's console on a PL011 UART (ARM DDI 0183G). Baud rate and pins are as
 * the firmware left them. A board with another UART links another file.
 */
#include "hw.h"
#include "machine.h"

/* Registers (3.2). */
#define UART_DR 0x000U
#define UART_FR 0x018U
#define UART_LCR_H 0x02cU
#define UART_CR 0x030U
#define UART_IMSC 0x038U

#define FR_BUSY (1U << 3)
#define FR_TXFF (1U << 5)
#define LCR_H_FEN (1U << 4)
#define LCR_H_8BIT (3U << 5)
#define CR_UARTEN (1U << 0)
#define CR_TXE (1U << 8)

static paddr_t reg(u32 offset)
{
    return paddr(HW_CONSOLE_BASE + offset);
}

paddr_t machine_console_page(void)
{
    return paddr(HW_CONSOLE_BASE);
}

/* LCR_H is written only while the UART is off (3.3.7). */
void machine_console_init(void)
{
    hw_write32(reg(UART_CR), 0);
    hw_write32(reg(UART_IMSC), 0);
    hw_write32(reg(UART_LCR_H), LCR_H_8BIT | LCR_H_FEN);
    hw_write32(reg(UART_CR), CR_UARTEN | CR_TXE);
}

bool machine_console_put(char c)
{
    if ((hw_read32(reg(UART_FR)) & FR_TXFF) != 0) {
        return false;
    }
    hw_write32(reg(UART_DR), (u8)c);
    return true;
}

bool machine_console_busy(void)
{
    return (hw_read32(reg(UART_FR)) & FR_BUSY) != 0;
}
