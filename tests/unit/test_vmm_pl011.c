/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "../../user/vmm/port.h"
#include "uart_port.h"
#include "vmm_rig.h"

enum {
    DR = 0x00,
    RSR = 0x04,
    FR = 0x18,
    IBRD = 0x24,
    FBRD = 0x28,
    LCR_H = 0x2c,
    CR = 0x30,
    IFLS = 0x34,
    IMSC = 0x38,
    RIS = 0x3c,
    MIS = 0x40,
    ICR = 0x44,
    DMACR = 0x48
};
enum { RXFE = 1 << 4, TXFF = 1 << 5, RXFF = 1 << 6, TXFE = 1 << 7 };
enum { RX = 1 << 4, TX = 1 << 5, RT = 1 << 6 };

static uint32_t get(uint32_t offset)
{
    return rig_read32(0, RIG_UART + offset);
}

static void set(uint32_t offset, uint32_t value)
{
    rig_write32(0, RIG_UART + offset, value);
}

static bool line(void)
{
    return (lab.vmm->vm[0].gicd.level[RIG_UART_LINE / 32U] >> RIG_UART_LINE % 32U & 1U) != 0;
}

static void begin(void)
{
    rig_prepare(1);
    rig_begin();
    rig_text_clear();
}

TestSuite(vmm_pl011, .init = begin);

Test(vmm_pl011, says_what_it_is)
{
    const uint32_t id[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    for (uint32_t i = 0; i < 8; i++) {
        cr_assert_eq(get(0xfe0 + 4 * i), id[i]);
    }
    cr_assert_eq(get(0xfe1), 0);
    cr_assert_eq(get(CR), 0x301);
    cr_assert_eq(get(IFLS), 0x12);
    cr_assert_eq(get(FR), RXFE | TXFE);
}

Test(vmm_pl011, registers_keep_what_they_have)
{
    const uint32_t kept[][3] = {{IBRD, 0xffffffff, 0xffff}, {FBRD, 0xffffffff, 0x3f},
                                {LCR_H, 0xffffffff, 0xff}, {CR, 0xffffff7f, 0xff7f},
                                {IFLS, 0xffffffff, 0x3f}, {IMSC, 0xffffffff, 0x7ff},
                                {RSR, 0xffffffff, 0}, {DMACR, 7, 0}};

    for (uint32_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        set(kept[i][0], kept[i][1]);
        cr_assert_eq(get(kept[i][0]), kept[i][2], "%x", kept[i][0]);
    }
}

/* A write is of one register, and the others stay. */
Test(vmm_pl011, registers_are_apart)
{
    const uint32_t all[] = {IBRD, FBRD, LCR_H, CR, IFLS, IMSC};
    const uint32_t count = sizeof(all) / sizeof(all[0]);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t before[6];
        for (uint32_t j = 0; j < count; j++) {
            set(all[j], 0x10);
            before[j] = get(all[j]);
        }
        set(all[i], 0x21);
        for (uint32_t j = 0; j < count; j++) {
            cr_assert_eq(get(all[j]), j == i ? 0x21 : before[j], "%x, %x", all[i], all[j]);
        }
    }
    set(DR, 'a');
    set(ICR, 0x7ff);
    for (uint32_t j = 0; j < count; j++) {
        cr_assert_eq(get(all[j]), j + 1U == count ? 0x21 : 0x10, "%x", all[j]);
    }
}

Test(vmm_pl011, sends)
{
    const char *text = "Booting Linux\r\n";

    for (uint32_t i = 0; text[i] != '\0'; i++) {
        rig_write(0, RIG_UART + DR, i % 2 != 0 ? 4 : 1, (uint8_t)text[i]);
    }
    cr_assert_str_eq(lab.text, text);
}

Test(vmm_pl011, the_transmit_interrupt_comes_when_it_is_sent)
{
    set(IMSC, TX);
    cr_assert_not(line());
    set(DR, 'a');
    cr_assert(line());
    cr_assert_eq(get(MIS), TX);
    set(ICR, TX);
    cr_assert_not(line());
    cr_assert_eq(get(RIS), 0);
    set(DR, 'b');
    set(IMSC, 0);
    cr_assert_not(line());
    cr_assert_eq(get(RIS), TX);
    cr_assert_eq(get(MIS), 0);
}

Test(vmm_pl011, a_full_console_holds_it_up)
{
    lab.room = 0;
    set(IMSC, TX);
    uint32_t sent = 0;
    for (; (get(FR) & TXFF) == 0; sent++) {
        cr_assert_lt(sent, 10000);
        set(DR, 'x');
    }
    cr_assert_geq(sent, 1000);
    cr_assert_eq(get(RIS) & TX, 0);
    cr_assert_eq(get(FR), TXFF | RXFE);
    cr_assert_eq(lab.uart_events, UART_INPUT | UART_ROOM);
    lab.room = 10; /* the line moves on, but not by much */
    rig_events(VMM_EVENT_CONSOLE);
    cr_assert_not(line());
    lab.room = 0xffffffff;
    rig_events(VMM_EVENT_CONSOLE);
    cr_assert_eq(lab.text_bytes, 10 + 32, "a FIFO at once, and no more");
    rig_console();
    cr_assert(line());
    cr_assert_eq(lab.text_bytes, sent);
    cr_assert_eq(lab.uart_events, UART_INPUT);
    cr_assert_eq(get(FR) & TXFF, 0);
    /* One that does not look gets on, too, and what does not fit is lost. */
    lab.room = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        set(DR, 'y');
    }
    lab.room = 0xffffffff;
    rig_console();
    cr_assert_eq(lab.text_bytes, sent + CONSOLE_OUT);
}

Test(vmm_pl011, polling_moves_the_console_on)
{
    lab.room = 0;
    while ((get(FR) & TXFF) == 0) {
        set(DR, 'x');
    }
    lab.room = 0xffffffff;
    for (uint32_t i = 0; i < 2U * CONSOLE_OUT / 32U && (get(FR) & TXFF) != 0; i++) {
        cr_assert_leq(lab.text_bytes, 32U * (i + 1U), "a FIFO in each exit, and no more");
    }
    cr_assert_eq(get(FR) & TXFF, 0);
}

Test(vmm_pl011, receives)
{
    set(LCR_H, 0x70);
    set(IMSC, RX | RT);
    rig_type("a");
    cr_assert_eq(get(MIS), RT);
    cr_assert(line());
    cr_assert_eq(get(FR) & RXFE, 0);
    cr_assert_eq(get(DR), 'a');
    cr_assert_not(line());
    cr_assert_eq(get(FR) & RXFE, RXFE);
    cr_assert_eq(get(DR), 0);
    rig_type("12345678"); /* half full */
    cr_assert_eq(get(MIS), RX | RT);
    cr_assert_eq(get(DR), '1');
    cr_assert_eq(get(MIS), RT);
    rig_type("abcdefghi");
    cr_assert_eq(get(FR) & RXFF, RXFF);
}

Test(vmm_pl011, without_fifo_each_character_interrupts)
{
    set(LCR_H, 0x60);
    set(IMSC, RX);
    rig_type("a");
    cr_assert(line());
}

Test(vmm_pl011, what_was_acknowledged_unread_comes_again)
{
    set(LCR_H, 0x70);
    set(IMSC, RT);
    rig_type("a");
    set(ICR, 0x7ff);
    cr_assert_not(line());
    set(IMSC, RT | RX);
    cr_assert(line());
    cr_assert_eq(get(DR), 'a');
}

Test(vmm_pl011, much_may_be_typed_ahead)
{
    char text[301];

    for (uint32_t i = 0; i < 300; i++) {
        text[i] = (char)('0' + i % 64);
    }
    text[300] = '\0';
    rig_type(text);
    cr_assert_eq(lab.uart_events, UART_INPUT, "whoever reads or not");
    for (uint32_t i = 0; i < 300; i++) {
        cr_assert_eq(get(FR) & RXFE, 0, "character %u", i);
        cr_assert_eq(get(DR), (uint8_t)text[i]);
    }
    cr_assert_eq(get(FR) & RXFE, RXFE);
    cr_assert_eq(lab.uart_events, UART_INPUT);
}

Test(vmm_pl011, loops_back)
{
    set(CR, 0x381);
    for (uint32_t i = 0; i < 100; i++) {
        set(DR, 'l');
    }
    cr_assert_eq(lab.text_bytes, 0);
    cr_assert_eq(get(DR), 'l');
}
