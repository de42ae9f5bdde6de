/* SPDX-License-Identifier: BSD-2-Clause */
/* Exits but those of devices, and how VMs start, stop, and start again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "../../user/vmm/loader.h"
#include "../../user/vmm/port.h"
#include "vmm_rig.h"

#define NOT_SUPPORTED 0xffffffffU
#define PARTS(bytes, step) (((bytes) + (step)-1U) / (step))

static struct message smccc(uint32_t kind, uint32_t function, uint32_t argument)
{
    const uint32_t words[] = {kind, function, argument, 3, 4, 0xc0000000U};
    struct message m = rig_exit(0, words);

    if (m.word[0] == THIMBLE_FAULT_SKIP) {
        cr_assert(m.word[2] == argument && m.word[3] == 3 && m.word[4] == 4, "r1 to r3 stay");
    }
    return m;
}

static uint32_t psci(uint32_t function, uint32_t argument)
{
    struct message hvc = smccc(THIMBLE_EXIT_HVC, function, argument);
    struct message smc = smccc(THIMBLE_EXIT_SMC, function, argument);

    cr_assert(hvc.word[0] == THIMBLE_FAULT_SKIP && hvc.word[1] == smc.word[1]);
    return hvc.word[1];
}

static struct message cp(uint32_t which, uint32_t access, uint32_t value)
{
    const uint32_t words[] = {THIMBLE_EXIT_REGISTER, which, access, 0xc0000000U, value, 0x55};

    return rig_exit(0, words);
}

static void begin(void)
{
    rig_prepare(2);
    rig_begin();
    rig_text_clear();
}

static void pass(uint32_t ms)
{
    rig_settle();
    lab.now += ms * 1000ULL;
    rig_settle();
}

static void load_whole(void)
{
    while (rig_load()) {
    }
}

TestSuite(vmm_life, .init = begin);

Test(vmm_life, starts_with_payloads_in_place)
{
    const struct vmm_vm *config = &lab.config.vm[1];

    cr_assert(lab.vcpu[0].runs && lab.vcpu[1].runs);
    cr_assert_eq(lab.vcpu[1].starts, 1);
    cr_assert_eq(lab.vcpu[1].pc, config->entry);
    cr_assert_arr_eq(lab.vcpu[1].r, config->r, sizeof(config->r));
    for (uint32_t i = 0; i < 2; i++) {
        cr_assert_eq(memcmp(rig_ram(1, config->payloads[i].guest),
                            port_memory(config->payloads[i].at), config->payloads[i].bytes),
                     0);
    }
    cr_assert_eq(*rig_ram(1, config->payloads[1].guest + 100), 0);
    /* Two VMs with two payloads each: cleaned, not more. */
    cr_assert_eq(lab.cache_bytes, 2 * (RIG_PAYLOAD_BYTES + 100));
    /* Each is loaded by its own exits: a part of a payload each, and the last. */
    cr_assert_eq(lab.cache_calls, 2 * (PARTS(RIG_PAYLOAD_BYTES, LOADER_COPY) + 1));
    cr_assert_eq(lab.loads, lab.cache_calls + 2);
    cr_assert_eq(lab.cache_operation, THIMBLE_CACHE_CLEAN);
    cr_assert_eq(lab.next, THIMBLE_NEVER);
}

Test(vmm_life, copies_at_all_alignments)
{
    static uint8_t from[300];
    static uint8_t to[300];

    for (uint32_t i = 0; i < sizeof(from); i++) {
        from[i] = (uint8_t)(i * 31U + 1U);
    }
    for (uint32_t f = 0; f < 5; f++) {
        for (uint32_t t = 0; t < 5; t++) {
            for (uint32_t bytes = 0; bytes < 100; bytes++) {
                memset(to, 0, sizeof(to));
                vmm_copy(to + t + 1, from + f, bytes);
                cr_assert_eq(memcmp(to + t + 1, from + f, bytes), 0);
                cr_assert(to[t] == 0 && to[t + 1 + bytes] == 0);
            }
        }
    }
}

Test(vmm_life, psci_for_one_cpu)
{
    cr_assert_eq(psci(0x84000000, 0), 0x00010000);
    cr_assert_eq(psci(0x80000000, 0), 0x00010001);
    cr_assert_eq(psci(0x80000001, 0x80008000), NOT_SUPPORTED);
    cr_assert_eq(psci(0x84000001, 0), 0);
    cr_assert_eq(psci(0x84000002, 0), (uint32_t)-3);
    cr_assert_eq(psci(0x84000003, 0), (uint32_t)-4);
    cr_assert_eq(psci(0x84000003, 1), (uint32_t)-2);
    cr_assert_eq(psci(0x84000004, 0), 0);
    cr_assert_eq(psci(0x84000004, 1), (uint32_t)-2);
    cr_assert_eq(psci(0x84000006, 0), 2);
    cr_assert_eq(psci(0x8400000a, 0x84000003), 0);
    cr_assert_eq(psci(0x8400000a, 0x80000000), 0);
    cr_assert_eq(psci(0x8400000a, 0x84000007), NOT_SUPPORTED);
    cr_assert_eq(psci(0xdeadbeef, 0), NOT_SUPPORTED);
    cr_assert_eq(psci(0, 0), NOT_SUPPORTED);
}

Test(vmm_life, powers_off)
{
    cr_assert_eq(smccc(THIMBLE_EXIT_HVC, 0x84000008, 0).word[0], THIMBLE_FAULT_STOP);
    cr_assert_str_eq(lab.text, "vmm: alpha: powered off\r\n");
    pass(1000);
    cr_assert_not(lab.vcpu[0].runs);
    cr_assert(lab.vcpu[1].runs);
}

Test(vmm_life, resets_after_its_pause)
{
    uint8_t *byte = rig_ram(0, RIG_RAM_GUEST + 0x8000);

    *byte ^= 0xff;
    cr_assert_eq(smccc(THIMBLE_EXIT_SMC, 0x84000009, 0).word[0], THIMBLE_FAULT_STOP);
    cr_assert_eq(lab.bits & VMM_EVENT_WORK, VMM_EVENT_WORK, "the events thread is to start it");
    rig_settle();
    cr_assert_not(lab.vcpu[0].runs);
    cr_assert_eq(lab.next, lab.now + 10000);
    lab.cache_bytes = 0;
    pass(9);
    cr_assert_not(lab.vcpu[0].runs);
    pass(1);
    cr_assert(lab.vcpu[0].runs);
    cr_assert_eq(*byte, *port_memory(RIG_PAYLOAD_AT));
    cr_assert_eq(lab.cache_bytes, RIG_RAM_BYTES + RIG_PAYLOAD_BYTES + 100,
                 "all of its old life is gone");
    cr_assert_str_eq(lab.text, "vmm: alpha: reset\r\nvmm: alpha: started again\r\n");
    cr_assert_eq(lab.vcpu[1].starts, 1, "the other knows nothing of it");
}

Test(vmm_life, each_vm_has_its_pause)
{
    for (uint32_t vm = 0; vm < 2; vm++) {
        const uint32_t reset[] = {THIMBLE_EXIT_HVC, 0x84000009, 0, 3, 4, 0xc0000000U};
        cr_assert_eq(rig_exit(vm, reset).word[0], THIMBLE_FAULT_STOP);
        pass(9);
        cr_assert_not(lab.vcpu[vm].runs, "%u", vm);
        pass(1);
        cr_assert(lab.vcpu[vm].runs, "%u", vm);
    }
}

Test(vmm_life, late_news_of_a_stop_are_no_second_one)
{
    lab.config.vm[0].restart_ms = 0;
    (void)smccc(THIMBLE_EXIT_HVC, 0x84000009, 0);
    lab.bits = VMM_EVENT_WORK; /* the events thread was quicker than the core's signal */
    rig_events(0);
    cr_assert(lab.vcpu[0].loads);
    rig_events(VMM_EVENT_VM(0));
    cr_assert(lab.vcpu[0].loads);
    load_whole();
    lab.bits = 0; /* so it is at the end of the load, too */
    rig_events(VMM_EVENT_CONSOLE);
    cr_assert(lab.vcpu[0].runs);
    rig_events(VMM_EVENT_VM(0));
    rig_settle();
    cr_assert(lab.vcpu[0].runs);
    cr_assert_eq(lab.vcpu[0].starts, 2);
    lab.vcpu[0].runs = false; /* but this one is */
    rig_events(VMM_EVENT_VM(0));
    rig_settle();
    cr_assert_eq(lab.vcpu[0].starts, 3);
}

Test(vmm_life, a_reset_may_be_an_end)
{
    lab.config.vm[0].flags = 0;
    (void)smccc(THIMBLE_EXIT_HVC, 0x84000009, 0);
    pass(1000);
    cr_assert_not(lab.vcpu[0].runs);
}

Test(vmm_life, a_crash_is_reported_by_name_and_restarted_alone)
{
    cr_assert_eq(rig_access(0, EXIT_READ, 0x0b000010, 4, 0).word[0], THIMBLE_FAULT_STOP);
    cr_assert_str_eq(
        lab.text,
        "vmm: alpha: stopped: nothing is at the address that it accesses, 0x0b000010\r\n");
    pass(10);
    cr_assert_eq(lab.vcpu[0].starts, 2);
    (void)rig_access(0, EXIT_WRITE, 0xfffffffc, 4, 0);
    pass(10);
    (void)rig_access(0, EXIT_READ, 0x20000000, 4, 0);
    pass(1000);
    cr_assert_eq(lab.vcpu[0].starts, 3, "two restarts are allowed");
    cr_assert_not(lab.vcpu[0].runs);
    cr_assert(lab.vcpu[1].runs);
    cr_assert_eq(lab.vcpu[1].starts, 1);
}

Test(vmm_life, restarts_without_limit)
{
    lab.config.vm[0].restarts = 0xffffffff;
    for (uint32_t i = 0; i < 10; i++) {
        (void)rig_access(0, EXIT_READ, 0x0b000010, 4, 0);
        pass(10);
    }
    cr_assert_eq(lab.vcpu[0].starts, 11);
}

#define PLAIN "use a plain load or store of one register, without write-back"

static void stops(const uint32_t *words, const char *why)
{
    char line[256];

    rig_text_clear();
    cr_assert_eq(rig_exit(0, words).word[0], THIMBLE_FAULT_STOP);
    (void)snprintf(line, sizeof(line), "vmm: alpha: stopped: %s\r\n", why);
    cr_assert_str_eq(lab.text, line, "%s", lab.text);
    pass(10);
}

Test(vmm_life, what_cannot_be_emulated_stops_it)
{
    static const uint32_t words[][6] = {
        {THIMBLE_EXIT_MMIO, VMM_GICD, EXIT_READ, 0xc0001234, 0, 0},
        {THIMBLE_EXIT_MMIO, VMM_GICD, EXIT_READ | 3 << 8, 0xc0001234, 0, 0},
        {THIMBLE_EXIT_MMIO, VMM_GICD, EXIT_READ | 8 << 8, 0xc0001234, 0, 0},
        {THIMBLE_EXIT_MMIO, VMM_GICD, EXIT_EXECUTE | 4 << 8, 0xc0001234, 0, 0},
    };

    lab.config.vm[0].restarts = 100;
    for (uint32_t i = 0; i < 4; i++) {
        stops(words[i], "its instruction at 0xc0001234 cannot be emulated: " PLAIN);
    }
    const uint32_t bus[] = {THIMBLE_FAULT_BUS, 0x1234, 1, 0, 0, 0};
    stops(bus, "external abort at 0x00001234");
    const uint32_t other[] = {99, 0, 0, 0, 0, 0};
    stops(other, "exit of kind 0x00000063");
}

/* What the instruction is: 32 bits (ARM, or Thumb: the first halfword is the low one), or the
 * 16 that the core has where it is not word-aligned, or not known. */
Test(vmm_life, what_instruction_cannot_be_emulated)
{
    static const uint32_t arm[] = {
        THIMBLE_EXIT_MMIO, VMM_GICD + 0x400, EXIT_WRITE, 0xc0001234, 0, 0xe4c32001};
    static const uint32_t thumb[] = {
        THIMBLE_EXIT_MMIO, VMM_GICD + 0x400, EXIT_WRITE, 0xc0001236, 0, 0xc301};
    static const uint32_t pair[] = {THIMBLE_EXIT_MMIO, RIG_UART, EXIT_READ, 0x8000, 0, 0x2300e9d2};
    static const uint32_t unknown[] = {THIMBLE_EXIT_MMIO, RIG_UART, EXIT_READ, 0x8002, 0, 0};

    lab.config.vm[0].restarts = 100;
    stops(arm, "its instruction 0xe4c32001 at 0xc0001234 cannot be emulated: " PLAIN);
    stops(thumb, "its instruction 0xc301 at 0xc0001236 cannot be emulated: " PLAIN);
    stops(pair, "its instruction 0x2300e9d2 at 0x00008000 cannot be emulated: " PLAIN);
    stops(unknown, "its instruction at 0x00008002 cannot be emulated: " PLAIN);
}

/* What is no access of an instruction: a fetch, and a walk of its own tables. */
Test(vmm_life, fetches_and_tables_outside_of_its_ram_stop_it)
{
    static const uint32_t fetch[] = {THIMBLE_FAULT_MEMORY, VMM_GICD, EXIT_EXECUTE, 0x8000, 0, 0};
    static const uint32_t walk[] = {THIMBLE_FAULT_MEMORY, 0x123000, EXIT_READ, 0xc0001234, 0, 0};

    lab.config.vm[0].restarts = 100;
    stops(fetch, "it executes what is not its RAM, at 0x08000000");
    stops(walk, "its translation tables are not in its RAM: 0x00123000 at 0xc0001234");
}

Test(vmm_life, zeros_where_nothing_is_if_it_may)
{
    lab.config.vm[0].flags |= VMM_VM_ZEROS;
    rig_write32(0, 0x04000000, 0xffffffff);
    cr_assert_eq(rig_read32(0, 0x04000000), 0);
}

/* Drivers that know the board look at all of its 32 places for virtio devices. */
Test(vmm_life, places_without_a_virtio_device_read_zero)
{
    for (uint32_t i = 3; i < 32U; i++) {
        cr_assert_eq(rig_read32(1, RIG_VIRTIO(i)), 0);
        rig_write32(1, RIG_VIRTIO(i) + 0x70, 0);
    }
    cr_assert_eq(rig_access(1, EXIT_READ, RIG_VIRTIO(32), 4, 0).word[0], THIMBLE_FAULT_STOP);
}

/* The physical timer (DDI 0406C B8.1.2) is nobody's: a guest that relies on it must not hang
 * without a word. What only looks, or turns it off, goes on. */
Test(vmm_life, the_physical_timer_is_refused_with_a_reason)
{
    const uint32_t control = EXIT_REGISTER(15, 0, 14, 2, 1);
    const uint32_t compare = EXIT_REGISTER(15, 2, 0, 14, 0) | EXIT_REGISTER_64;
    static const uint32_t starts[] = {
        THIMBLE_EXIT_REGISTER, EXIT_REGISTER(15, 0, 14, 2, 1), EXIT_WRITE, 0xc0001234U, 1, 0};

    lab.config.vm[0].restarts = 100;
    cr_assert_eq(cp(control, EXIT_READ, 0).word[1], 0);
    cr_assert_eq(cp(control, EXIT_WRITE, 0).word[0], THIMBLE_FAULT_SKIP);
    cr_assert_eq(cp(control, EXIT_WRITE, 2).word[0], THIMBLE_FAULT_SKIP);
    cr_assert_eq(cp(EXIT_REGISTER(15, 0, 14, 2, 0), EXIT_WRITE, 100).word[0], THIMBLE_FAULT_SKIP);
    cr_assert_eq(cp(compare, EXIT_WRITE, 100).word[0], THIMBLE_FAULT_SKIP);
    stops(starts, "it starts the physical timer at 0xc0001234: "
                  "a VM has the virtual one (CNTV, line 27)");
}

Test(vmm_life, registers)
{
    cr_assert_eq(cp(EXIT_REGISTER(15, 0, 0, 0, 0), EXIT_READ, 0).word[1], 0x412fc0f1);
    cr_assert_eq(cp(EXIT_REGISTER(15, 0, 0, 0, 1), EXIT_READ, 0).word[1], 0x8444c004);
    cr_assert_eq(cp(EXIT_REGISTER(15, 0, 0, 0, 5), EXIT_READ, 0).word[1], 0xc0000000);
    struct message m = cp(EXIT_REGISTER(14, 0, 0, 0, 0), EXIT_READ, 0x77);
    cr_assert(m.word[0] == THIMBLE_FAULT_SKIP && m.word[1] == 0 && m.word[2] == 0);
    m = cp(EXIT_REGISTER(15, 1, 0, 14, 0) | EXIT_REGISTER_64, EXIT_WRITE, 0x77);
    cr_assert_eq(m.word[0], THIMBLE_FAULT_SKIP);
}

/* One exit after the other until it is done: how many. */
static uint32_t exits_until_done(const uint32_t *words)
{
    uint32_t exits = 0;
    struct message m;

    do {
        m = rig_exit(0, words);
        exits++;
        cr_assert(exits < 1000U);
    } while (m.word[0] == THIMBLE_FAULT_RETRY);
    cr_assert_eq(m.word[0], THIMBLE_FAULT_SKIP);
    return exits;
}

Test(vmm_life, caches)
{
    const uint32_t on[] = {THIMBLE_EXIT_CACHE, 0, 0, 0xc0000000U, 0, 0};
    const uint32_t parts = PARTS(RIG_RAM_BYTES, LOADER_CLEAN);

    lab.cache_calls = 0;
    lab.cache_bytes = 0;
    cr_assert_eq(exits_until_done(on), parts);
    cr_assert_eq(lab.cache_bytes, RIG_RAM_BYTES);
    cr_assert_eq(lab.cache_operation, THIMBLE_CACHE_CLEAN | THIMBLE_CACHE_INVALIDATE);
    /* A sweep by set and way: once, at its end. */
    for (uint32_t value = 0x40000000; value != 0; value -= 0x08000000) {
        (void)cp(EXIT_REGISTER(15, 0, 7, 14, 2), EXIT_WRITE, value);
    }
    cr_assert_eq(lab.cache_calls, parts);
    for (uint32_t crm = 6; crm <= 14; crm += 4) {
        const uint32_t sweep[] = {THIMBLE_EXIT_REGISTER, EXIT_REGISTER(15, 0, 7, crm, 2),
                                  EXIT_WRITE, 0xc0000004U, 0, 0};
        cr_assert_eq(exits_until_done(sweep), parts);
    }
    cr_assert_eq(lab.cache_calls, 4 * parts);
    /* From the same instruction once more: all of it again. */
    lab.cache_bytes = 0;
    cr_assert_eq(exits_until_done(on), parts);
    cr_assert_eq(exits_until_done(on), parts);
    cr_assert_eq(lab.cache_bytes, 2U * RIG_RAM_BYTES);
    lab.cache_status = THIMBLE_ERR_RIGHTS;
    cr_assert_eq(rig_exit(0, on).word[0], THIMBLE_FAULT_STOP);
    cr_assert(rig_shows("its memory cannot be made coherent: error 0x00000004"));
}

/* Between two steps of a sweep a handler makes one of its own: each is whole. */
Test(vmm_life, sweeps_in_sweeps)
{
    const uint32_t outer[] = {THIMBLE_EXIT_CACHE, 0, 0, 0xc0000000U, 0, 0};
    const uint32_t inner[] = {THIMBLE_EXIT_REGISTER, EXIT_REGISTER(15, 0, 7, 14, 2), EXIT_WRITE,
                              0xc0001000U, 0, 0};
    const uint32_t parts = PARTS(RIG_RAM_BYTES, LOADER_CLEAN);

    for (uint32_t i = 1; i < parts; i++) {
        cr_assert_eq(rig_exit(0, outer).word[0], THIMBLE_FAULT_RETRY);
    }
    cr_assert_eq(exits_until_done(inner), parts);
    cr_assert_eq(exits_until_done(outer), parts);
    /* A VM that was restarted in the midst of one begins its next at the start. */
    cr_assert_eq(rig_exit(0, outer).word[0], THIMBLE_FAULT_RETRY);
    (void)smccc(THIMBLE_EXIT_HVC, 0x84000009, 0);
    pass(10);
    cr_assert_eq(exits_until_done(outer), parts);
}

Test(vmm_life, an_exit_that_nobody_took)
{
    lab.vcpu[1].runs = false;
    rig_events(VMM_EVENT_VM(1));
    cr_assert(rig_shows("vmm: beta: stopped by the hypervisor: nobody took its exit"));
    pass(10);
    cr_assert_eq(lab.vcpu[1].starts, 2);
    cr_assert_eq(lab.vcpu[0].starts, 1);
}

Test(vmm_life, what_fails_outside_of_an_exit_stops_it_too)
{
    rig_write32(0, VMM_GICD, 1);
    rig_write32(0, VMM_GICD + 0x104, 1U << (RIG_UART_LINE - 32U));
    rig_write32(0, RIG_UART + 0x38, 0x50);
    lab.inject_status = THIMBLE_ERR_SLOT;
    rig_type("a");
    lab.inject_status = 0;
    cr_assert_not(lab.vcpu[0].runs);
    cr_assert(rig_shows("vmm: alpha: its interrupt cannot be injected: error 0x00000002"));
    pass(10);
    cr_assert_eq(lab.vcpu[0].starts, 2);
}

Test(vmm_life, one_that_cannot_start_says_why)
{
    lab.start_status = THIMBLE_ERR_RIGHTS;
    (void)smccc(THIMBLE_EXIT_HVC, 0x84000009, 0);
    pass(10);
    cr_assert(rig_shows("vmm: alpha: cannot be started: error 0x00000004"));
    cr_assert_not(lab.vcpu[0].runs);
    lab.start_status = 0;
    lab.cache_status = THIMBLE_ERR_SLOT;
    rig_text_clear();
    rig_type("\x14r");
    pass(10);
    cr_assert(rig_shows("vmm: alpha: cannot be started: error 0x00000002"));
}

Test(vmm_life, restarted_by_hand)
{
    rig_type("\x14r");
    cr_assert(rig_shows("vmm: alpha: is restarted\r\n"));
    cr_assert_not(lab.vcpu[0].runs);
    pass(10);
    cr_assert(lab.vcpu[0].runs);
    cr_assert_eq(lab.vcpu[0].starts, 2);
    cr_assert_eq(lab.vcpu[1].starts, 1);
}

/* The rig does not let a VM be loaded that runs. */
Test(vmm_life, a_restarted_vmm_starts_all_anew)
{
    uint8_t *byte = rig_ram(1, RIG_RAM_GUEST + 0x8000);

    lab.now = 5000;
    *byte ^= 0xff;
    lab.cache_bytes = 0;
    rig_restart();
    rig_events(0);
    cr_assert(lab.vcpu[0].loads && lab.vcpu[1].loads, "nothing of the old lives runs on");
    rig_settle();
    cr_assert(lab.vcpu[0].runs && lab.vcpu[1].runs);
    cr_assert_eq(lab.vcpu[0].starts, 2);
    cr_assert_eq(*byte, *port_memory(RIG_PAYLOAD_AT));
    cr_assert_eq(lab.cache_bytes, 2U * (RIG_RAM_BYTES + RIG_PAYLOAD_BYTES + 100),
                 "and nothing of them is left in caches");
}

/* Exits come before the events thread does; what the core said before is old news. */
/* Before it loads the first. */
Test(vmm_life, a_restarted_vmm_stops_all)
{
    struct message m = {.tag = THIMBLE_TAG(VMM_DO_EVENTS, 1)};

    rig_restart();
    cr_assert_eq(port_call(RIG_SLOT_SERVICE, &m), THIMBLE_OK);
    for (uint32_t vm = 0; vm < 2; vm++) {
        cr_assert_not(lab.vcpu[vm].runs, "%u", vm);
    }
}

Test(vmm_life, a_restarted_vmm_is_called_by_vms_of_before)
{
    rig_restart();
    cr_assert_eq(rig_access(0, EXIT_READ, VMM_GICD, 4, 0).word[0], THIMBLE_FAULT_STOP);
    lab.bits |= VMM_EVENT_VM(1);
    rig_settle();
    cr_assert(lab.vcpu[0].runs && lab.vcpu[1].runs);
    cr_assert(lab.vcpu[0].starts == 2 && lab.vcpu[1].starts == 2);
    cr_assert_not(rig_shows("stopped"), "%s", lab.text);
}

Test(vmm_life, a_vmm_may_be_restarted_while_a_vm_loads)
{
    (void)smccc(THIMBLE_EXIT_HVC, 0x84000009, 0);
    rig_settle();
    lab.now += 10000;
    rig_events(0);
    cr_assert(lab.vcpu[0].loads);
    for (uint32_t i = 0; i < 5; i++) {
        (void)rig_load();
    }
    rig_begin();
    cr_assert(lab.vcpu[0].runs && lab.vcpu[1].runs);
    cr_assert_eq(lab.vcpu[0].starts, 2);
}

static void load_begin(uint32_t vm)
{
    const uint32_t words[] = {THIMBLE_EXIT_HVC, 0x84000009, 0, 0, 0, 0};

    (void)rig_exit(vm, words);
    rig_settle();
    lab.now += 10000;
    rig_events(0);
    cr_assert(lab.vcpu[vm].loads);
}

/* Each step is an exit of the VM that loads: others' come in between. */
Test(vmm_life, a_load_is_in_nobodys_way)
{
    load_begin(0);
    lab.loads = 0;
    lab.cache_calls = 0;
    do {
        cr_assert_leq(lab.cache_calls, lab.loads, "one step each");
        cr_assert_eq(rig_read32(1, RIG_VIRTIO(0)), 0x74726976);
    } while (rig_load());
    cr_assert_eq(lab.loads, PARTS(RIG_RAM_BYTES, LOADER_CLEAN) +
                                PARTS(RIG_PAYLOAD_BYTES, LOADER_COPY) + 1 + 1);
    rig_settle();
    cr_assert_eq(lab.vcpu[0].starts, 2);
}

Test(vmm_life, restarted_by_hand_while_it_loads)
{
    load_begin(0);
    (void)rig_load();
    rig_type("\x14r");
    cr_assert_not(lab.vcpu[0].loads);
    pass(10);
    cr_assert_eq(lab.vcpu[0].starts, 2);
    cr_assert(lab.vcpu[0].runs);
}

Test(vmm_life, a_load_whose_exit_nobody_took_is_begun_anew)
{
    load_begin(0);
    lab.vcpu[0].loads = false;
    rig_events(VMM_EVENT_VM(0));
    cr_assert(rig_shows("vmm: alpha: stopped by the hypervisor"));
    pass(10);
    cr_assert_eq(lab.vcpu[0].starts, 2);
}

/* Whatever made its health notification come: what is called off is off, and so are the
 * devices that it sets up meanwhile. */
Test(vmm_life, what_is_called_off_is_off)
{
    lab.config.vm[0].flags = 0;
    rig_write32(0, VMM_GICD, 1);
    rig_write32(0, VMM_GICD + 0x100, 1U << VMM_TIMER_LINE);
    rig_events(VMM_EVENT_VM(0));
    cr_assert_not(lab.vcpu[0].runs);
    cr_assert(rig_shows("vmm: alpha: stopped by the hypervisor"));
    /* Its last exit was on its way. */
    cr_assert_eq(rig_access(0, EXIT_WRITE, VMM_GICD, 4, 1).word[0], THIMBLE_FAULT_STOP);
    cr_assert_eq(lab.vmm->vm[0].gicd.on, 0);
    rig_settle();
    lab.config.vm[0].flags = VMM_VM_RESTART_RESET;
    rig_type("\x14r");
    (void)rig_access(0, EXIT_WRITE, VMM_GICD, 4, 1);
    pass(10);
    cr_assert(lab.vcpu[0].runs);
    cr_assert_eq(rig_read32(0, VMM_GICD), 0);
    cr_assert_eq(lab.vcpu[0].bound[VMM_TIMER_LINE], 0);
}

Test(vmm_life, other_callers_are_refused)
{
    struct message m = {.tag = THIMBLE_TAG(THIMBLE_LABEL_EXIT, 6)};

    vmm_serve(lab.vmm, 2, &m); /* there are VMs 0 and 1 */
    cr_assert_eq(m.word[0], THIMBLE_FAULT_STOP);
    m = (struct message){.tag = THIMBLE_TAG(VMM_DO_START, 2)};
    vmm_serve(lab.vmm, 0, &m);
    cr_assert_eq(m.word[0], THIMBLE_FAULT_STOP);
    m = (struct message){.tag = THIMBLE_TAG(VMM_DO_START, 2), .word = {7, 0}};
    vmm_serve(lab.vmm, VMM_BADGE_EVENTS, &m);
    m = (struct message){.tag = THIMBLE_TAG(VMM_DO_START, 2), .word = {0, 0}};
    vmm_serve(lab.vmm, VMM_BADGE_EVENTS, &m);
    cr_assert_eq(lab.vcpu[0].starts, 1, "it runs already");
}

#define WRONG(change, text)                                                     \
    do {                                                                        \
        rig_prepare(2);                                                         \
        cr_assert_null(vmm_config_check(&lab.config));                          \
        change;                                                                 \
        const char *said = vmm_config_check(&lab.config);                       \
        cr_assert(said != NULL && strcmp(said, text) == 0, #change ": %s", said); \
    } while (0)

Test(vmm_life, a_wrong_configuration_is_named)
{
    struct vmm_vm *vm = &lab.config.vm[1];

    WRONG(lab.config.magic++, "this is no configuration of this version");
    WRONG(lab.config.version++, "this is no configuration of this version");
    WRONG(lab.config.bytes--, "this is no configuration of this version");
    WRONG(lab.config.vms = 0, "a number is out of range");
    WRONG(lab.config.vms = 5, "a number is out of range");
    WRONG(lab.config.console = 3, "a number is out of range");
    WRONG(lab.config.ticks_per_ms = 0, "a number is out of range");
    WRONG(vm->name[15] = 'x', "its name is too long");
    WRONG(vm->ram_bytes = 0, "its RAM is misplaced");
    WRONG(vm->ram_guest += 4096, "its RAM is misplaced");
    WRONG(vm->ram_at = 0xfff00000, "its RAM is misplaced");
    WRONG(vm->ram_at += 4, "its RAM is misplaced");
    WRONG(vm->payloads[1].guest = RIG_RAM_GUEST + RIG_RAM_BYTES - 99,
          "a payload is not inside its RAM");
    WRONG(vm->payloads[0].guest = RIG_RAM_GUEST - 1, "a payload is not inside its RAM");
    WRONG(lab.config.vm[0].virtios[0].peer_virtio = 4, "a cable ends nowhere");
    WRONG(vm->virtios[0].peer_virtio = 1, "a cable has one end only");
    WRONG(vm->virtios[0].peer_vm = 1, "a cable has one end only");
    WRONG(vm->virtios[1].guest += 4, "a virtio device is misplaced");
    WRONG(vm->virtios[1].line = 31, "a virtio device is misplaced");
    WRONG(vm->virtios[1].line = 64, "a virtio device is misplaced");
    WRONG(vm->virtios[1].image_bytes = 100, "a disk is misplaced");
    WRONG(vm->virtios[1].image_at = 0xfffffe00, "a disk is misplaced");
    WRONG(vm->virtios[2].kind = 9, "a virtio device is of no known kind");
    WRONG(vm->uart = 2, "its UART is misplaced");
    WRONG(vm->uart_line = 64, "its UART is misplaced");
    WRONG(vm->uart_guest += 4, "its UART is misplaced");
    WRONG(vm->binds[1].line = 15, "a bound line is none");
    WRONG(vm->binds[1].line = 64, "a bound line is none");
    WRONG(vm->binds[1].slot = 0, "a bound line is none");
}
