/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "bus.h"
#include "sim.h"

enum {
    DR = 0x00,
    FR = 0x18,
    LCR_H = 0x2c,
    CR = 0x30,
    IFLS = 0x34,
    IMSC = 0x38,
    RIS = 0x3c,
    MIS = 0x40,
    ICR = 0x44
};
enum {
    FR_BUSY = 1U << 3,
    FR_RXFE = 1U << 4,
    FR_TXFF = 1U << 5,
    FR_TXFE = 1U << 7,
    INT_RX = 1U << 4,
    INT_TX = 1U << 5,
    INT_TIMEOUT = 1U << 6,
    INT_OVERRUN = 1U << 10
};

static u32 get(u32 offset)
{
    u32 value = 0;

    cr_assert(sim_bus_read(paddr(SIM_UART_BASE + offset), 4, &value));
    return value;
}

static void put(u32 offset, u32 value)
{
    cr_assert(sim_bus_write(paddr(SIM_UART_BASE + offset), 4, value));
}

static bool line(void)
{
    return sim_gic_pending(&sim.gic, 0, SIM_LINE_UART);
}

static void prepare(void)
{
    sim_machine_reset(1);
    sim_gic_reset(&sim.gic, 1);
    sim_uart_reset(&sim.uart);
    sim_clock.now = 0;
    put(LCR_H, 0x70);
    put(CR, 0x301);
}

static void receive(u32 count)
{
    for (u32 i = 0; i < count; i++) {
        cr_assert(sim_uart_receive(&sim.uart, sim_clock.now, (u8)('a' + i)));
    }
    sim_bus_update();
}

TestSuite(uart, .init = prepare);

Test(uart, identifies_itself_as_pl011)
{
    static const u32 id[8] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    for (u32 i = 0; i < 8U; i++) {
        cr_assert_eq(get(0xfe0U + 4U * i), id[i]);
    }
}

Test(uart, sends_nothing_until_enabled)
{
    sim_uart_reset(&sim.uart);
    sim.uart.char_time = 0;
    put(DR, 'x');
    cr_assert_eq(sim_uart_fetch(&sim.uart), -1);
    put(CR, 0x301);
    cr_assert_eq(sim_uart_fetch(&sim.uart), 'x');
}

Test(uart, sends_at_once_without_character_time)
{
    sim.uart.char_time = 0;
    for (int c = 0; c < 100; c++) {
        put(DR, (u32)c);
    }
    for (int c = 0; c < 100; c++) {
        cr_assert_eq(sim_uart_fetch(&sim.uart), c);
    }
    cr_assert_eq(sim_uart_fetch(&sim.uart), -1);
}

Test(uart, a_character_takes_its_time)
{
    put(DR, 'x');
    put(DR, 'y');
    cr_assert_eq(get(FR) & FR_BUSY, (u32)FR_BUSY);
    cr_assert_eq(sim_uart_next(&sim.uart), SIM_UART_CHAR_TIME);
    sim_clock.now = SIM_UART_CHAR_TIME - 1U;
    sim_bus_update();
    cr_assert_eq(sim_uart_fetch(&sim.uart), -1);
    sim_clock.now = SIM_UART_CHAR_TIME;
    sim_bus_update();
    cr_assert_eq(sim_uart_fetch(&sim.uart), 'x');
    cr_assert_eq(sim_uart_next(&sim.uart), 2U * SIM_UART_CHAR_TIME);
    /* Late updates lose no time: characters follow back to back. */
    sim_clock.now = 10U * SIM_UART_CHAR_TIME;
    sim_bus_update();
    cr_assert_eq(sim_uart_fetch(&sim.uart), 'y');
    cr_assert_eq(get(FR) & FR_BUSY, 0U);
    cr_assert_eq(sim_uart_next(&sim.uart), SIM_TIME_NEVER);
}

Test(uart, transmit_fifo_holds_16_and_drops_the_rest)
{
    for (u32 i = 0; i < 17U; i++) {
        cr_assert_eq(get(FR) & FR_TXFF, 0U, "after %u", i);
        put(DR, 'a' + i);
    }
    cr_assert_neq(get(FR) & FR_TXFF, 0U);
    put(DR, 'z');
    sim_clock.now = 20U * SIM_UART_CHAR_TIME;
    sim_bus_update();
    for (int i = 0; i < 17; i++) {
        cr_assert_eq(sim_uart_fetch(&sim.uart), 'a' + i);
    }
    cr_assert_eq(sim_uart_fetch(&sim.uart), -1);
    cr_assert_neq(get(FR) & FR_TXFE, 0U);
}

Test(uart, transmit_interrupt_comes_at_the_trigger_level)
{
    put(IMSC, INT_TX);
    cr_assert_not(line(), "an empty FIFO alone does not interrupt");
    for (u32 i = 0; i < 11U; i++) {
        put(DR, 'x'); /* one in the shift register, ten in the FIFO */
    }
    sim_clock.now = SIM_UART_CHAR_TIME;
    sim_bus_update();
    cr_assert_not(line());
    sim_clock.now = 2U * SIM_UART_CHAR_TIME;
    sim_bus_update();
    cr_assert(line());
    cr_assert_eq(get(MIS), (u32)INT_TX);
    put(DR, 'x');
    cr_assert_not(line(), "filled above the level");
}

Test(uart, receive_interrupt_comes_at_the_trigger_level)
{
    put(IMSC, INT_RX);
    receive(7);
    cr_assert_not(line());
    receive(1);
    cr_assert(line());
    cr_assert_eq(get(DR), (u32)'a');
    cr_assert_not(line());
    cr_assert_eq(get(RIS) & INT_RX, 0U);
}

Test(uart, receive_trigger_follows_ifls)
{
    put(IMSC, INT_RX);
    put(IFLS, 4U << 3);
    receive(13);
    cr_assert_not(line());
    receive(1);
    cr_assert(line());
}

Test(uart, lonely_characters_time_out)
{
    u64 timeout = SIM_UART_CHAR_TIME * 32U / 10U;

    put(IMSC, INT_TIMEOUT);
    receive(2);
    cr_assert_eq(sim_uart_next(&sim.uart), timeout);
    sim_clock.now = timeout - 1U;
    sim_bus_update();
    cr_assert_not(line());
    sim_clock.now = timeout;
    sim_bus_update();
    cr_assert(line());
    (void)get(DR);
    cr_assert(line(), "one character is left");
    (void)get(DR);
    cr_assert_not(line());
    cr_assert_eq(get(FR) & FR_RXFE, (u32)FR_RXFE);
}

Test(uart, overrun_is_recorded_and_marks_the_next_character)
{
    put(IMSC, INT_OVERRUN);
    receive(16);
    cr_assert_not(sim_uart_receive(&sim.uart, sim_clock.now, 'x'));
    sim_bus_update();
    cr_assert(line());
    cr_assert_eq(get(DR), (u32)'a');
    receive(1);
    for (u32 i = 1; i < 16U; i++) {
        cr_assert_eq(get(DR), 'a' + i);
    }
    cr_assert_eq(get(DR), 'a' | 1U << 11);
    put(ICR, INT_OVERRUN);
    cr_assert_not(line());
}

Test(uart, without_fifos_one_character_is_all)
{
    put(LCR_H, 0x60);
    put(IMSC, INT_RX);
    receive(1);
    cr_assert(line());
    cr_assert_not(sim_uart_receive(&sim.uart, sim_clock.now, 'x'));
    cr_assert_eq(get(DR), (u32)'a');
    cr_assert_not(line());
}

Test(uart, masked_interrupts_stay_off_the_line)
{
    receive(8);
    cr_assert_not(line());
    cr_assert_eq(get(RIS) & INT_RX, (u32)INT_RX);
    cr_assert_eq(get(MIS), 0U);
    put(IMSC, INT_RX);
    cr_assert(line());
}

Test(uart, output_ring_keeps_the_newest)
{
    sim.uart.char_time = 0;
    for (u32 i = 0; i < SIM_UART_OUT + 3U; i++) {
        put(DR, i & 0x7fU);
    }
    cr_assert_eq(sim.uart.out_lost, 3U);
    for (u32 i = 3; i < SIM_UART_OUT + 3U; i++) {
        cr_assert_eq(sim_uart_fetch(&sim.uart), (int)(i & 0x7fU));
    }
}

Test(uart, takes_bytes_and_halfwords)
{
    u32 value = 0;

    sim.uart.char_time = 0;
    cr_assert(sim_bus_write(paddr(SIM_UART_BASE + DR), 1, 'q'));
    cr_assert(sim_bus_write(paddr(SIM_UART_BASE + DR), 2, 'r'));
    cr_assert_eq(sim_uart_fetch(&sim.uart), 'q');
    cr_assert_eq(sim_uart_fetch(&sim.uart), 'r');
    cr_assert(sim_bus_read(paddr(SIM_UART_BASE + FR), 2, &value));
    cr_assert_eq(value & FR_TXFE, (u32)FR_TXFE);
    cr_assert_not(sim_bus_read(paddr(SIM_UART_BASE + 1U), 1, &value));
}

Test(uart, listens_while_a_character_would_interrupt)
{
    prepare();
    cr_assert_not(sim_uart_listens(&sim.uart), "no interrupt is enabled");
    put(IMSC, INT_TX);
    cr_assert_not(sim_uart_listens(&sim.uart), "none that reception raises");
    put(IMSC, INT_TIMEOUT);
    cr_assert(sim_uart_listens(&sim.uart));
    put(IMSC, INT_RX);
    cr_assert(sim_uart_listens(&sim.uart));
    put(CR, 0x101);
    cr_assert_not(sim_uart_listens(&sim.uart), "the receiver is off");
    put(CR, 0x200);
    cr_assert_not(sim_uart_listens(&sim.uart), "the UART is off");
}
