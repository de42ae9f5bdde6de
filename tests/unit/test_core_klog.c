/* SPDX-License-Identifier: BSD-2-Clause */
/* The core's console: boot lines, fault dumps, who has the UART, panics. */
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "hw_access.h"
#include "klog.h"
#include "memory.h"
#include "rig.h"
#include "thimble.h"
#include "time.h"

#define ADDRESS 0xdead0000U
#define MS 1000000U
#define UART_LINE 33U

static struct cpu *cpu(void)
{
    return &kernel.cpu[0];
}

/* ---- what was printed ------------------------------------------------------*/

/* What the UART has sent since the last look; the time goes by that it takes. */
static const char *uart_sent(void)
{
    static char text[2U * SIM_UART_OUT];
    size_t size = 0;
    int c;

    sim_uart_hurry(&sim.uart);
    while ((c = sim_uart_fetch(&sim.uart)) >= 0) {
        text[size++] = (char)c;
    }
    text[size] = '\0';
    return text;
}

/* What is in the ring and was never sent. */
static const char *unsent(void)
{
    static char text[KLOG_TEXT + 1U];
    size_t size = 0;

    for (u32 i = klog.sent; i != klog.next; i++) {
        text[size++] = klog.text[i % KLOG_TEXT];
    }
    text[size] = '\0';
    return text;
}

/* All steps that can be made while the UART's characters go out. */
static u32 steps_make(void)
{
    u32 steps = 0;

    while (cpu()->printing) {
        u32 before = klog.sent;
        u32 text = klog.next;
        (void)klog_step(cpu());
        cr_assert_leq(klog.sent - before, KLOG_SENT);
        cr_assert_leq(klog.next - text, KLOG_LINE);
        sim_uart_hurry(&sim.uart);
        cr_assert_lt(++steps, 10000U, "printing does not end");
    }
    return steps;
}

#define expect_text(text, expected) cr_expect_str_eq((text), (expected))
#define expect_part(text, part) \
    cr_expect(strstr((text), (part)) != NULL, "no \"%s\" in: %s", (part), (text))

/* ---- a system by hand, with names -------------------------------------------*/

static const struct boot_cell small_cells[] = {
    {.name = "client", .slots = 4, .tables = 9, .image = {BUILD_IMAGE_AT}, .image_size = 64U * KIB},
    {.name = "driver", .slots = 6, .tables = 8},
};
static const struct boot_thread small_threads[] = {
    {.name = "main", .cell = 0, .sc = 0, .handler = 2, .health = 3},
    {.name = "service", .cell = 1, .sc = NONE, .level = 5, .handler = THIMBLE_NO_SLOT,
     .health = THIMBLE_NO_SLOT},
};
static const struct boot_sc small_scs[] = {
    {.urgency = {{.priority = 10, .reach = 1}, {.priority = 10, .reach = 1}}, .described = 10,
     .thread = 0, .budget = 1000, .period = 5000}};
static const struct boot_irq small_irqs[] = {{.name = "uart", .line = 33},
                                             {.name = "spare", .line = 40, .edge = true}};
static const struct boot_notification small_notifications[] = {{.name = "bell"}};
static struct boot_region small_regions[] = {
    {.name = "image", .cell = 0, .mapped = true,
     .map = {.gpa = {BUILD_IMAGE_AT}, .pa = {SIM_RAM_BASE}, .size = 64U * KIB, .access = 7}},
    {.name = "registers", .cell = 1,
     .map = {.gpa = {0x20000000U}, .pa = {SIM_UART_BASE}, .size = PAGE_SIZE,
             .memory = MEMORY_DEVICE, .access = ACCESS_READ | ACCESS_WRITE}},
    {.name = "frames", .cell = 1, .mapped = true,
     .map = {.gpa = {0x30000000U}, .pa = {SIM_RAM_BASE + MIB}, .size = 2U * PAGE_SIZE,
             .memory = MEMORY_UNCACHED, .access = ACCESS_READ}},
};
static const struct boot_cap small_caps[] = {
    {.cell = 1, .slot = 2, .type = THIMBLE_CAP_IRQ, .rights = THIMBLE_RIGHT_HANDLE, .object = 0}};
static struct boot small = {
    .name = "small",
    .cells = small_cells,
    .threads = small_threads,
    .scs = small_scs,
    .irqs = small_irqs,
    .notifications = small_notifications,
    .regions = small_regions,
    .caps = small_caps,
    .cell_count = 2,
    .thread_count = 2,
    .sc_count = 1,
    .irq_count = 2,
    .notification_count = 1,
    .region_count = 3,
    .cap_count = 1,
};

static void small_boot(void)
{
    static const struct sim_options options = {.seed = 1, .boot_lines = true};
    const char *misfit = sim_boot(&small, &options);

    cr_assert(misfit == NULL, "the system does not boot: %s", misfit);
}

#define SMALL_LINES                                                                            \
    "thimble: ABI version 1, system small\r\n"                                                 \
    "cell client: VMID 1, 4 slots, 9 table pages, image 64 KiB at 0x10000000\r\n"              \
    "cell driver: VMID 2, 6 slots, 8 table pages\r\n"                                          \
    "thread client.main: active, faults to slot 2, health slot 3\r\n"             \
    "thread driver.service: passive, level 5\r\n"                                              \
    "sc 0: of client.main, priority 10, budget 1000 of 5000 ticks, CPU 0\r\n"                  \
    "notification bell\r\n"                                                                    \
    "irq uart: line 33, level, for cell driver, slot 2\r\n"                                    \
    "irq spare: line 40, edge, for nobody\r\n"                                                 \
    "region client.image: 0x40000000-0x4000ffff rwx normal, at 0x10000000\r\n"                 \
    "region driver.registers: 0x09000000-0x09000fff rw- device, not mapped\r\n"                \
    "region driver.frames: 0x40100000-0x40101fff r-- uncached, at 0x30000000\r\n"

Test(klog, a_line_for_each_object_at_boot)
{
    small_boot();
    expect_text(uart_sent(), SMALL_LINES);
    expect_text(unsent(), "");
    cr_expect_eq(kernel.console, CONSOLE_CORE);
    cr_expect_eq(cpu()->printing, 0);
    cr_expect_eq(sim.uart.out_lost, 0U);
}

Test(klog, boot_takes_no_time_for_it)
{
    small_boot();
    u64 started = sim_clock.now;
    memset(&sim_clock.cost, 0, sizeof(sim_clock.cost));
    cr_expect_lt(started, SIM_UART_CHAR_TIME);
    cr_expect_not(sim.uart.busy);
    cr_expect_eq(sim.uart.imsc, 0U);
}

Test(klog, all_lines_are_sent_though_a_cell_gets_the_uart_at_boot)
{
    small_regions[1].mapped = true;
    small_boot();
    const char *text = uart_sent();
    expect_part(text, "rw- device, at 0x20000000\r\n");
    expect_part(text, "region driver.frames: ");
    cr_expect_eq(kernel.console, CONSOLE_CELL);
    cr_assert_null(kernel_check());
}

Test(klog, nobody_sees_them_unless_asked_for)
{
    static const struct sim_options options = {.seed = 1};

    cr_assert_null(sim_boot(&small, &options));
    expect_text(uart_sent(), "");
}

Test(klog, without_names_there_are_numbers)
{
    static const struct boot_cell cells[] = {{.slots = 4, .tables = 9}, {.slots = 6, .tables = 8}};

    small.cells = cells;
    small.name = NULL;
    small_boot();
    const char *text = uart_sent();
    expect_part(text, "system #0\r\n");
    expect_part(text, "cell #1: VMID 2, ");
    expect_part(text, "thread #0.main: ");
}

Test(klog, names_and_lines_are_cut)
{
    static const char name[] = "a-name-of-more-than-twenty-four-characters";
    static const struct boot_cell cells[] = {
        {.name = name, .slots = 0xffff % 100U, .tables = 9, .image = {0x10000000U},
         .image_size = 0xfffffc00U},
        {.name = name, .slots = 6, .tables = 8}};
    struct boot_region *frames = &small_regions[2];

    small.cells = cells;
    frames->name = name;
    small_boot();
    const char *text = uart_sent();
    expect_part(text, "cell a-name-of-more-than-twen: VMID 1, ");
    expect_part(text,
                "region a-name-of-more-than-twen.a-name-of-more-than-twen: 0x40100000-0x40101fff"
                " r-- uncached, at 0x30000000\r\n");
    klog_print("0123456789012345678901234567890123456789012345678901234567890123456789");
    klog_print("0123456789012345678901234567890123456789012345678901234567890123456789");
    klog_put_end(cpu());
    cr_expect_eq(klog.next - klog.sent, KLOG_LINE);
    expect_part(unsent(), "789\r\n");
}

/* A UART that sends nothing, such as one that has no clock. */
Test(klog, a_dead_uart_does_not_stop_the_core)
{
    small_boot();
    (void)uart_sent();
    cr_assert(sim_bus_write(paddr(SIM_UART_BASE + 0x30U), 4, 0)); /* off */
    klog_print("a line of more than what a FIFO holds");
    klog_put_end(cpu());
    cr_expect_not(klog_flush());
    expect_text(unsent(), "han what a FIFO holds\r\n");
    cr_expect_not(klog_step(cpu()), "no progress");
}

/* What it holds in its FIFO is not on the wire. */
Test(klog, a_dead_uart_is_given_up_though_all_has_been_written)
{
    small_boot();
    (void)uart_sent();
    cr_assert(sim_bus_write(paddr(SIM_UART_BASE + 0x30U), 4, 0)); /* off */
    klog_print("short");
    klog_put_end(cpu());
    cr_expect_not(klog_flush());
    expect_text(unsent(), "");
    expect_text(uart_sent(), "");
}

/* It is waited for once, and then no more: what there is to say stays in the ring. */
Test(klog, a_uart_that_is_dead_at_boot_does_not_stop_it)
{
    static const struct sim_options options = {
        .seed = 1, .boot_lines = true, .uart_dead = true};

    cr_assert_null(sim_boot(&small, &options));
    expect_text(uart_sent(), "");
    cr_expect_eq(kernel.console, CONSOLE_CELL);
    cr_assert_null(kernel_check());
    const char *text = unsent();
    expect_part(text, "cell client: VMID 1, ");
    expect_part(text, "region driver.frames: 0x40100000-0x40101fff");
}

Test(klog, numbers)
{
    small_boot();
    klog_print("%d", 0U);
    klog_print(" ");
    klog_print("%d", 4294967295U);
    klog_print(" ");
    klog_print("%d", 1000000000U);
    klog_print(" ");
    klog_print("%h", 0x0123abcdU);
    klog_put_end(cpu());
    expect_text(unsent(), "0 4294967295 1000000000 0123abcd\r\n");
}

/* ---- fault dumps -------------------------------------------------------------*/

static void crash(u32 kind, u32 access)
{
    drive_fault(kind, ADDRESS, access, 0x8004);
}

/* Level 5 serves low, and level 3 serves level 5. */
static void serve_both(void)
{
    rig_build();
    rig_boot();
    rig_call(5);
    rig_call(3);
    expect_runs(rig.server[3]);
}

#define DUMP                                                                                \
    "stopped: cell rig, thread thread: memory fault: not mapped, or without that right\r\n" \
    "  write at 0xdead0000, pc 0x00008004, instruction not known\r\n"                       \
    "  r0 to r3 00000067 00060003 000003f0 00000002\r\n"                                    \
    "  r4 to r7 00000003 00000004 00000005 00000006\r\n"                                    \
    "  serving rig.thread\r\n"                                                              \
    "  serving rig.thread\r\n"

Test(klog, a_dump_says_what_is_known)
{
    serve_both();
    u32 server = boot_thread_index(rig.server[3]);
    u32 middle = boot_thread_index(rig.server[5]);
    crash(THIMBLE_FAULT_MEMORY, ACCESS_WRITE);
    cr_expect_eq(cpu()->printing, 1);
    cr_expect_eq(klog.dumps[0].thread, server);
    cr_expect_eq(klog.dumps[0].caller_count, 2U);
    cr_expect_eq(klog.dumps[0].callers[0], middle);
    cr_expect_eq(klog.dumps[0].callers[1], boot_thread_index(rig.low));
    expect_text(uart_sent(), "");
    (void)steps_make();
    expect_text(uart_sent(), DUMP);
    cr_expect_eq(cpu()->printing, 0);
    drive_check();
}

Test(klog, kinds_in_words)
{
    static const char *const words[] = {
        "fault of kind 0\r\n  no access at",
        "memory fault: not mapped, or without that right\r\n  read at",
        "undefined or trapped instruction\r\n  write at",
        "external abort\r\n  execute at",
        "its program has returned\r\n",
        "host crash\r\n  no access at",
        "fault of kind 6\r\n  no access at",
    };
    static const u32 accesses[] = {0, ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE, 0, 0, 0};

    for (u32 kind = 0; kind < ARRAY_SIZE(words); kind++) {
        rig_build();
        rig_boot();
        crash(kind, accesses[kind]);
        (void)steps_make();
        expect_part(uart_sent(), words[kind]);
    }
}

Test(klog, a_program_that_returns_is_one_line)
{
    rig_build();
    rig_boot();
    crash(THIMBLE_FAULT_EXIT, 0);
    (void)steps_make();
    expect_text(uart_sent(), "stopped: cell rig, thread thread: its program has returned\r\n");
}

Test(klog, the_instruction_if_it_can_be_read)
{
    rig_build();
    (void)build_region(rig.cell, (struct machine_mapping){.gpa = gpaddr(0x8000),
                                                          .pa = paddr(SIM_RAM_BASE + 4U * MIB),
                                                          .size = PAGE_SIZE,
                                                          .access = ACCESS_EXECUTE});
    rig_boot();
    sim_ram_write32(&sim.ram, paddr(SIM_RAM_BASE + 4U * MIB + 4U), 0xe5810000U);
    crash(THIMBLE_FAULT_MEMORY, ACCESS_WRITE);
    (void)steps_make();
    expect_part(uart_sent(), "pc 0x00008004, instruction 0xe5810000\r\n");
}

Test(klog, no_dump_where_a_handler_decides)
{
    rig_build();
    build_handler(rig.low, rig.slot[3], THIMBLE_NO_SLOT);
    rig_boot();
    crash(THIMBLE_FAULT_MEMORY, ACCESS_READ);
    cr_expect_eq(cpu()->printing, 0);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 2), THIMBLE_FAULT_STOP, 0);
    cr_expect_eq(drive_thread(rig.low)->state, THREAD_STOPPED);
    cr_expect_eq(cpu()->printing, 0, "the handler knows why");
}

/* The handler is busy, and stopped before it is free: the fault is sent again when
 * the thread's time comes, and its registers are no more in the CPU. */
Test(klog, a_dump_of_a_thread_that_does_not_run)
{
    rig_build();
    build_handler(rig.mid, rig.slot[3], THIMBLE_NO_SLOT);
    rig_boot();
    rig_serve();
    rig_ring(rig.bell_mid);
    expect_runs(rig.mid);
    cpu()->regs[4] = 0xabcdU;
    crash(THIMBLE_FAULT_BUS, ACCESS_READ);
    cr_assert_eq(drive_thread(rig.mid)->state, THREAD_PENDING_FAULT);
    expect_runs(rig.server[3]);
    cr_expect_eq(cpu()->printing, 0);
    drive_stop(rig.server[3]);
    cr_expect_eq(drive_thread(rig.mid)->state, THREAD_STOPPED);
    (void)steps_make();
    const char *text = uart_sent();
    expect_part(text, "external abort\r\n  read at 0xdead0000");
    expect_part(text, "  r4 to r7 0000abcd ");
}

Test(klog, faults_that_find_no_room_are_counted)
{
    rig_build();
    u32 more[KLOG_DUMPS + 2U];
    for (u32 i = 0; i < ARRAY_SIZE(more); i++) {
        more[i] = build_active(rig.cell, 100, NULL, 0);
    }
    drive_boot();
    for (u32 i = 0; i < ARRAY_SIZE(more); i++) {
        expect_runs(more[i]);
        drive_fault(THIMBLE_FAULT_EXIT, i, 0, 0);
    }
    (void)steps_make();
    const char *text = uart_sent();
    u32 dumps = 0;
    for (const char *at = text; (at = strstr(at, "stopped: ")) != NULL; at++) {
        dumps++;
    }
    cr_expect_eq(dumps, KLOG_DUMPS);
    expect_part(text, "faults have stopped more threads: 2\r\n");
    /* And there is room again. */
    drive_fault(THIMBLE_FAULT_EXIT, 0, 0, 0);
    (void)steps_make();
    expect_text(uart_sent(), "stopped: cell rig, thread thread: its program has returned\r\n");
}

/* The longest dump there can be: a chain through all levels. */
Test(klog, a_dump_has_a_bounded_length)
{
    rig_build();
    rig_boot();
    for (u32 level = LEVELS; level != 0; level--) {
        rig_call(level - 1U);
    }
    expect_runs(rig.server[0]);
    u32 before = klog.next;
    crash(THIMBLE_FAULT_MEMORY, ACCESS_READ);
    cr_expect_eq(klog.dumps[0].caller_count, LEVELS);
    cr_expect_eq(klog.next, before, "a fault prints nothing itself");
    (void)steps_make();
    cr_expect_leq(klog.next - before, (4U + LEVELS) * KLOG_LINE);
    cr_expect_eq(klog.sent, klog.next);
}

Test(klog, a_full_uart_is_not_waited_for)
{
    serve_both();
    crash(THIMBLE_FAULT_MEMORY, ACCESS_WRITE);
    u32 sent = klog.sent;
    for (u32 i = 0; i < 3U; i++) {
        cr_expect(klog_step(cpu()), "a piece of the line");
        cr_expect_eq(klog.sent, sent, "nothing is sent before its end");
    }
    cr_expect(klog_step(cpu()), "as much as fits");
    sent = klog.sent;
    while (klog_step(cpu())) {
    }
    cr_expect_leq(klog.sent - sent, 2U, "the FIFO, and what is being sent");
    cr_expect_eq(cpu()->printing, 1, "there is more to do");
    sim_clock.now += SIM_UART_CHAR_TIME;
    sim_bus_update();
    sent = klog.sent;
    cr_expect(klog_step(cpu()));
    cr_expect_eq(klog.sent, sent + 1U);
}

/* ---- when steps are made -------------------------------------------------------*/

Test(klog, interrupts_make_a_step_unless_somebody_wakes)
{
    rig_build();
    u32 irq = build_irq(40, true);
    u32 slot = cap_irq(rig.cell, irq);
    u32 lost = build_irq(41, true);
    u32 dying = build_active(rig.cell, 40, NULL, 0);
    (void)lost;
    drive_boot();
    expect_runs(dying);
    crash(THIMBLE_FAULT_MEMORY, ACCESS_READ);
    rig_sleep();
    rig_sleep();
    expect_runs(rig.low);
    drive_hypercall(THIMBLE_IRQ_BIND, slot, rig.bell_high);
    u32 text = klog.next;
    drive_line(40, true);
    drive_interrupts();
    expect_runs(rig.high);
    cr_expect_eq(klog.next, text, "it had to run at once");
    rig_sleep();
    drive_hypercall(THIMBLE_IRQ_ACK, slot);
    drive_hypercall(THIMBLE_IRQ_BIND, slot, rig.bell_low);
    drive_line(40, false);
    drive_line(40, true);
    drive_interrupts();
    expect_runs(rig.low);
    cr_expect_gt(klog.next, text, "one line");
    cr_expect_leq(klog.next, text + KLOG_LINE);
}

Test(klog, no_step_while_the_next_interrupt_waits)
{
    rig_build();
    u32 first = cap_irq(rig.cell, build_irq(40, true));
    u32 second = cap_irq(rig.cell, build_irq(41, true));
    u32 dying = build_active(rig.cell, 40, NULL, 0);
    drive_boot();
    expect_runs(dying);
    crash(THIMBLE_FAULT_MEMORY, ACCESS_READ);
    rig_sleep();
    rig_sleep();
    expect_runs(rig.low);
    drive_hypercall(THIMBLE_IRQ_BIND, first, rig.bell_low);
    drive_hypercall(THIMBLE_IRQ_BIND, second, rig.bell_low);
    u32 text = klog.next;
    drive_line(40, true);
    drive_line(41, true);
    interrupt(cpu());
    cr_expect_eq(klog.next, text, "the other interrupt waits");
    interrupt(cpu());
    cr_expect_gt(klog.next, text, "none waits");
    expect_runs(rig.low);
}

static void faulty(u32 argument)
{
    thimble_write32(ADDRESS, argument);
}

static void idler(u32 argument)
{
    (void)argument;
    thimble_compute(30U * MS);
}

Test(klog, idle_time_prints)
{
    build_begin();
    build_active(build_cell("app"), 5, faulty, 1);
    cr_assert_null(build_boot(&(struct sim_options){.seed = 1, .check = true}));
    u64 sleep = 200U * MS / SIM_TICK_INSTRUCTIONS;
    /* Nothing will ever happen again; but a timer far away lets idle time pass. */
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    sim_timer_set_cval(&sim.timer, SIM_TIMER_HYPERVISOR, sleep);
    sim_timer_set_ctl(&sim.timer, SIM_TIMER_HYPERVISOR, 1);
    (void)sim_run(150U * MS);
    cr_expect_eq(cpu()->printing, 0);
    cr_expect_eq(klog.sent, klog.next);
    expect_part(uart_sent(), "stopped: cell app, thread thread: memory fault");
}

Test(klog, a_busy_system_prints_too)
{
    build_begin();
    build_active(build_cell("app"), 5, faulty, 1);
    u32 busy = build_active(build_cell("busy"), 4, idler, 1);
    build_budget(busy, MS / SIM_TICK_INSTRUCTIONS, MS / SIM_TICK_INSTRUCTIONS);
    cr_assert_null(build_boot(&(struct sim_options){.seed = 1, .check = true}));
    cr_expect_eq(sim_run(25U * MS), SIM_END_TIME);
    expect_part(uart_sent(), "stopped: cell app, thread thread: memory fault");
}

/* ---- who has the UART ------------------------------------------------------------*/

static u32 region_slot(u32 pa, u32 size)
{
    u32 region = build_region(rig.cell, (struct machine_mapping){.pa = paddr(pa),
                                                                 .size = size,
                                                                 .memory = MEMORY_DEVICE,
                                                                 .access = ACCESS_READ});

    build_unmapped(region);
    return build_grant(rig.cell, THIMBLE_CAP_REGION, ACCESS_READ, region, 0);
}

#define MAP_AT 0x40000000U

Test(klog, who_maps_the_uart_gets_it)
{
    rig_build();
    u32 before = region_slot(SIM_UART_BASE - PAGE_SIZE, PAGE_SIZE);
    u32 behind = region_slot(SIM_UART_BASE + PAGE_SIZE, 2U * PAGE_SIZE);
    u32 with = region_slot(SIM_UART_BASE - PAGE_SIZE, 3U * PAGE_SIZE);
    rig_boot();
    drive_hypercall(THIMBLE_REGION_MAP, before, MAP_AT, THIMBLE_NO_SLOT);
    drive_hypercall(THIMBLE_REGION_MAP, behind, MAP_AT + MIB, THIMBLE_NO_SLOT);
    cr_expect_eq(kernel.console, CONSOLE_CORE);
    /* Refused: nothing has changed, the owner included. */
    drive_hypercall(THIMBLE_REGION_MAP, with, MAP_AT + MIB, THIMBLE_NO_SLOT);
    cr_expect_eq(cpu()->regs[0], THIMBLE_ERR_OVERLAP);
    cr_expect_eq(kernel.console, CONSOLE_CORE);
    drive_hypercall(THIMBLE_REGION_MAP, with, MAP_AT + 2U * MIB, THIMBLE_NO_SLOT);
    cr_expect_eq(cpu()->regs[0], THIMBLE_OK);
    cr_expect_eq(kernel.console, CONSOLE_CELL);
    drive_hypercall(THIMBLE_REGION_UNMAP, with);
    cr_expect_eq(kernel.console, CONSOLE_CELL, "its state is the driver's");
}

/* Level 3 has the fault, and low has mapped the UART before. */
static void crash_without_uart(void)
{
    rig_build();
    u32 slot = region_slot(SIM_UART_BASE, PAGE_SIZE);
    rig_boot();
    drive_hypercall(THIMBLE_REGION_MAP, slot, MAP_AT, THIMBLE_NO_SLOT);
    rig_call(5);
    rig_call(3);
    crash(THIMBLE_FAULT_MEMORY, ACCESS_WRITE);
}

Test(klog, from_then_on_text_stays_in_the_ring)
{
    crash_without_uart();
    (void)steps_make();
    expect_text(uart_sent(), "");
    expect_text(unsent(), DUMP);
    drive_check();
}

Test(klog, text_that_is_in_the_ring_for_too_long_is_overwritten)
{
    crash_without_uart();
    (void)steps_make();
    for (u32 i = 0; i < 200U; i++) {
        klog_print("a line that nobody sends, number ");
        klog_print("%d", 100U + i);
        klog_put_end(cpu());
    }
    cr_expect_eq(klog.next - klog.sent, KLOG_TEXT);
    expect_part(unsent(), "number 299\r\n");
}

/* ---- panic -------------------------------------------------------------------------*/

static void panicking(u32 argument)
{
    thimble_compute(argument);
    panic("on purpose", 0x1234U);
}

#define UART_AT 0x20000000U

/* The driver leaves the UART in no state to send. */
static void driver_panicking(u32 argument)
{
    thimble_write32(UART_AT + 0x2cU, 0);
    thimble_write32(UART_AT + 0x38U, 0x10U);
    thimble_write32(UART_AT + 0x30U, 0);
    panicking(argument);
}

static void panic_run(thimble_entry program, bool mapped)
{
    build_begin();
    u32 cell = build_cell("app");
    if (mapped) {
        (void)build_region(cell, (struct machine_mapping){.gpa = gpaddr(UART_AT),
                                                          .pa = paddr(SIM_UART_BASE),
                                                          .size = PAGE_SIZE,
                                                          .memory = MEMORY_DEVICE,
                                                          .access = ACCESS_READ | ACCESS_WRITE});
    }
    build_active(cell, 5, program, 1000);
    build_active(build_cell("dead"), 6, faulty, 0);
    cr_assert_null(build_boot(&(struct sim_options){.seed = 1}));
    cr_expect_eq(sim_run(MS), SIM_END_PANIC);
    cr_expect_eq(kernel.console, CONSOLE_PANIC);
}

#define PANIC "panic: on purpose\r\n  cell app, thread thread, address 0x00001234\r\n"

Test(klog, a_panic_says_why_and_where)
{
    panic_run(panicking, false);
    const char *text = uart_sent();
    expect_part(text, "stopped: cell dead, thread thread: memory fault");
    expect_part(text, PANIC);
    cr_expect_str_eq(text + strlen(text) - strlen(PANIC), PANIC, "these are its last words");
}

Test(klog, a_panic_takes_the_uart_back)
{
    panic_run(driver_panicking, true);
    const char *text = uart_sent();
    expect_part(text, "stopped: cell dead, thread thread: memory fault");
    expect_part(text, PANIC);
    cr_expect_eq(sim.uart.imsc, 0U);
    expect_text(unsent(), "");
}

static void panicking_in_a_panic(u32 argument)
{
    thimble_compute(argument);
    kernel.console = CONSOLE_PANIC; /* the first is at its last words */
    panic("again", 0x1234U);
}

Test(klog, a_panic_within_a_panic_prints_nothing)
{
    panic_run(panicking_in_a_panic, false);
    const char *text = uart_sent();
    cr_expect(strstr(text, "again") == NULL);
    cr_expect(strstr(unsent(), "again") == NULL);
}

static const char *last_words(void)
{
    klog_reset();
    print_panic(cpu(), "early", 0x1234U);
    return unsent();
}

Test(klog, a_panic_before_boot_has_no_names)
{
    expect_text(last_words(), "panic: early\r\n"
                              "  cell none, thread (idle), address 0x00001234\r\n");
    cpu()->current = 1; /* what memory had before */
    expect_text(last_words(), "panic: early\r\n"
                              "  cell #0, thread #1, address 0x00001234\r\n");
}

Test(klog, a_panic_follows_no_index_that_is_damaged)
{
    small_boot();
    cpu()->current = 1;
    thread_at(1)->cell = 0xfff0;
    expect_text(last_words(), "panic: early\r\n"
                              "  cell #65520, thread main, address 0x00001234\r\n");
    cpu()->current = THREAD_MAX - 1U;
    expect_text(last_words(), "panic: early\r\n"
                              "  cell client, thread #2047, address 0x00001234\r\n");
}

/* A dump prints whom a thread serves, and stops where no chain can be longer. */
Test(klog, a_dump_of_callers_in_a_circle_ends)
{
    serve_both();
    drive_thread(rig.low)->caller = (u16)boot_thread_index(rig.server[3]);
    klog_fault(cpu(), boot_thread_index(rig.server[3]));
    klog_finish(cpu());
    u32 serving = 0;
    for (const char *at = unsent(); (at = strstr(at, "  serving ")) != NULL; at++) {
        serving++;
    }
    cr_expect_eq(serving, LEVELS);
    cr_expect_eq(klog.dump_count, 0);
}

static void bad_access(u32 argument)
{
    thimble_compute(argument);
    (void)hw_read32(paddr(0x0a000004U));
}

Test(klog, an_abort_in_the_hypervisor_is_a_panic_with_its_address)
{
    panic_run(bad_access, false);
    const char *text = uart_sent();
    expect_part(text, "panic: external abort in the hypervisor: register read\r\n");
    expect_part(text, "address 0x0a000004\r\n");
}

/* ---- trace and snapshots --------------------------------------------------------------*/

Test(klog, lines_are_in_the_trace)
{
    serve_both();
    trace_set(cpu(), true);
    crash(THIMBLE_FAULT_MEMORY, ACCESS_WRITE);
    u32 first = trace_ring.next;
    (void)steps_make();
    cr_expect_eq(trace_ring.next - first, 6U);
    const struct trace_event *e = &trace_ring.events[(first + 1U) % TRACE_EVENTS];
    cr_expect_eq(e->kind, TRACE_TEXT);
    char line[KLOG_LINE + 1U] = {0};
    for (u32 i = 0; i < e->b; i++) {
        line[i] = klog.text[(e->a + i) % KLOG_TEXT];
    }
    expect_text(line, "  write at 0xdead0000, pc 0x00008004, instruction not known\r\n");
    trace_set(cpu(), false);
}

Test(klog, a_snapshot_in_the_middle_of_a_dump)
{
    serve_both();
    crash(THIMBLE_FAULT_MEMORY, ACCESS_WRITE);
    (void)klog_step(cpu());
    (void)klog_step(cpu());
    struct sim_snapshot *snapshot = sim_snapshot_save();
    u64 state = sim_state_hash();
    (void)steps_make();
    u64 end = sim_state_hash();
    cr_expect_neq(end, state);
    sim_snapshot_restore(snapshot);
    cr_expect_eq(sim_state_hash(), state);
    (void)steps_make();
    cr_expect_eq(sim_state_hash(), end);
    expect_text(uart_sent(), DUMP);
    sim_snapshot_free(snapshot);
}

Test(klog, the_checks_know_who_has_the_uart)
{
    crash_without_uart();
    kernel.console = CONSOLE_CORE;
    cr_expect_not_null(kernel_check());
    kernel.console = CONSOLE_PANIC;
    cr_expect_not_null(kernel_check());
    kernel.console = CONSOLE_CELL;
    cr_expect_null(kernel_check());
    cpu()->printing = 2;
    cr_expect_not_null(kernel_check());
}
