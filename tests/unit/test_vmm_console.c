/* SPDX-License-Identifier: BSD-2-Clause */
/* The console that VMs share, and the virtio console. */
#include <criterion/criterion.h>
#include <string.h>

#include "uart_port.h"
#include "vmm_rig.h"

#define RX 0U
#define TX 1U

static void print(uint32_t vm, const char *text)
{
    while (*text != '\0') {
        rig_write32(vm, RIG_UART, (uint8_t)*text++);
    }
}

static uint32_t typed(uint32_t vm)
{
    return rig_read32(vm, RIG_UART);
}

static void type_much(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rig_type("x");
    }
    rig_text_clear();
}

static void begin_with(uint32_t vms, uint32_t console)
{
    rig_prepare(vms);
    lab.config.console = console;
    rig_begin();
    rig_text_clear();
}

static void begin(void)
{
    begin_with(2, VMM_CONSOLE_UART);
}

TestSuite(vmm_console, .init = begin);

Test(vmm_console, one_vm_has_it_raw)
{
    begin_with(1, VMM_CONSOLE_UART);
    print(0, "a\x1b[1m\r\n\r# ");
    cr_assert_str_eq(lab.text, "a\x1b[1m\r\n\r# ");
    rig_text_clear();
    (void)rig_access(0, EXIT_READ, 0x0b000000, 4, 0);
    cr_assert(rig_shows("\r\nvmm: alpha: stopped"), "on a line of its own");
}

Test(vmm_console, lines_have_names)
{
    print(0, "one\r\ntwo\n");
    print(1, "three\r\n");
    cr_assert_str_eq(lab.text, "alpha| one\r\nalpha| two\r\nbeta| three\r\n");
}

Test(vmm_console, lines_of_others_do_not_mix)
{
    print(0, "/ # ");
    cr_assert_str_eq(lab.text, "alpha| / # ");
    print(1, "wor");
    cr_assert_str_eq(lab.text, "alpha| / # ");
    print(1, "ld\n");
    cr_assert_str_eq(lab.text, "alpha| / # \r\nbeta| world\r\nalpha| / # ");
    print(0, "ls\n");
    cr_assert_str_eq(lab.text, "alpha| / # \r\nbeta| world\r\nalpha| / # ls\r\n");
}

Test(vmm_console, long_lines_are_broken)
{
    for (uint32_t vm = 0; vm < 2; vm++) {
        for (uint32_t i = 0; i < CONSOLE_LINE + 5; i++) {
            print(vm, "x");
        }
        print(vm, "\n");
    }
    cr_assert(rig_shows("x\r\nalpha| xxxxx\r\nbeta| xxx"));
    cr_assert(rig_shows("x\r\nbeta| xxxxx\r\n"));
}

Test(vmm_console, what_is_unfinished_at_the_end_is_shown)
{
    print(1, "panic: no");
    (void)rig_access(1, EXIT_READ, 0x0b000000, 4, 0);
    rig_settle();
    cr_assert(rig_shows("beta| panic: no"), "%s", lab.text);
}

Test(vmm_console, input_goes_to_the_chosen_vm)
{
    rig_type("a");
    cr_assert_eq(typed(0), 'a');
    print(1, "login: ");
    rig_text_clear();
    rig_type("\x14" "1b");
    cr_assert_str_eq(lab.text, "vmm: beta: has the console\r\nbeta| login: ");
    cr_assert_eq(typed(0), 0);
    cr_assert_eq(typed(1), 'b');
    rig_type("\x14\x14"); /* the character itself */
    cr_assert_eq(typed(1), 0x14);
    rig_type("\x14" "9\x14zc"); /* no commands */
    cr_assert_eq(typed(1), 'c');
    print(0, "x");
    rig_type("\x14" "0d");
    cr_assert_eq(typed(0), 'd');
    lab.config.console_escape = 0;
    rig_type_bytes("\0" "1", 2);
    cr_assert_eq(typed(0), 0);
    cr_assert_eq(typed(0), '1');
}

Test(vmm_console, a_vm_without_input_takes_all_and_loses_it)
{
    lab.config.vm[0].uart = VMM_UART_NONE;
    for (uint32_t i = 0; i < 10; i++) {
        rig_type("0123456789012345678901234567890123456789012345678901234567890123456789");
    }
    rig_settle();
    cr_assert_eq(lab.read, lab.typed);
    lab.config.vm[0].uart = VMM_UART_PL011;
    vm_restart(&lab.vmm->vm[0]);
    rig_type("abc");
    lab.config.vm[0].uart = VMM_UART_NONE;
    vm_output_room(&lab.vmm->vm[0]);
    cr_assert_eq(lab.read, lab.typed);
}

/* What it could not take is forgotten: it does not come up when there is a device again. */
Test(vmm_console, what_a_vm_has_no_device_for_is_not_kept)
{
    lab.config.vm[0].uart = VMM_UART_NONE;
    type_much(PL011_FIFO + 1U);
    lab.config.vm[0].uart = VMM_UART_PL011;
    rig_type("a");
    cr_assert_eq(lab.text_bytes, 0);
    cr_assert_eq(typed(0), 'a');
}

Test(vmm_console, its_uart_is_started_and_acknowledged)
{
    rig_prepare(1);
    rig_begin();
    cr_assert_eq(lab.uart_starts, 1);
    cr_assert_eq(lab.irq_binds, 1);
    uint32_t before = lab.uart_acks;
    rig_events(VMM_EVENT_CONSOLE);
    cr_assert_gt(lab.uart_acks, before);
    begin_with(1, VMM_CONSOLE_DRIVER);
    rig_type("a");
    cr_assert_eq(lab.uart_starts + lab.uart_acks + lab.irq_binds, 0, "it is another cell's");
}

Test(vmm_console, each_vm_that_waits_gets_room)
{
    for (uint32_t vm = 0; vm < 2; vm++) {
        begin();
        lab.room = 0;
        while ((rig_read32(vm, RIG_UART + 0x18) & 0x20) == 0) {
            print(vm, "x\n");
        }
        rig_write32(vm, RIG_UART + 0x44, 0x7ff);
        cr_assert_eq(rig_read32(vm, RIG_UART + 0x3c) & 0x20, 0);
        lab.room = 0xffffffff;
        rig_console();
        cr_assert_eq(rig_read32(vm, RIG_UART + 0x3c) & 0x20, 0x20, "%u", vm);
    }
}

Test(vmm_console, a_vm_waits_for_room_alone)
{
    lab.room = 0;
    while ((rig_read32(0, RIG_UART + 0x18) & 0x20) == 0) {
        print(0, "x\n");
    }
    rig_write32(1, RIG_UART + 0x38, 0x20);
    print(1, "y"); /* room in its own line */
    lab.room = 0xffffffff;
    rig_console();
    cr_assert_eq(rig_read32(0, RIG_UART + 0x18) & 0x20, 0);
    cr_assert_eq(rig_read32(0, RIG_UART + 0x3c) & 0x20, 0x20);
    cr_assert_eq(lab.irq_acks, 1);
}

Test(vmm_console, no_console_at_all)
{
    begin_with(2, VMM_CONSOLE_NONE);
    for (uint32_t i = 0; i < 3000; i++) {
        print(0, "x\n");
    }
    rig_events(VMM_EVENT_CONSOLE);
    cr_assert_eq(rig_read32(0, RIG_UART + 0x18) & 0x20, 0);
    cr_assert_eq(lab.text_bytes, 0);
}

/* ---- by a driver ---- */

Test(vmm_console, a_driver_gets_lines)
{
    begin_with(1, VMM_CONSOLE_DRIVER);
    print(0, "hello, world of virtual machines\r\n");
    cr_assert_str_eq(lab.text, "hello, world of virtual machines\r\n");
    print(0, "/ # ");
    cr_assert_not(rig_shows("# "));
    cr_assert_eq(lab.bits, VMM_EVENT_WORK);
    rig_events(0);
    cr_assert(rig_shows("\r\n/ # "));
}

Test(vmm_console, a_driver_may_be_full)
{
    begin_with(1, VMM_CONSOLE_DRIVER);
    lab.room = 30;
    uint32_t sent = 0;
    for (; (rig_read32(0, RIG_UART + 0x18) & 0x20) == 0; sent++) {
        cr_assert_lt(sent, 10000);
        print(0, "x");
    }
    cr_assert_eq(lab.text_bytes, 30);
    lab.room = 0xffffffff;
    rig_events(VMM_EVENT_CONSOLE);
    cr_assert_eq(lab.text_bytes, 30 + 40, "two calls, and no more");
    rig_console();
    cr_assert_eq(lab.text_bytes, sent);
    cr_assert_eq(rig_read32(0, RIG_UART + 0x18) & 0x20, 0);
}

Test(vmm_console, a_driver_may_die)
{
    begin_with(1, VMM_CONSOLE_DRIVER);
    lab.dead = true;
    for (uint32_t i = 0; i < 5000; i++) {
        print(0, "x\n");
    }
    cr_assert_eq(rig_read32(0, RIG_UART + 0x18) & 0x20, 0);
    rig_type("a");
    lab.dead = false;
    print(0, "back\n");
    cr_assert_str_eq(lab.text, "back\n");
    rig_type("b");
    cr_assert_eq(typed(0), 'a');
    cr_assert_eq(typed(0), 'b');
}

Test(vmm_console, a_driver_is_read_whether_the_guest_reads_or_not)
{
    begin_with(1, VMM_CONSOLE_DRIVER);
    char text[201];
    memset(text, 'k', 200);
    text[200] = '\0';
    rig_type(text);
    cr_assert_eq(lab.read, 200);
    for (uint32_t i = 0; i < 200; i++) {
        cr_assert_eq(typed(0), 'k', "%u", i);
    }
    cr_assert_eq(typed(0), 0);
}

static void input_in_parts(uint32_t console, uint32_t part, char c)
{
    char text[1000];

    begin_with(1, console);
    memset(text, c, sizeof(text));
    memcpy(lab.input, text, sizeof(text));
    lab.typed = sizeof(text);
    for (uint32_t i = 1; i * part < 1000; i++) {
        rig_events(i == 1 ? VMM_EVENT_CONSOLE : 0);
        cr_assert_eq(lab.read, i * part);
        cr_assert_eq(lab.bits, VMM_EVENT_WORK);
    }
    rig_settle();
    cr_assert_eq(lab.read, 1000);
}

Test(vmm_console, much_input_is_taken_in_parts)
{
    input_in_parts(VMM_CONSOLE_UART, 32, 'k');
    input_in_parts(VMM_CONSOLE_UART, 32, '\0');
    input_in_parts(VMM_CONSOLE_DRIVER, 40, 'k');
}

/* ---- what no guest reads ---- */

static void escapes_past_unread(uint32_t vms, uint32_t console, uint32_t count)
{
    begin_with(vms, console);
    type_much(count);
    if (vms > 1U) {
        rig_type("\x14" "1");
        cr_assert(rig_shows("vmm: beta: has the console"), "%u unread", count);
        rig_type("\x14" "0");
    }
    rig_type("\x14r");
    cr_assert(rig_shows("vmm: alpha: is restarted"), "%u unread", count);
    cr_assert_eq(lab.read, lab.typed);
    rig_settle();
    lab.now += 10000;
    rig_settle();
    cr_assert_eq(lab.vcpu[0].starts, 2);
    cr_assert_eq(typed(0), 0, "its new life has nothing of it");
    rig_type("a");
    cr_assert_eq(typed(0), 'a');
}

Test(vmm_console, the_escape_character_is_taken_whatever_waits)
{
    static const uint32_t counts[] = {0, 15, 63, 64, 65, PL011_FIFO - 1U, PL011_FIFO,
                                      PL011_FIFO + 100U};

    for (uint32_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        for (uint32_t vms = 1; vms <= 2; vms++) {
            escapes_past_unread(vms, VMM_CONSOLE_UART, counts[i]);
            escapes_past_unread(vms, VMM_CONSOLE_DRIVER, counts[i]);
        }
    }
}

Test(vmm_console, what_does_not_fit_is_counted)
{
    type_much(PL011_FIFO + 7U);
    cr_assert_eq(lab.read, lab.typed);
    cr_assert_eq(lab.uart_events, UART_INPUT);
    for (uint32_t i = 0; i < PL011_FIFO; i++) {
        cr_assert_eq(typed(0), 'x', "%u", i);
    }
    cr_assert_eq(typed(0), 0);
    cr_assert_eq(lab.text_bytes, 0);
    rig_type("y");
    cr_assert_str_eq(lab.text, "vmm: alpha: had no room for characters typed: 0x00000007\r\n");
    cr_assert_eq(typed(0), 'y');
}

/* The command waits before the guest reads; then it reads. (The rig does not let a VM be
 * stopped in its own exit.) */
Test(vmm_console, no_command_is_carried_out_in_an_exit)
{
    type_much(PL011_FIFO);
    memcpy(lab.input + lab.typed, "\x14r", 2);
    lab.typed += 2;
    for (uint32_t i = 0; i < PL011_FIFO; i++) {
        cr_assert_eq(typed(0), 'x');
    }
    cr_assert_eq(lab.text_bytes, 0);
    rig_console();
    cr_assert(rig_shows("vmm: alpha: is restarted"));
}

/* ---- virtio ---- */

#define BUFFER(i) (RIG_BUFFERS + 0x1000U * (i))

static void send(uint32_t head, uint32_t bytes)
{
    rig_descriptor(0, RIG_CONSOLE, TX, head, BUFFER(head), bytes, 0, -1);
    rig_available(0, RIG_CONSOLE, TX, head);
    rig_kick(0, RIG_CONSOLE, TX);
}

Test(vmm_console, virtio_prints)
{
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    memcpy(rig_ram(0, BUFFER(0)), "from hvc0\n", 10);
    send(0, 10);
    cr_assert_str_eq(lab.text, "alpha| from hvc0\r\n");
    cr_assert_eq(rig_used(0, RIG_CONSOLE, TX), 1);
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_CONSOLE) + 0x60) & 1, 1, "its driver is told");
}

Test(vmm_console, virtio_prints_much_in_parts)
{
    begin_with(1, VMM_CONSOLE_UART);
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    memset(rig_ram(0, BUFFER(0)), 'z', 3000);
    rig_descriptor(0, RIG_CONSOLE, TX, 0, BUFFER(0), 1500, 0, 1);
    rig_descriptor(0, RIG_CONSOLE, TX, 1, BUFFER(0), 1500, 0, -1);
    rig_available(0, RIG_CONSOLE, TX, 0);
    cr_assert_eq(rig_kick_step(0, RIG_CONSOLE, TX), THIMBLE_FAULT_RETRY);
    uint32_t first = lab.text_bytes;
    cr_assert(first > 0 && first <= VMM_STEP / VMM_COST_CHARACTER);
    rig_settle();
    cr_assert_eq(lab.text_bytes, first);
    rig_kick(0, RIG_CONSOLE, TX);
    cr_assert_eq(lab.text_bytes, 3000);
    cr_assert_eq(rig_used(0, RIG_CONSOLE, TX), 1);
    for (uint32_t i = 0; i < 16; i++) {
        rig_available(0, RIG_CONSOLE, TX, 2);
    }
    rig_descriptor(0, RIG_CONSOLE, TX, 2, BUFFER(0), 1, 0, -1);
    rig_kick(0, RIG_CONSOLE, TX);
    cr_assert_eq(rig_used(0, RIG_CONSOLE, TX), 17);
}

Test(vmm_console, virtio_waits_for_room)
{
    begin_with(1, VMM_CONSOLE_UART);
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    lab.room = 0;
    memset(rig_ram(0, BUFFER(0)), 'z', 4096);
    rig_descriptor(0, RIG_CONSOLE, TX, 0, BUFFER(0), 4096, 0, -1);
    rig_available(0, RIG_CONSOLE, TX, 0);
    for (uint32_t i = 0; i < 100; i++) {
        cr_assert_eq(rig_kick_step(0, RIG_CONSOLE, TX), THIMBLE_FAULT_RETRY);
    }
    cr_assert_eq(rig_used(0, RIG_CONSOLE, TX), 0);
    lab.room = 0xffffffff;
    rig_events(VMM_EVENT_CONSOLE);
    rig_settle();
    cr_assert_lt(lab.text_bytes, CONSOLE_OUT, "what is left is the driver's");
    rig_kick(0, RIG_CONSOLE, TX);
    cr_assert_eq(lab.text_bytes, 4096);
    cr_assert_eq(rig_used(0, RIG_CONSOLE, TX), 1);
}

Test(vmm_console, virtio_receives)
{
    lab.config.vm[0].flags |= VMM_VM_INPUT_VIRTIO;
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    rig_type("ab"); /* before there are buffers */
    rig_descriptor(0, RIG_CONSOLE, RX, 0, BUFFER(0), 1, 2, 1);
    rig_descriptor(0, RIG_CONSOLE, RX, 1, BUFFER(1), 10, 2, -1);
    rig_available(0, RIG_CONSOLE, RX, 0);
    rig_kick(0, RIG_CONSOLE, RX);
    cr_assert_eq(rig_used_bytes(0, RIG_CONSOLE, RX), 2);
    cr_assert(*rig_ram(0, BUFFER(0)) == 'a' && *rig_ram(0, BUFFER(1)) == 'b');
    rig_available(0, RIG_CONSOLE, RX, 1);
    rig_type("c");
    cr_assert_eq(rig_used(0, RIG_CONSOLE, RX), 2);
    cr_assert_eq(*rig_ram(0, BUFFER(1)), 'c');
    cr_assert_eq(typed(0), 0, "the UART has nothing");
    char text[301];
    memset(text, 'k', 300);
    text[300] = '\0';
    rig_type(text);
    cr_assert_eq(lab.read, 303);
    for (uint32_t i = 0; i < 40; i++) {
        rig_available(0, RIG_CONSOLE, RX, 1);
        rig_kick(0, RIG_CONSOLE, RX);
    }
    cr_assert_eq(rig_used(0, RIG_CONSOLE, RX), 2 + 30);
    /* One that has none takes it by its UART. */
    lab.config.vm[1].flags |= VMM_VM_INPUT_VIRTIO;
    lab.config.vm[1].virtios[RIG_CONSOLE].kind = VMM_VIRTIO_NONE;
    rig_type("\x14" "1u");
    cr_assert_eq(typed(1), 'u');
}

Test(vmm_console, virtio_prints_chains_of_any_length)
{
    begin_with(1, VMM_CONSOLE_UART);
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    uint64_t before = lab.shown;
    rig_descriptor(0, RIG_CONSOLE, TX, 0, BUFFER(0), 0x20000, 0, 1);
    rig_descriptor(0, RIG_CONSOLE, TX, 1, BUFFER(0), 0, 0, 2);
    rig_descriptor(0, RIG_CONSOLE, TX, 2, BUFFER(0), 3, 0, -1);
    rig_available(0, RIG_CONSOLE, TX, 0);
    rig_kick(0, RIG_CONSOLE, TX);
    cr_assert_eq(rig_used(0, RIG_CONSOLE, TX), 1);
    cr_assert_eq(lab.shown - before, 0x20003);
}

/* Each end of a line brings along names and what it interrupted: that counts, too. */
Test(vmm_console, a_step_is_small_whatever_a_character_brings_along)
{
    for (uint32_t i = 0; i < CONSOLE_LINE; i++) {
        print(0, "x");
    }
    rig_virtio_begin(1, RIG_CONSOLE, 0, 16);
    memset(rig_ram(1, BUFFER(0)), '\n', 0x1000);
    rig_descriptor(1, RIG_CONSOLE, TX, 0, BUFFER(0), 0x1000, 0, -1);
    rig_available(1, RIG_CONSOLE, TX, 0);
    uint64_t before = lab.shown;
    while (rig_kick_step(1, RIG_CONSOLE, TX) == THIMBLE_FAULT_RETRY) {
        cr_assert_leq(lab.shown - before, VMM_STEP / VMM_COST_CHARACTER + 2 * CONSOLE_LINE);
        before = lab.shown;
    }
    cr_assert_eq(rig_used(1, RIG_CONSOLE, TX), 1);
}

/* Typed ahead, before the driver is there: it resets the device first. */
Test(vmm_console, what_is_typed_outlives_the_drivers_reset)
{
    lab.config.vm[0].flags |= VMM_VM_INPUT_VIRTIO;
    rig_type("ahead");
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    rig_descriptor(0, RIG_CONSOLE, RX, 0, BUFFER(0), 64, 2, -1);
    rig_available(0, RIG_CONSOLE, RX, 0);
    rig_kick(0, RIG_CONSOLE, RX);
    cr_assert_eq(rig_used_bytes(0, RIG_CONSOLE, RX), 5);
    cr_assert_eq(memcmp(rig_ram(0, BUFFER(0)), "ahead", 5), 0);
    rig_type("before"); /* but not the VM's */
    vm_restart(&lab.vmm->vm[0]);
    rig_settle();
    lab.now += 10000;
    rig_settle();
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    rig_available(0, RIG_CONSOLE, RX, 0);
    rig_kick(0, RIG_CONSOLE, RX);
    cr_assert_eq(rig_used(0, RIG_CONSOLE, RX), 0);
}

/* An event walks no longer than a step along a guest's chain; the driver is told to come. */
Test(vmm_console, virtio_receives_into_long_chains)
{
    begin_with(1, VMM_CONSOLE_UART);
    lab.config.vm[0].flags |= VMM_VM_INPUT_VIRTIO;
    rig_virtio_begin(0, RIG_CONSOLE, 0, 256);
    for (uint32_t i = 0; i < 256; i++) {
        rig_descriptor(0, RIG_CONSOLE, RX, i, BUFFER(0) + i, i == 255, 2,
                       i == 255 ? -1 : (int)i + 1);
    }
    for (uint32_t i = 0; i < 3; i++) {
        rig_available(0, RIG_CONSOLE, RX, 0);
    }
    rig_kick(0, RIG_CONSOLE, RX);
    rig_type("abc");
    cr_assert_eq(rig_used(0, RIG_CONSOLE, RX), 0);
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_CONSOLE) + 0x60), 1);
    cr_assert_gt(lab.steps, 1);
    cr_assert_eq(rig_used(0, RIG_CONSOLE, RX), 3);
    cr_assert_eq(*rig_ram(0, BUFFER(0) + 255), 'c');
}

Test(vmm_console, virtio_with_bad_buffers)
{
    lab.config.vm[0].flags |= VMM_VM_INPUT_VIRTIO;
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    rig_descriptor(0, RIG_CONSOLE, RX, 0, BUFFER(0), 10, 0, -1); /* not to write */
    rig_available(0, RIG_CONSOLE, RX, 0);
    rig_type("a");
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_CONSOLE) + 0x70) & 0x40, 0x40);
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    rig_descriptor(0, RIG_CONSOLE, RX, 0, 0, 10, 2, -1);
    rig_available(0, RIG_CONSOLE, RX, 0);
    rig_type("a");
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_CONSOLE) + 0x70) & 0x40, 0x40);
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    rig_descriptor(0, RIG_CONSOLE, TX, 0, BUFFER(0), 10, 2, -1); /* to write */
    rig_available(0, RIG_CONSOLE, TX, 0);
    rig_kick(0, RIG_CONSOLE, TX);
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_CONSOLE) + 0x70) & 0x40, 0x40);
    rig_virtio_begin(0, RIG_CONSOLE, 0, 16);
    rig_descriptor(0, RIG_CONSOLE, TX, 0, BUFFER(0), 0x1000, 0, 0); /* for ever */
    rig_available(0, RIG_CONSOLE, TX, 0);
    rig_kick(0, RIG_CONSOLE, TX);
    cr_assert_eq(rig_used(0, RIG_CONSOLE, TX), 0);
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_CONSOLE) + 0x70) & 0x40, 0x40);
    cr_assert(lab.vcpu[0].runs);
}
