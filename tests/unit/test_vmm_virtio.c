/* SPDX-License-Identifier: BSD-2-Clause */
/* The transport and its rings, by the block device; and that device. */
#include <criterion/criterion.h>
#include <string.h>

#include "../../user/vmm/port.h"
#include "vmm_rig.h"

#define BASE RIG_VIRTIO(RIG_BLOCK)
enum {
    MAGIC = 0x00,
    VERSION = 0x04,
    DEVICE = 0x08,
    VENDOR = 0x0c,
    FEATURES = 0x10,
    FEATURES_SEL = 0x14,
    DRIVER = 0x20,
    DRIVER_SEL = 0x24,
    SELECT = 0x30,
    MOST = 0x34,
    SIZE = 0x38,
    READY = 0x44,
    KICK = 0x50,
    INTERRUPT = 0x60,
    ACK = 0x64,
    STATUS = 0x70,
    DESC = 0x80,
    AVAIL = 0x90,
    USED = 0xa0
};
#define NEEDS_RESET 0x40U
#define HEADER RIG_BUFFERS
#define DATA (RIG_BUFFERS + 0x1000U)
#define RESULT (RIG_BUFFERS + 0x800U)

static uint32_t get(uint32_t offset)
{
    return rig_read32(0, BASE + offset);
}

static void set(uint32_t offset, uint32_t value)
{
    rig_write32(0, BASE + offset, value);
}

static bool line(void)
{
    uint32_t number = RIG_VIRTIO_LINE(RIG_BLOCK);

    return (lab.vmm->vm[0].gicd.level[number / 32U] >> number % 32U & 1U) != 0;
}

static void begin(void)
{
    rig_prepare(1);
    rig_begin();
    for (uint32_t i = 0; i < RIG_DISK_BYTES; i++) {
        port_memory(RIG_DISK_AT)[i] = (uint8_t)(i * 5U + i / 512U);
    }
    rig_virtio_begin(0, RIG_BLOCK, 0, 16);
}

static void put32(uint32_t guest, uint32_t value)
{
    memcpy(rig_ram(0, guest), &value, 4);
}

/* Header, one buffer of data if it has bytes, status; kicked. The status. */
static uint32_t request(uint32_t type, uint32_t sector, uint32_t bytes)
{
    put32(HEADER, type);
    put32(HEADER + 4, 0xffffffff);
    put32(HEADER + 8, sector);
    put32(HEADER + 12, 0);
    *rig_ram(0, RESULT) = 0xee;
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, bytes != 0 ? 1 : 2);
    rig_descriptor(0, RIG_BLOCK, 0, 1, DATA, bytes, type == 1 ? 0 : 2, 2);
    rig_descriptor(0, RIG_BLOCK, 0, 2, RESULT, 1, 2, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    rig_kick(0, RIG_BLOCK, 0);
    return *rig_ram(0, RESULT);
}

static void must_break(const char *what)
{
    uint32_t used = rig_used(0, RIG_BLOCK, 0);

    rig_kick(0, RIG_BLOCK, 0);
    cr_assert_eq(get(STATUS) & NEEDS_RESET, NEEDS_RESET, "%s", what);
    cr_assert_eq(get(INTERRUPT) & 2, 2);
    cr_assert(line());
    rig_kick(0, RIG_BLOCK, 0);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), used, "%s: silent from then on", what);
    /* And it works again after a reset. */
    rig_virtio_begin(0, RIG_BLOCK, 0, 16);
    cr_assert_eq(get(STATUS), 0xf);
    cr_assert_eq(request(0, 0, 512), 0, "%s", what);
}

TestSuite(vmm_virtio, .init = begin);

Test(vmm_virtio, says_what_it_is)
{
    cr_assert_eq(get(MAGIC), 0x74726976);
    cr_assert_eq(get(VERSION), 2);
    for (uint32_t i = 0; i < 3; i++) {
        cr_assert_eq(rig_read32(0, RIG_VIRTIO(i) + DEVICE), i + 1);
    }
    cr_assert_neq(get(VENDOR), 0);
    cr_assert_eq(get(0x0fc), 0);          /* generation */
    cr_assert_eq(get(0x0b0), 0xffffffff); /* no shared memory */
    cr_assert_eq(get(0x0c0), 0);
    set(FEATURES_SEL, 1);
    cr_assert_eq(get(FEATURES), 1);
    set(FEATURES_SEL, 2);
    cr_assert_eq(get(FEATURES), 0);
    set(FEATURES_SEL, 0);
    cr_assert_eq(get(FEATURES), 1 << 1 | 1 << 2 | 1 << 9);
    lab.config.vm[0].virtios[RIG_BLOCK].read_only = 1;
    cr_assert_eq(get(FEATURES), 1 << 1 | 1 << 2 | 1 << 9 | 1 << 5);
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_CONSOLE) + FEATURES), 0);
    cr_assert_eq(rig_read(0, BASE + MAGIC, 1), 0); /* registers are words */
    rig_write(0, BASE + STATUS, 1, 0);
    cr_assert_eq(get(STATUS), 0xf);
}

Test(vmm_virtio, configuration_in_any_size)
{
    cr_assert_eq(get(0x100), RIG_DISK_BYTES / 512);
    cr_assert_eq(get(0x104), 0);
    cr_assert_eq(rig_read(0, BASE + 0x109, 1), 0x10);
    cr_assert_eq(rig_read(0, BASE + 0x108, 2), 0x1000);
    cr_assert_eq(get(0x10c), 32);
    cr_assert_eq(rig_read(0, BASE + 0x10e, 4), 0);
    set(0x100, 77);
    cr_assert_eq(get(0x100), RIG_DISK_BYTES / 512);
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_CONSOLE) + 0x100), 0);
}

Test(vmm_virtio, negotiates)
{
    const uint32_t cases[][3] = {
        {0, 1, 0xb}, {1 << 9, 1, 0xb}, {1, 1, 0x3}, {0, 0, 0x3}, {0, 3, 0x3}};

    for (uint32_t i = 0; i < 5; i++) {
        set(STATUS, 0);
        cr_assert_eq(get(STATUS), 0);
        set(STATUS, 3);
        set(DRIVER_SEL, 0);
        set(DRIVER, cases[i][0]);
        set(DRIVER_SEL, 1);
        set(DRIVER, cases[i][1]);
        set(DRIVER_SEL, 2);
        set(DRIVER, 0xffffffff);
        set(STATUS, 0xb);
        cr_assert_eq(get(STATUS), cases[i][2], "case %u", i);
    }
    set(STATUS, 0xf); /* not without features */
    cr_assert_eq(get(STATUS), 3);
    set(STATUS, 0);
    set(DRIVER_SEL, 1);
    set(DRIVER, 1);
    set(STATUS, 0xb);
    set(DRIVER, 5); /* too late */
    set(STATUS, 0xff);
    cr_assert_eq(get(STATUS), 0xbf); /* the driver does not set NEEDS_RESET */
}

Test(vmm_virtio, queues_are_checked_when_they_are_ready)
{
    const struct {
        uint32_t offset;
        uint32_t value;
    } bad[] = {
        {SIZE, 0}, {SIZE, 3}, {SIZE, 512}, {SIZE, 0x80000000},
        {DESC, RIG_RAM_GUEST + 8}, {AVAIL, RIG_RAM_GUEST + 1}, {USED, RIG_RAM_GUEST + 2},
        {DESC, 0}, {AVAIL, 0xfffffffe}, {USED, RIG_RAM_GUEST - 4},
        {DESC, RIG_RAM_GUEST + RIG_RAM_BYTES - 16 * 16 + 16},
        {AVAIL, RIG_RAM_GUEST + RIG_RAM_BYTES - 2 * 16 - 2},
        {USED, RIG_RAM_GUEST + RIG_RAM_BYTES - 8 * 16},
        {DESC + 4, 1}, {AVAIL + 4, 1}, {USED + 4, 0xffffffff},
    };

    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        set(STATUS, 0);
        cr_assert_eq(get(READY), 0);
        set(SIZE, 16);
        set(DESC, RIG_RAM_GUEST + RIG_RAM_BYTES - 16 * 16); /* just inside */
        set(AVAIL, RIG_RAM_GUEST + RIG_RAM_BYTES - 2 * 16 - 4);
        set(USED, RIG_RAM_GUEST + RIG_RAM_BYTES - 8 * 16 - 4);
        set(bad[i].offset, bad[i].value);
        set(READY, 1);
        cr_assert_eq(get(READY), 0, "case %u", i);
        cr_assert_eq(get(STATUS), NEEDS_RESET);
    }
    set(STATUS, 0);
    set(SIZE, 16);
    set(DESC, RIG_RAM_GUEST + RIG_RAM_BYTES - 16 * 16);
    set(AVAIL, RIG_RAM_GUEST + RIG_RAM_BYTES - 2 * 16 - 4);
    set(USED, RIG_RAM_GUEST + RIG_RAM_BYTES - 8 * 16 - 4);
    set(READY, 1);
    cr_assert_eq(get(READY), 1);
    set(DESC, 0); /* too late */
    cr_assert_eq(lab.vmm->vm[0].virtios[RIG_BLOCK].queue[0].address[0][0],
                 RIG_RAM_GUEST + RIG_RAM_BYTES - 16 * 16);
    set(READY, 1);
    set(READY, 0);
    cr_assert_eq(get(READY), 0);
}

Test(vmm_virtio, queues_that_are_not_there)
{
    const uint32_t numbers[] = {2, 100, 0xffffffff};

    for (uint32_t i = 0; i < 3; i++) {
        set(SELECT, numbers[i]);
        cr_assert_eq(get(MOST), 0);
        cr_assert_eq(get(READY), 0);
        set(SIZE, 16);
        set(DESC, 0xffffffff);
        set(READY, 1);
        set(KICK, numbers[i]);
    }
    cr_assert_eq(get(STATUS), 0xf);
    set(SELECT, 1);
    cr_assert_eq(get(MOST), 256);
}

Test(vmm_virtio, nothing_happens_before_the_driver_is_ready)
{
    set(STATUS, 0xb);
    put32(HEADER, 0);
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    set(KICK, 0);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 0);
    cr_assert_eq(get(STATUS), 0xb);
}

Test(vmm_virtio, reads_and_writes)
{
    const uint8_t *disk = port_memory(RIG_DISK_AT);

    cr_assert_eq(request(0, 3, 1024), 0);
    cr_assert_eq(memcmp(rig_ram(0, DATA), disk + 3 * 512, 1024), 0);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 1);
    cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), 1025);
    cr_assert(line());
    cr_assert_eq(get(INTERRUPT), 1);
    set(ACK, 1);
    cr_assert_not(line());
    memset(rig_ram(0, DATA), 0x77, 4096);
    cr_assert_eq(request(1, 30, 1024), 0); /* the last two */
    cr_assert_eq(memcmp(rig_ram(0, DATA), disk + 30 * 512, 1024), 0);
    cr_assert_neq(disk[30 * 512 - 1], 0x77);
    cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), 1);
    cr_assert_eq(request(4, 0, 0), 0); /* flush */
    cr_assert_eq(request(8, 0, 20), 0); /* its name */
    cr_assert_str_eq((char *)rig_ram(0, DATA), "alpha");
}

Test(vmm_virtio, in_pieces)
{
    put32(HEADER, 0);
    put32(HEADER + 8, 1);
    put32(HEADER + 12, 0);
    rig_descriptor(0, RIG_BLOCK, 0, 5, HEADER, 16, 0, 9);
    rig_descriptor(0, RIG_BLOCK, 0, 9, DATA, 100, 2, 2);
    rig_descriptor(0, RIG_BLOCK, 0, 2, DATA + 0x201, 0, 2, 3);
    rig_descriptor(0, RIG_BLOCK, 0, 3, DATA + 0x301, 412, 2, 4);
    rig_descriptor(0, RIG_BLOCK, 0, 4, RESULT, 1, 2, -1);
    rig_available(0, RIG_BLOCK, 0, 5);
    rig_kick(0, RIG_BLOCK, 0);
    cr_assert_eq(rig_used_head(0, RIG_BLOCK, 0), 5);
    cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), 513);
    cr_assert_eq(memcmp(rig_ram(0, DATA), port_memory(RIG_DISK_AT + 512), 100), 0);
    cr_assert_eq(memcmp(rig_ram(0, DATA + 0x301), port_memory(RIG_DISK_AT + 612), 412), 0);
}

Test(vmm_virtio, bad_requests_fail)
{
    uint8_t before[RIG_DISK_BYTES];

    memcpy(before, port_memory(RIG_DISK_AT), RIG_DISK_BYTES);
    cr_assert_eq(request(0, 31, 1024), 1); /* over the end */
    cr_assert_eq(request(0, 32, 512), 1);
    cr_assert_eq(request(1, 33, 512), 1);
    cr_assert_eq(request(1, 0xffffffff, 512), 1);
    cr_assert_eq(request(0, 0x800000, 512), 1); /* 2^32 bytes */
    cr_assert_eq(request(1, 0, RIG_DISK_BYTES + 512), 1);
    cr_assert_eq(request(8, 0, 21), 1);
    cr_assert_eq(request(13, 0, 512), 2);
    cr_assert_eq(request(0xffffffff, 0, 512), 2);
    lab.config.vm[0].virtios[RIG_BLOCK].read_only = 1;
    cr_assert_eq(request(1, 0, 512), 1);
    lab.config.vm[0].virtios[RIG_BLOCK].read_only = 0;
    put32(HEADER + 12, 1); /* a sector beyond 2^32 */
    rig_available(0, RIG_BLOCK, 0, 0);
    rig_kick(0, RIG_BLOCK, 0);
    cr_assert_eq(*rig_ram(0, RESULT), 1);
    /* A buffer of the wrong direction. */
    put32(HEADER + 12, 0);
    put32(HEADER, 0);
    rig_descriptor(0, RIG_BLOCK, 0, 1, DATA, 512, 0, 2);
    rig_available(0, RIG_BLOCK, 0, 0);
    rig_kick(0, RIG_BLOCK, 0);
    cr_assert_eq(*rig_ram(0, RESULT), 1);
    cr_assert_eq(memcmp(before, port_memory(RIG_DISK_AT), RIG_DISK_BYTES), 0);
    cr_assert_eq(get(STATUS), 0xf);
}

Test(vmm_virtio, broken_chains_break_the_device)
{
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 0); /* a loop */
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("a loop");
    rig_available(0, RIG_BLOCK, 0, 16);
    must_break("a head outside");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 16);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("a link outside");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 4, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("indirect");
    rig_descriptor(0, RIG_BLOCK, 0, 0, RIG_RAM_GUEST - 1, 16, 0, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("before the RAM");
    rig_descriptor(0, RIG_BLOCK, 0, 0, RIG_RAM_GUEST + RIG_RAM_BYTES - 15, 16, 0, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("over its end");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 0xffffffff, 0, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("too long");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, -1);
    put32(RIG_RING(RIG_BLOCK, 0) + 4, 1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("beyond 4 GiB");
    put32(RIG_RING(RIG_BLOCK, 0) + RIG_RING_DRIVER, 18U << 16);
    must_break("more than the ring has");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 15, 0, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("a short header");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 2, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("a header to write");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("a header only");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, DATA, 512, 2, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("no status");
    cr_assert(lab.vcpu[0].runs);
}

Test(vmm_virtio, much_work_is_done_in_parts)
{
    put32(HEADER, 4);
    rig_virtio_begin(0, RIG_BLOCK, 0, 64);
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, RESULT, 1, 2, -1);
    for (uint32_t i = 0; i < 64; i++) {
        rig_available(0, RIG_BLOCK, 0, 0);
    }
    for (uint32_t i = 1; i < 64; i++) {
        cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
        cr_assert_eq(rig_used(0, RIG_BLOCK, 0), i);
    }
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_SKIP);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 64);
    cr_assert_eq(lab.bits, 0, "nothing is left for the events thread");
    cr_assert_eq(get(STATUS), 0xf);
}

Test(vmm_virtio, a_driver_that_is_ready_has_its_rings_served_in_parts)
{
    put32(HEADER, 4);
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, RESULT, 1, 2, -1);
    set(STATUS, 0xb);
    for (uint32_t i = 0; i < 8; i++) {
        rig_available(0, RIG_BLOCK, 0, 0);
    }
    cr_assert_eq(rig_access(0, EXIT_WRITE, BASE + STATUS, 4, 0xf).word[0], THIMBLE_FAULT_RETRY);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 1);
    set(STATUS, 0xf);
    cr_assert_eq(lab.steps, 7);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 8);
    cr_assert_eq(get(STATUS), 0xf);
}

Test(vmm_virtio, what_comes_between_two_steps)
{
    put32(HEADER, 4);
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, RESULT, 1, 2, -1);
    for (uint32_t i = 0; i < 8; i++) {
        rig_available(0, RIG_BLOCK, 0, 0);
    }
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
    /* The guest's interrupt handler, which has nothing to do with it; then one that has. */
    cr_assert_eq(rig_access(0, EXIT_READ, BASE + MAGIC, 4, 0).word[0], THIMBLE_FAULT_SKIP);
    set(ACK, 1);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 1);
    set(STATUS, 0);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_SKIP);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 1);
    /* A reset of the whole VM. */
    rig_virtio_begin(0, RIG_BLOCK, 0, 16);
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, RESULT, 1, 2, -1);
    for (uint32_t i = 0; i < 8; i++) {
        rig_available(0, RIG_BLOCK, 0, 0);
    }
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
    vm_restart(&lab.vmm->vm[0]);
    rig_settle();
    lab.now += 10000;
    rig_settle();
    cr_assert(lab.vcpu[0].runs);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_SKIP);
}

Test(vmm_virtio, a_driver_may_want_no_interrupt)
{
    memcpy(rig_ram(0, RIG_RING(RIG_BLOCK, 0) + RIG_RING_DRIVER), &(uint16_t){1}, 2);
    cr_assert_eq(request(4, 0, 0), 0);
    cr_assert_not(line());
    cr_assert_eq(get(INTERRUPT), 0);
}

Test(vmm_virtio, the_ring_goes_round)
{
    for (uint32_t i = 0; i < 70000; i++) {
        cr_assert_eq(request(4, 0, 0), 0);
    }
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 70000 % 65536);
}

Test(vmm_virtio, a_kick_of_another_queue_does_nothing)
{
    rig_available(0, RIG_BLOCK, 1, 0);
    rig_kick(0, RIG_BLOCK, 1);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 1), 0);
    cr_assert_eq(get(STATUS), 0xf);
}
