/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bare-metal guest with a tick and two tasks that it preempts. On the UART it says
 * every second how far both have come, and takes commands: a line each, see tests.c.
 * The command line in the device tree may have commands, too: run=one,two.
 */
#include "rtos.h"

#define TICK_HZ 1000U
#define PRIORITY 0xa0U
#define TASKS 2U
#define TASK_STACK 1024U /* words */
#define FRAME 16U        /* r0 to r12, lr, then pc and cpsr */
#define CPSR_START 0x13U /* SVC, ARM state, interrupts on */
#define THUMB 0x20U
#define LINE_MAX 48U

volatile u32 ticks;
volatile u64 tick_latest;
volatile u64 tick_least = ~0ULL;

static struct {
    u32 *sp;
    u32 stack[TASK_STACK] __attribute__((aligned(8)));
} tasks[TASKS];
static u32 current;
static volatile u32 counts[TASKS];
static u32 tick_length;
static u64 tick_due;
static bool ticking;
static volatile u64 alarm_due;
static volatile u64 alarm_handled;
static char line[LINE_MAX];
static volatile u32 line_length;
static volatile bool line_ready;
static const char *run_list;

void tick_start(void)
{
    tick_due = counter() + tick_length;
    ticking = true;
    timer_at(tick_due);
}

void tick_stop(void)
{
    ticking = false;
    timer_off();
}

void alarm_set(u64 when)
{
    alarm_handled = 0;
    alarm_due = when;
    timer_at(when);
}

bool alarm_done(u64 *due, u64 *handled)
{
    *due = alarm_due;
    *handled = alarm_handled;
    return alarm_handled != 0;
}

static void timer_interrupt(void)
{
    u64 now = counter();

    if (!ticking) {
        if (now < alarm_due) {
            return; /* the last tick's, which had been on its way */
        }
        alarm_handled = now;
        timer_off();
        return;
    }
    u64 late = now - tick_due;
    tick_latest = late > tick_latest ? late : tick_latest;
    tick_least = late < tick_least ? late : tick_least;
    ticks++;
    tick_due += tick_length;
    timer_at(tick_due);
}

static void uart_interrupt(void)
{
    int c;

    uart_acknowledge();
    while ((c = uart_read()) >= 0) {
        if (line_ready || c == '\n') {
            continue;
        }
        if (c == '\r') {
            line[line_length] = '\0';
            line_ready = true;
        } else if (line_length < LINE_MAX - 1U) {
            line[line_length++] = (char)c;
        }
    }
}

/* Called by the vector with the interrupted task's frame. */
u32 *interrupt(u32 *sp);
u32 *interrupt(u32 *sp)
{
    u32 taken = line_take();

    if ((taken & 0x3ffU) >= 1020U) {
        return sp; /* it is gone again */
    }
    if (taken == LINE_TIMER) {
        timer_interrupt();
    } else if (taken == LINE_UART) {
        uart_interrupt();
    } else if (taken == LINE_RTC) {
        rtc_interrupt();
    }
    line_end(taken);
    if (taken == LINE_TIMER && ticking) {
        tasks[current].sp = sp;
        current = (current + 1U) % TASKS;
        sp = tasks[current].sp;
    }
    return sp;
}

static void report(void)
{
    print_number("rtos: ticks", ticks);
    print_number("rtos: task 0", counts[0]);
    print_number("rtos: task 1", counts[1]);
    print_number("rtos: latest tick, counter ticks", tick_latest);
}

/* The next name of a list with commas. */
static bool list_next(char *name)
{
    u32 length = 0;

    if (run_list == 0 || *run_list == '\0' || *run_list == ' ') {
        return false;
    }
    while (*run_list != '\0' && *run_list != ' ' && *run_list != ',') {
        if (length < LINE_MAX - 1U) {
            name[length++] = *run_list;
        }
        run_list++;
    }
    run_list += *run_list == ',';
    name[length] = '\0';
    return true;
}

static bool same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static void command(const char *name)
{
    if (same(name, "report")) {
        report();
    } else if (same(name, "off")) {
        print("rtos: off\n");
        power_off();
    } else if (same(name, "reset")) {
        print("rtos: reset\n");
        reset();
    } else {
        test_run(name);
    }
}

static void task_console(void)
{
    char name[LINE_MAX];

    while (list_next(name)) {
        command(name);
    }
    for (;;) {
        counts[0]++;
        if (line_ready) {
            /* The next may be typed while this one runs. */
            for (u32 i = 0; i <= line_length; i++) {
                name[i] = line[i];
            }
            line_length = 0;
            line_ready = false;
            command(name);
        }
        __asm__ volatile("wfi");
    }
}

static void task_work(void)
{
    u32 second = 0;

    for (;;) {
        counts[1]++;
        if (ticks / TICK_HZ != second) {
            second = ticks / TICK_HZ;
            print_number("rtos: second", second);
        }
        __asm__ volatile("wfi");
    }
}

static void task_make(u32 task, void (*entry)(void))
{
    u32 *sp = &tasks[task].stack[TASK_STACK - FRAME];

    sp[FRAME - 2U] = (u32)entry & ~1U;
    sp[FRAME - 1U] = CPSR_START | (((u32)entry & 1U) != 0 ? THUMB : 0);
    tasks[task].sp = sp;
}

/* The command line, without a parser for device trees: it is the only text in one that
 * holds "run=". */
static const char *run_find(u32 tree)
{
    static const char key[] = {'r', 'u', 'n', '='};

    if (tree == 0 || *(const volatile u32 *)tree != 0xedfe0dd0U) {
        return 0;
    }
    u32 size = __builtin_bswap32(((const volatile u32 *)tree)[1]);
    const char *text = (const char *)tree;
    for (u32 i = 0; i + sizeof(key) < size; i++) {
        if (text[i] == key[0] && text[i + 1U] == key[1] && text[i + 2U] == key[2] &&
            text[i + 3U] == key[3]) {
            return &text[i + sizeof(key)];
        }
    }
    return 0;
}

_Noreturn void main(u32 argument, u32 tree);
_Noreturn void main(u32 argument, u32 tree)
{
    (void)argument;
    mmu_on();
    gic_init();
    line_enable(LINE_TIMER, PRIORITY, false);
    line_enable(LINE_UART, PRIORITY, false);
    uart_interrupts();
    run_list = run_find(tree);
    tick_length = counter_hz() / TICK_HZ;
    print("rtos: up\n");
    task_make(0, task_console);
    task_make(1, task_work);
    tick_start();
    task_first(tasks[0].sp);
}
