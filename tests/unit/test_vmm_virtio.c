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

/* The device has the large disk. */
static void large_begin(void)
{
    uint8_t *disk = port_memory(RIG_LARGE_AT);

    lab.config.vm[0].virtios[RIG_BLOCK].image_at = RIG_LARGE_AT;
    lab.config.vm[0].virtios[RIG_BLOCK].image_bytes = RIG_LARGE_BYTES;
    for (uint32_t i = 0; i < RIG_LARGE_BYTES; i++) {
        disk[i] = (uint8_t)(i * 5U + i / 512U);
    }
}

/* One request with one buffer of data, not kicked. */
static void large_offer(uint32_t out, uint32_t sector, uint32_t bytes)
{
    put32(HEADER, out);
    put32(HEADER + 8, sector);
    put32(HEADER + 12, 0);
    *rig_ram(0, RESULT) = 0xee;
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, DATA, bytes, out ? 0 : 2, 2);
    rig_descriptor(0, RIG_BLOCK, 0, 2, RESULT, 1, 2, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
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
    cr_assert_eq(get(FEATURES), 1 << 1 | 1 << 2 | 1 << 6 | 1 << 9);
    lab.config.vm[0].virtios[RIG_BLOCK].read_only = 1;
    cr_assert_eq(get(FEATURES), 1 << 1 | 1 << 2 | 1 << 6 | 1 << 9 | 1 << 5);
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
    cr_assert_eq(get(0x110), 0);   /* no geometry, which is not offered; */
    cr_assert_eq(get(0x114), 512); /* the size of a block, which is (virtio 1.1, 5.2.4) */
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
    cr_assert_eq(request(0, 0x7fffff, 512), 1);
    cr_assert_eq(request(1, 33, 0), 1); /* not even nothing */
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

/* What is refused takes no step for its bytes. */
Test(vmm_virtio, bad_requests_end_at_once)
{
    cr_assert_eq(request(1, 0xffffffff, 0x40000), 1);
    cr_assert_leq(lab.steps, 2);
    cr_assert_eq(request(1, 0, RIG_DISK_BYTES), 0);
    cr_assert_gt(lab.steps, 2);
}

Test(vmm_virtio, nothing_done_is_nothing_told)
{
    cr_assert_eq(request(0, 0, 512), 0);
    set(ACK, 1);
    set(KICK, 0);
    cr_assert_eq(get(INTERRUPT), 0);
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
    rig_descriptor(0, RIG_BLOCK, 0, 1, DATA, 512, 0, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("no status");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, RESULT, 1, 2, 2);
    rig_descriptor(0, RIG_BLOCK, 0, 2, DATA, 512, 0, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("to the device behind from it");
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 15, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, RESULT, 2, 2, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    must_break("a short header before a status");
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
    uint32_t most = VMM_STEP / (VIRTIO_COST_CHAIN + 2 * VIRTIO_COST_DESCRIPTOR) + 1;
    uint32_t before = 0;
    while (rig_kick_step(0, RIG_BLOCK, 0) == THIMBLE_FAULT_RETRY) {
        cr_assert_gt(rig_used(0, RIG_BLOCK, 0), before);
        cr_assert_leq(rig_used(0, RIG_BLOCK, 0) - before, most);
        before = rig_used(0, RIG_BLOCK, 0);
    }
    cr_assert_gt(before, 0);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 64);
    cr_assert_eq(lab.bits, 0, "nothing is left for the events thread");
    cr_assert_eq(get(STATUS), 0xf);
}

Test(vmm_virtio, a_driver_that_is_ready_has_its_rings_served_in_parts)
{
    put32(HEADER, 4);
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, RESULT, 1, 2, -1);
    rig_virtio_begin(0, RIG_BLOCK, 0, 64);
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, RESULT, 1, 2, -1);
    set(STATUS, 0xb);
    for (uint32_t i = 0; i < 64; i++) {
        rig_available(0, RIG_BLOCK, 0, 0);
    }
    cr_assert_eq(rig_access(0, EXIT_WRITE, BASE + STATUS, 4, 0xf).word[0], THIMBLE_FAULT_RETRY);
    cr_assert(rig_used(0, RIG_BLOCK, 0) > 0 && rig_used(0, RIG_BLOCK, 0) < 64);
    set(STATUS, 0xf);
    cr_assert_geq(lab.steps, 2);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 64);
    cr_assert_eq(get(STATUS), 0xf);
}

Test(vmm_virtio, what_comes_between_two_steps)
{
    large_begin();
    large_offer(0, 0, 0x8000);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
    /* The guest's interrupt handler, which has nothing to do with it; one that has: by the
     * queue's end, or the device's; and a reset of the whole VM. */
    cr_assert_eq(rig_access(0, EXIT_READ, BASE + MAGIC, 4, 0).word[0], THIMBLE_FAULT_SKIP);
    set(ACK, 1);
    set(SELECT, 0);
    set(READY, 0);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_SKIP);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 0);
    rig_virtio_begin(0, RIG_BLOCK, 0, 16);
    large_offer(0, 0, 0x8000);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
    rig_virtio_begin(0, RIG_BLOCK, 0, 16);
    cr_assert_eq(request(4, 0, 0), 0, "nothing of it is left");
    cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), 1);
    large_offer(0, 0, 0x8000);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
    vm_restart(&lab.vmm->vm[0]);
    rig_settle();
    lab.now += 10000;
    rig_settle();
    cr_assert(lab.vcpu[0].runs);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_SKIP);
    cr_assert_eq(*rig_ram(0, RESULT), 0xee);
}

Test(vmm_virtio, a_request_may_have_any_size)
{
    const uint32_t sizes[] = {0x1f000, 0x20000, 0x20200, 0x40000, RIG_LARGE_BYTES};

    for (uint32_t out = 0; out < 2; out++) {
        for (uint32_t i = 0; i < 5; i++) {
            large_begin();
            uint8_t *disk = port_memory(RIG_LARGE_AT);
            if (out) {
                memset(disk, 0, RIG_LARGE_BYTES);
            }
            large_offer(out, 0, sizes[i]);
            rig_kick(0, RIG_BLOCK, 0);
            cr_assert_eq(*rig_ram(0, RESULT), 0, "%x bytes", sizes[i]);
            cr_assert_eq(memcmp(rig_ram(0, DATA), disk, sizes[i]), 0);
            cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), out ? 1 : sizes[i] + 1);
            cr_assert_geq(lab.steps, sizes[i] / VMM_STEP);
        }
        large_offer(out, 1, RIG_LARGE_BYTES); /* one sector too many */
        rig_kick(0, RIG_BLOCK, 0);
        cr_assert_eq(*rig_ram(0, RESULT), 1);
    }
}

Test(vmm_virtio, a_step_of_a_request_is_small)
{
    uint32_t before = 0;

    large_begin();
    large_offer(0, 0, 0x40000);
    memset(rig_ram(0, DATA), 0, 0x40000);
    memset(port_memory(RIG_LARGE_AT), 0xff, RIG_LARGE_BYTES);
    while (rig_kick_step(0, RIG_BLOCK, 0) == THIMBLE_FAULT_RETRY) {
        uint32_t now = before;
        while (*rig_ram(0, DATA + now) == 0xff) {
            now++;
        }
        cr_assert(now > before && now - before <= VMM_STEP, "%u bytes", now - before);
        before = now;
        cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 0);
        cr_assert_eq(*rig_ram(0, RESULT), 0xee);
    }
    cr_assert_eq(*rig_ram(0, RESULT), 0);
}

/* What is in the ring is read once: what changes later is not looked at; what changes before
 * it is read is checked. */
Test(vmm_virtio, the_ring_changes_between_two_steps)
{
    large_begin();
    const uint8_t *disk = port_memory(RIG_LARGE_AT);
    large_offer(0, 0, 0x8000);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
    put32(HEADER, 1);
    put32(HEADER + 8, 0xffffffff);
    rig_descriptor(0, RIG_BLOCK, 0, 0, 0, 16, 0, 16);
    rig_descriptor(0, RIG_BLOCK, 0, 1, 0, 0x8000, 0, 1);
    rig_kick(0, RIG_BLOCK, 0);
    cr_assert_eq(*rig_ram(0, RESULT), 0);
    cr_assert_eq(memcmp(rig_ram(0, DATA), disk, 0x8000), 0);
    const uint32_t bad[][3] = {{0, 1, 2}, {RIG_RAM_GUEST + RIG_RAM_BYTES, 1, 2}, {RESULT, 1, 4}};
    for (uint32_t i = 0; i < 3; i++) {
        large_offer(0, 0, 0x8000);
        cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
        rig_descriptor(0, RIG_BLOCK, 0, 2, bad[i][0], bad[i][1], bad[i][2], -1);
        must_break("changed");
        lab.config.vm[0].virtios[RIG_BLOCK].image_bytes = RIG_LARGE_BYTES;
    }
    large_offer(0, 0, 0x8000);
    cr_assert_eq(rig_kick_step(0, RIG_BLOCK, 0), THIMBLE_FAULT_RETRY);
    rig_descriptor(0, RIG_BLOCK, 0, 2, RESULT, 0, 2, 1); /* a chain without an end */
    must_break("longer than the ring");
}

Test(vmm_virtio, long_chains_without_bytes_end)
{
    rig_virtio_begin(0, RIG_BLOCK, 0, 256);
    for (uint32_t i = 0; i < 256; i++) {
        rig_descriptor(0, RIG_BLOCK, 0, i, HEADER, 0, 0, (int)(i + 1) % 256);
    }
    rig_available(0, RIG_BLOCK, 0, 0);
    uint32_t steps = 1;
    while (rig_kick_step(0, RIG_BLOCK, 0) == THIMBLE_FAULT_RETRY) {
        steps++;
    }
    cr_assert_eq(get(STATUS) & NEEDS_RESET, NEEDS_RESET);
    cr_assert(steps > 1 && steps <= 1 + 256 * VIRTIO_COST_DESCRIPTOR / (VMM_STEP - 255));
}

/* ---- the framing is the driver's choice (2.6.4) ---- */

static uint32_t dice(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

/* So many bytes at `at` in random pieces, which may be empty; from descriptor `first` on, on to
 * the next one behind. The number of pieces. */
static uint32_t pieces(uint32_t *seed, uint32_t first, uint32_t at, uint32_t bytes, uint32_t flags)
{
    uint32_t most = 1 + dice(seed, 6);
    uint32_t count = 0;

    for (; count + 1 < most; count++) {
        uint32_t piece = dice(seed, 2) ? dice(seed, bytes + 1) : dice(seed, 20);
        piece = piece < bytes ? piece : bytes;
        rig_descriptor(0, RIG_BLOCK, 0, first + count, at, piece, flags, (int)(first + count + 1));
        at += piece;
        bytes -= piece;
    }
    rig_descriptor(0, RIG_BLOCK, 0, first + count, at, bytes, flags, (int)(first + count + 1));
    return count + 1;
}

Test(vmm_virtio, header_data_and_status_in_any_pieces)
{
    uint8_t *disk = port_memory(RIG_DISK_AT);
    uint32_t seed = 1;

    for (uint32_t i = 0; i < 5000; i++) {
        uint32_t out = dice(&seed, 2);
        uint32_t sector = dice(&seed, 28);
        uint32_t bytes = 512 * (1 + dice(&seed, 4));
        uint8_t *from = rig_ram(0, HEADER);
        uint8_t *to = rig_ram(0, DATA + 0x2000U);
        const uint32_t header[] = {out, 0, sector, 0};
        memcpy(from, header, 16);
        for (uint32_t j = 0; j < bytes; j++) {
            from[16 + j] = (uint8_t)(seed + 3 * j);
        }
        memset(to, 0xee, bytes + 2);
        uint32_t count = pieces(&seed, 0, HEADER, out ? 16 + bytes : 16, 0);
        count += pieces(&seed, count, DATA + 0x2000U, out ? 1 : bytes + 1, 2);
        rig_descriptor(0, RIG_BLOCK, 0, count, DATA, 0, 2, -1);
        rig_available(0, RIG_BLOCK, 0, 0);
        rig_kick(0, RIG_BLOCK, 0);
        cr_assert_eq(get(STATUS), 0xf, "case %u", i);
        cr_assert_eq(to[out ? 0 : bytes], 0, "case %u", i);
        cr_assert_eq(to[out ? 1 : bytes + 1], 0xee);
        cr_assert_eq(memcmp(out ? from + 16 : to, disk + 512 * sector, bytes), 0, "case %u", i);
        cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), out ? 1 : bytes + 1);
    }
}

Test(vmm_virtio, a_name_in_pieces)
{
    put32(HEADER, 8);
    rig_descriptor(0, RIG_BLOCK, 0, 0, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, DATA, 3, 2, 2);
    rig_descriptor(0, RIG_BLOCK, 0, 2, DATA + 3, 18, 2, -1);
    rig_available(0, RIG_BLOCK, 0, 0);
    rig_kick(0, RIG_BLOCK, 0);
    cr_assert_eq(memcmp(rig_ram(0, DATA), "alpha\0\0", 7), 0);
    cr_assert_eq(*rig_ram(0, DATA + 20), 0);
    cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), 21);
}

Test(vmm_virtio, what_is_said_to_be_written_has_no_gap)
{
    *rig_ram(0, DATA) = 0xee;
    cr_assert_eq(request(0, 31, 1024), 1);
    cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), 0); /* the status is behind what is not there */
    cr_assert_eq(*rig_ram(0, DATA), 0xee);
    cr_assert_eq(request(1, 31, 1024), 1);
    cr_assert_eq(rig_used_bytes(0, RIG_BLOCK, 0), 1);
}

/* An acknowledgement of what the driver saw, when there is more by now: with an edge the line
 * must rise anew. */
Test(vmm_virtio, an_interrupt_that_was_not_seen_comes_again)
{
    uint32_t number = RIG_VIRTIO_LINE(RIG_BLOCK);

    rig_write32(0, VMM_GICD, 1);
    rig_write32(0, VMM_GICD + 0xc00 + number / 16 * 4, 2U << 2 * (number % 16));
    rig_write32(0, VMM_GICD + 0x100 + number / 32 * 4, 1U << number % 32);
    cr_assert_eq(request(4, 0, 0), 0);
    cr_assert_eq(lab.vcpu[0].injections[number], 1);
    rig_available(0, RIG_BLOCK, 0, 16);
    rig_kick(0, RIG_BLOCK, 0); /* broken: another reason */
    cr_assert_eq(get(INTERRUPT), 3);
    cr_assert_eq(lab.vcpu[0].injections[number], 1);
    set(ACK, 1);
    cr_assert_eq(get(INTERRUPT), 2);
    cr_assert_eq(lab.vcpu[0].injections[number], 2);
    set(ACK, 2);
    cr_assert_eq(lab.vcpu[0].injections[number], 2);
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
