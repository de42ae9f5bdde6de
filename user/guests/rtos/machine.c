/* SPDX-License-Identifier: BSD-2-Clause */
/* Drivers of what every guest has: PL011 (DDI 0183), GICv2 (IHI 0048B), the virtual
 * timer and short-descriptor page tables (DDI 0406C B8.1, B3.5). */
#include "rtos.h"

#define REG(at) (*(volatile u32 *)(at))
#define REG8(at) (*(volatile uint8_t *)(at))

#define UART_DR REG(UART_AT)
#define UART_FR REG(UART_AT + 0x18U)
#define UART_IMSC REG(UART_AT + 0x38U)
#define UART_ICR REG(UART_AT + 0x44U)
#define UART_FR_RXFE (1U << 4)
#define UART_FR_TXFF (1U << 5)
#define UART_INT_RX (1U << 4 | 1U << 6)

#define GICD_CTLR REG(GICD_AT)
#define GICD_ISENABLER(line) REG(GICD_AT + 0x100U + (line) / 32U * 4U)
#define GICD_IPRIORITYR(line) REG8(GICD_AT + 0x400U + (line))
#define GICD_ITARGETSR(line) REG8(GICD_AT + 0x800U + (line))
#define GICD_ICFGR(line) REG(GICD_AT + 0xc00U + (line) / 16U * 4U)
#define GICC_CTLR REG(GICC_AT)
#define GICC_PMR REG(GICC_AT + 4U)
#define GICC_IAR REG(GICC_AT + 0xcU)
#define GICC_EOIR REG(GICC_AT + 0x10U)

/* PL031 (DDI 0224): seconds, and an interrupt when they match. */
#define RTC_DR REG(RTC_AT)
#define RTC_MR REG(RTC_AT + 4U)
#define RTC_IMSC REG(RTC_AT + 0x10U)
#define RTC_ICR REG(RTC_AT + 0x1cU)

#define PSCI_SYSTEM_OFF 0x84000008U
#define PSCI_SYSTEM_RESET 0x84000009U

extern u32 tables[4096];

/* Sections of 1 MiB, each to itself: RAM normal and cached, the rest device memory
 * that nothing is fetched from. */
#define SECTION 0x2U
#define SECTION_AP_RW (3U << 10)
#define SECTION_NORMAL (1U << 12 | 3U << 2) /* TEX 1, C, B: write-back, allocate */
#define SECTION_DEVICE (1U << 2)
#define SECTION_XN (1U << 4)

void mmu_on(void)
{
    u32 control;

    for (u32 i = 0; i < 4096U; i++) {
        bool ram = i >= 0x400U && i < 0x800U;
        tables[i] = i << 20 | SECTION | SECTION_AP_RW |
                    (ram ? SECTION_NORMAL : SECTION_DEVICE | SECTION_XN);
    }
    __asm__ volatile("dsb\n\t"
                     "mcr p15, 0, %0, c8, c7, 0\n\t"  /* TLBIALL */
                     "mcr p15, 0, %0, c7, c5, 0\n\t"  /* ICIALLU */
                     "mcr p15, 0, %0, c2, c0, 2\n\t"  /* TTBCR: TTBR0 alone */
                     "mcr p15, 0, %1, c2, c0, 0\n\t"  /* TTBR0 */
                     "mcr p15, 0, %2, c3, c0, 0\n\t"  /* DACR: domain 0, permissions checked */
                     "dsb\n\tisb"
                     :
                     : "r"(0), "r"(tables), "r"(1)
                     : "memory");
    __asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(control));
    control |= 0x1005U; /* I, C, M */
    __asm__ volatile("mcr p15, 0, %0, c1, c0, 0\n\tisb" : : "r"(control) : "memory");
}

void print(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((UART_FR & UART_FR_TXFF) != 0) {
        }
        UART_DR = (u32)*text;
    }
}

void print_number(const char *name, u64 value)
{
    char digits[21];
    u32 at = sizeof(digits) - 1U;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + value % 10U);
        value /= 10U;
    } while (value != 0);
    print(name);
    print(" ");
    print(&digits[at]);
    print("\n");
}

int uart_read(void)
{
    return (UART_FR & UART_FR_RXFE) != 0 ? -1 : (int)(UART_DR & 0xffU);
}

void uart_interrupts(void)
{
    UART_IMSC = UART_INT_RX;
}

void uart_acknowledge(void)
{
    UART_ICR = UART_INT_RX;
}

u32 rtc_alarm(u32 seconds)
{
    u32 now = RTC_DR;

    RTC_ICR = 1;
    RTC_MR = now + seconds;
    RTC_IMSC = 1;
    return now;
}

u32 rtc_acknowledge(void)
{
    RTC_IMSC = 0;
    RTC_ICR = 1;
    return RTC_DR;
}

void gic_init(void)
{
    GICD_CTLR = 1;
    GICC_PMR = 0xf0U;
    GICC_CTLR = 1;
}

void line_enable(u32 line, u32 priority, bool edge)
{
    u32 shift = line % 16U * 2U + 1U;

    GICD_IPRIORITYR(line) = (uint8_t)priority;
    if (line >= 32U) {
        GICD_ITARGETSR(line) = 1;
        GICD_ICFGR(line) = (GICD_ICFGR(line) & ~(1U << shift)) | (u32)edge << shift;
    }
    GICD_ISENABLER(line) = 1U << line % 32U;
}

u32 line_take(void)
{
    return GICC_IAR;
}

void line_end(u32 line)
{
    GICC_EOIR = line;
}

u64 counter(void)
{
    u64 now;

    __asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(now) : : "memory");
    return now;
}

u32 counter_hz(void)
{
    u32 hz;

    __asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(hz));
    return hz;
}

void timer_at(u64 when)
{
    __asm__ volatile("mcrr p15, 3, %Q0, %R0, c14\n\t" /* CNTV_CVAL */
                     "mcr p15, 0, %1, c14, c3, 1\n\t" /* CNTV_CTL: enabled, not masked */
                     "isb"
                     :
                     : "r"(when), "r"(1)
                     : "memory");
}

void timer_off(void)
{
    __asm__ volatile("mcr p15, 0, %0, c14, c3, 1\n\tisb" : : "r"(0) : "memory");
}

static _Noreturn void psci(u32 function)
{
    (void)hvc0(function, 0, 0, 0);
    print("rtos: PSCI came back\n");
    for (;;) {
        __asm__ volatile("wfi");
    }
}

void power_off(void)
{
    psci(PSCI_SYSTEM_OFF);
}

void reset(void)
{
    psci(PSCI_SYSTEM_RESET);
}
