/* SPDX-License-Identifier: BSD-2-Clause */
/* The ring of text and its way to the UART: see klog.h. */
#include "klog.h"

#include "kernel.h"

/* How often a UART may refuse a character before it counts as dead: longer than
 * one takes at 9,600 baud. */
#define PATIENCE 100000U

struct klog klog;

/* ---- text ----------------------------------------------------------------*/

void klog_reset(void)
{
    klog = (struct klog){.next = 0};
}

void klog_put_text(const char *text, u32 length)
{
    u32 room = KLOG_LINE - 2U - klog.column; /* but for the line's end */
    u32 most = length < room ? length : room;
    u32 next = klog.next;
    u32 count = 0;

    for (; count < most && text[count] != '\0'; count++) {
        klog.text[(next + count) % KLOG_TEXT] = text[count];
    }
    klog.next = next + count;
    klog.column += count;
}

void klog_put_end(const struct cpu *cpu)
{
    klog.column -= 2U; /* there is room for this */
    klog_put_text("\r\n", 2);
    klog.column += 2U;
    /* Nothing is sent within a line, so that this is soon enough. */
    if (klog.next - klog.sent > KLOG_TEXT) {
        klog.sent = klog.next - KLOG_TEXT;
    }
    trace(cpu, TRACE_TEXT, cpu->current, klog.next - klog.column, klog.column);
    klog.column = 0;
}

/* ---- the UART ------------------------------------------------------------*/

static bool send_one(void)
{
    bool sent = machine_console_put(klog.text[klog.sent % KLOG_TEXT]);

    klog.sent += sent;
    return sent;
}

bool klog_flush(void)
{
    u32 patience = PATIENCE;

    while (klog.sent != klog.next || machine_console_busy()) {
        if (klog.sent != klog.next && send_one()) {
            patience = PATIENCE;
        } else if (--patience == 0) {
            return false;
        }
    }
    return true;
}

bool klog_step(struct cpu *cpu)
{
    if (kernel.console == CONSOLE_CORE && klog.column == 0 && klog.sent != klog.next) {
        u32 count = 0;
        while (count < KLOG_SENT && klog.sent != klog.next && send_one()) {
            count++;
        }
        return count != 0;
    }
    cpu->printing = print_dump_step(cpu);
    return cpu->printing;
}

void klog_finish(struct cpu *cpu)
{
    u32 pieces = KLOG_DUMPS * KLOG_LINE; /* more than there can be */

    while (pieces != 0 && print_dump_step(cpu)) {
        pieces--;
    }
}

void panic(const char *reason, u32 address)
{
    struct cpu *cpu = &kernel.cpu[0];

    /* Not again, if printing itself was what went wrong. */
    if (kernel.console != CONSOLE_PANIC) {
        kernel.console = CONSOLE_PANIC;
        machine_console_init();
        klog_finish(cpu);
        print_panic(cpu, reason, address);
        (void)klog_flush();
    }
    machine_panic(reason);
}
