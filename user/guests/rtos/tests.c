/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the guest can be told to try: accesses that must not do any harm, and loops
 * whose cost is to be measured. Each says in one line what came of it. Costs are
 * counter ticks for all rounds; the counter ticks every 16 instructions where QEMU
 * counts those.
 */
#include "rtos.h"

#define ROUNDS 1000U
#define NOWHERE_AT 0x70000000U /* nothing is there in any VM; mapped by the guest's MMU */
#define GICD_TYPER (GICD_AT + 4U)

volatile struct exceptions exceptions;
u32 probe_return;

void caught(u32 kind, u32 address);
void caught(u32 kind, u32 address)
{
    exceptions.undefined += kind == 1U;
    exceptions.supervisor += kind == 2U;
    exceptions.prefetch += kind == 3U;
    exceptions.data += kind == 4U;
    exceptions.address = address;
}

/* Interrupts, and with them other tasks, would disturb a measurement. */
static u64 quiet_start(void)
{
    __asm__ volatile("cpsid i" : : : "memory");
    return counter();
}

static void quiet_end(const char *name, u64 start)
{
    u64 end = counter();

    __asm__ volatile("cpsie i" : : : "memory");
    print_number(name, end - start);
}

static void test_mmio(void)
{
    u64 start = quiet_start();

    for (u32 i = 0; i < ROUNDS; i++) {
        (void)*(volatile u32 *)GICD_TYPER;
    }
    quiet_end("rtos: 1000 reads of the distributor", start);
}

static void test_memory(void)
{
    static volatile u32 word;
    u64 start = quiet_start();

    for (u32 i = 0; i < ROUNDS; i++) {
        (void)word;
    }
    quiet_end("rtos: 1000 reads of memory", start);
}

static void test_hypercall(void)
{
    u64 start = quiet_start();
    u32 status = 0;

    for (u32 i = 0; i < ROUNDS; i++) {
        status |= hypercall_version();
    }
    quiet_end("rtos: 1000 hypercalls", start);
    print_number("rtos: their status", status);
}

static void test_psci(void)
{
    u64 start = quiet_start();
    u32 version = 0;

    for (u32 i = 0; i < ROUNDS; i++) {
        version = hvc0(0x84000000U, 0, 0, 0);
    }
    quiet_end("rtos: 1000 calls of PSCI_VERSION", start);
    print_number("rtos: the version", version >> 16);
}

/* From when the timer is due until its handler has run: while running, or in WFI. */
static void timer_rounds(const char *name, bool wait)
{
    u64 least = ~0ULL;
    u64 most = 0;

    tick_stop();
    for (u32 i = 0; i < 100U; i++) {
        u64 due;
        u64 handled;
        alarm_set(counter() + 2000U);
        while (!alarm_done(&due, &handled)) {
            if (wait) {
                __asm__ volatile("wfi");
            }
        }
        u64 late = handled - due;
        least = late < least ? late : least;
        most = late > most ? late : most;
    }
    tick_start();
    print(name);
    print_number(", least", least);
    print(name);
    print_number(", most", most);
}

static void test_timer(void)
{
    timer_rounds("rtos: timer due to handled, running", false);
    timer_rounds("rtos: timer due to handled, in WFI", true);
}

static void check(const char *what, bool good)
{
    print(good ? "rtos: good: " : "rtos: BAD: ");
    print(what);
    print("\n");
}

/* What a guest may get wrong without leaving its VM: exceptions of its own. */
static void test_illegal(void)
{
    u32 before = exceptions.undefined;
    probe_undefined();
    check("an undefined instruction is the guest's own", exceptions.undefined == before + 1U);

    before = exceptions.undefined;
    (void)probe_secure();
    check("SCR is undefined", exceptions.undefined == before + 1U);

    before = exceptions.prefetch;
    probe_execute(UART_AT);
    check("fetching from a device aborts", exceptions.prefetch == before + 1U);

    before = exceptions.prefetch;
    probe_execute((u32)probe_breakpoint);
    check("a breakpoint is the guest's own", exceptions.prefetch == before + 1U);

    check("a device's register is read big-endian, too",
          probe_read_big(GICD_TYPER) == __builtin_bswap32(probe_read(GICD_TYPER)));
}

/* Where nothing is: the VMM stops the VM, or answers zeroes. */
static void test_nowhere(void)
{
    u32 value = probe_read(NOWHERE_AT);

    probe_write(NOWHERE_AT, 1);
    print_number("rtos: where nothing is", value);
}

/* To a device, as a compiler makes it of a loop: the VMM stops the VM. */
static void test_writeback(void)
{
    probe_write_back(GICD_AT + 0x420U, 0);
}

static volatile u32 rtc_fired;

void rtc_interrupt(void)
{
    rtc_fired = rtc_acknowledge();
}

/* A device of the board, with its interrupt: three alarms of a second each. */
static void test_rtc(void)
{
    line_enable(LINE_RTC, 0x80U, false);
    for (u32 i = 0; i < 3U; i++) {
        rtc_fired = 0;
        u32 start = rtc_alarm(1);
        while (rtc_fired == 0) {
            __asm__ volatile("wfi");
        }
        check("the clock's alarm came in time", rtc_fired == start + 1U);
    }
}

static void test_spin(void)
{
    __asm__ volatile("cpsid aif" : : : "memory");
    print("rtos: spins with interrupts off\n");
    for (;;) {
    }
}

static void test_flood(void)
{
    print("rtos: floods the UART\n");
    for (u32 i = 0; i < 100000U; i++) {
        probe_write(UART_AT + 0x44U, 0x7ffU);
    }
    print("rtos: flooded\n");
}

static u64 set_way_time(u32 operand)
{
    u64 start = counter();

    __asm__ volatile("mcr p15, 0, %0, c7, c14, 2\n\tdsb" : : "r"(operand) : "memory"); /* DCCISW */
    return counter() - start;
}

/* Operations by set and way are not the CPU's: of set 0 and way 0 one cleans the VM's RAM,
 * 32,768 lines of 64 bytes; the others are nothing, and shorter than an exit. */
static void test_sweep(void)
{
    u64 least = ~0ULL;

    for (u32 i = 1; i <= 64U; i++) {
        u64 set = set_way_time(i << 6);
        u64 way = set_way_time(i << 26 | 2U);
        least = set < least ? set : least;
        least = way < least ? way : least;
    }
    u64 last = set_way_time(0);
    print_number("rtos: of another set or way", least);
    print_number("rtos: of set 0 and way 0", last);
    check("only the last of a sweep does it all", least < 16U && last > 2048U);
}

static const struct {
    const char *name;
    void (*run)(void);
} tests[] = {
    {"mmio", test_mmio},       {"memory", test_memory}, {"hypercall", test_hypercall},
    {"psci", test_psci},       {"timer", test_timer},   {"illegal", test_illegal},
    {"nowhere", test_nowhere}, {"spin", test_spin},     {"flood", test_flood},
    {"rtc", test_rtc},         {"sweep", test_sweep},   {"blk", attack_block},
    {"net", attack_net},       {"take", attack_take},   {"con", attack_console},
    {"resets", attack_resets}, {"watch", attack_watch}, {"writeback", test_writeback},
};

void test_run(const char *name)
{
    for (u32 i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        u32 at = 0;
        while (tests[i].name[at] != '\0' && tests[i].name[at] == name[at]) {
            at++;
        }
        if (tests[i].name[at] == name[at]) {
            tests[i].run();
            return;
        }
    }
    print("rtos: commands: report off reset");
    for (u32 i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        print(" ");
        print(tests[i].name);
    }
    print("\n");
}
