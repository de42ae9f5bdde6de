/* SPDX-License-Identifier: BSD-2-Clause */
/* cache_maintain: what it does to memory, whom it refuses, how it is preempted. */
#include "access.h"
#include "drive.h"
#include "host.h"

#define AT 0x20000000U
#define UNCACHED_AT 0x28000000U
#define MEMORY (SIM_RAM_BASE + 8U * MIB)
#define SIZE (16U * PAGE_SIZE)
#define READ THIMBLE_RIGHT_READ
#define WRITE THIMBLE_RIGHT_WRITE
#define CLEAN THIMBLE_CACHE_CLEAN
#define INVALIDATE THIMBLE_CACHE_INVALIDATE
#define UNIFY THIMBLE_CACHE_UNIFY

static u32 cell;
static u32 thread;
static u32 other_thread;
static u32 slot_all;      /* cached; all rights */
static u32 slot_uncached; /* the same memory */
static u32 slot_read;
static u32 slot_write;
static u32 slot_device;
static u32 slot_bell;
static u32 slot_free;

static u32 region_add(u32 gpa, u32 memory, u32 access)
{
    u32 region = build_region(cell, (struct machine_mapping){
                                        .gpa = gpaddr(gpa),
                                        .pa = paddr(MEMORY),
                                        .size = SIZE,
                                        .memory = (u8)memory,
                                        .access = (u8)access,
                                    });
    if (gpa == 0) {
        build_unmapped(region);
    }
    return build_grant(cell, THIMBLE_CAP_REGION, (u8)access, region, 0);
}

static void build_all(void)
{
    build_begin();
    cell = build_cell("cell");
    thread = build_active(cell, 20, NULL, 0);
    other_thread = build_active(cell, 10, NULL, 0);
    slot_all = region_add(AT, MEMORY_NORMAL, 7);
    slot_uncached = region_add(UNCACHED_AT, MEMORY_UNCACHED, 7);
    slot_read = region_add(0, MEMORY_NORMAL, READ);
    slot_write = region_add(0, MEMORY_NORMAL, WRITE);
    slot_device = region_add(0, MEMORY_DEVICE, READ | WRITE);
    slot_bell = cap_notification(cell, build_notification(), 1);
    slot_free = slot_bell + 1U;
    build_slots(cell, slot_free + 4U);
}

static void prepare(void)
{
    build_all();
    drive_boot();
    sim_cache_disturb_every(&sim.cache, 0);
}

static void check(void)
{
    const char *broken = sim_cache_check(&sim.cache);

    cr_assert(broken == NULL, "%s", broken);
}

TestSuite(maintain, .init = prepare, .fini = check);

static u32 maintain(u32 slot, u32 offset, u32 size, u32 operation)
{
    drive_hypercall(THIMBLE_CACHE_MAINTAIN, slot, offset, size, operation);
    return kernel.cpu[0].regs[0];
}

static void write_at(u32 address, u32 value)
{
    struct access a = {.address = address, .value = value, .size = 4, .kind = SIM_WRITE};

    cr_assert(access_make(&a));
}

static u32 get_at(u32 address, enum sim_access kind)
{
    struct access a = {.address = address, .size = 4, .kind = (u8)kind};

    cr_assert(access_make(&a));
    return a.value;
}

static u32 read_at(u32 address)
{
    return get_at(address, SIM_READ);
}

/* ---- what boot leaves --------------------------------------------------------*/

static void prepare_stale(void)
{
    static const struct sim_options options = {.seed = 1, .ram_stale = true};

    build_all();
    cr_assert(build_boot(&options) == NULL);
    drive_schedule();
    sim_cache_disturb_every(&sim.cache, 0);
}

Test(maintain_boot, zeroes_are_seen_past_the_caches, .init = prepare_stale, .fini = check)
{
    for (u32 at = 0; at < SIZE; at += 4U) {
        cr_assert_eq(read_at(UNCACHED_AT + at), 0, "offset 0x%x", at);
    }
}

Test(maintain_boot, what_is_written_past_the_caches_stays, .init = prepare_stale, .fini = check)
{
    write_at(UNCACHED_AT + 64U, 0x12345678U);
    for (u32 at = 0; at < SIZE; at += 64U) {
        sim_cache_clean_invalidate(&sim.cache, &sim.ram, MEMORY + at);
    }
    cr_assert_eq(read_at(UNCACHED_AT + 64U), 0x12345678U, "no line comes down on it");
}

Test(maintain_boot, invalidation_brings_nothing_up, .init = prepare_stale, .fini = check)
{
    cr_assert_eq(maintain(slot_write, 0, SIZE, INVALIDATE), THIMBLE_OK);
    for (u32 at = 0; at < SIZE; at += 4U) {
        cr_assert_eq(read_at(AT + at), 0, "offset 0x%x", at);
    }
}

/* ---- what cells see --------------------------------------------------------*/

Test(maintain, clean_shows_an_uncached_mapping_what_was_written)
{
    write_at(AT + 100U, 1);
    cr_assert_eq(read_at(UNCACHED_AT + 100U), 0);
    cr_assert_eq(maintain(slot_all, 100, 4, CLEAN), THIMBLE_OK);
    cr_assert_eq(read_at(UNCACHED_AT + 100U), 1);
}

Test(maintain, an_uncached_write_is_seen_after_invalidation)
{
    cr_assert_eq(read_at(AT), 0);
    write_at(UNCACHED_AT, 5);
    cr_assert_eq(read_at(AT), 0);
    cr_assert_eq(maintain(slot_all, 0, 64, INVALIDATE), THIMBLE_OK);
    cr_assert_eq(read_at(AT), 5);
}

Test(maintain, an_uncached_write_is_seen_after_cleaning_and_invalidation)
{
    cr_assert_eq(read_at(AT), 0);
    write_at(UNCACHED_AT, 5);
    cr_assert_eq(maintain(slot_all, 3, 1, CLEAN | INVALIDATE), THIMBLE_OK);
    cr_assert_eq(read_at(AT), 5);
}

Test(maintain, invalidation_loses_what_was_written)
{
    write_at(AT + 64U, 9);
    write_at(AT + 128U, 10);
    cr_assert_eq(maintain(slot_all, 64, 64, INVALIDATE), THIMBLE_OK);
    cr_assert_eq(read_at(AT + 64U), 0);
    cr_assert_eq(read_at(AT + 128U), 10, "the next line is not touched");
}

Test(maintain, unify_lets_what_was_written_be_executed)
{
    cr_assert_eq(get_at(AT, SIM_EXECUTE), 0);
    write_at(AT, 0xe12fff1e);
    cr_assert_eq(get_at(AT, SIM_EXECUTE), 0);
    cr_assert_eq(maintain(slot_all, 0, 4, CLEAN), THIMBLE_OK);
    cr_assert_eq(get_at(AT, SIM_EXECUTE), 0, "cleaning alone leaves the instruction cache");
    cr_assert_eq(maintain(slot_all, 0, 4, UNIFY), THIMBLE_OK);
    cr_assert_eq(get_at(AT, SIM_EXECUTE), 0xe12fff1e);
}

Test(maintain, the_uncached_region_names_the_same_lines)
{
    write_at(AT, 3);
    cr_assert_eq(maintain(slot_uncached, 0, 64, CLEAN), THIMBLE_OK);
    cr_assert_eq(read_at(UNCACHED_AT), 3);
}

Test(maintain, a_region_without_a_mapping_can_be_maintained)
{
    write_at(AT, 3);
    cr_assert_eq(maintain(slot_read, 0, 64, CLEAN), THIMBLE_OK);
    cr_assert_eq(read_at(UNCACHED_AT), 3);
}

Test(maintain, all_of_a_region_at_once)
{
    for (u32 offset = 0; offset < SIZE; offset += 64U) {
        write_at(AT + offset, offset + 1U);
    }
    cr_assert_eq(maintain(slot_all, 0, SIZE, CLEAN), THIMBLE_OK);
    expect_regs(THIMBLE_OK, SIZE, 0, CLEAN);
    for (u32 offset = 0; offset < SIZE; offset += 64U) {
        cr_assert_eq(read_at(UNCACHED_AT + offset), offset + 1U);
    }
}

Test(maintain, nothing_is_a_range_too)
{
    write_at(AT, 1);
    drive_remember();
    cr_assert_eq(maintain(slot_all, 0, 0, INVALIDATE), THIMBLE_OK);
    expect_regs(THIMBLE_OK, 0, 0, INVALIDATE);
    cr_assert_eq(maintain(slot_all, SIZE, 0, CLEAN), THIMBLE_OK);
    expect_regs(THIMBLE_OK, SIZE, 0, CLEAN);
    cr_assert_eq(read_at(AT), 1);
    cr_assert_eq(read_at(UNCACHED_AT), 0);
}

/* ---- whom it refuses --------------------------------------------------------*/

Test(maintain, what_is_no_region_is_refused)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CACHE_MAINTAIN, 0, 0, 64, CLEAN);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CACHE_MAINTAIN, slot_free, 0, 64, CLEAN);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CACHE_MAINTAIN, 0xffffffffU, 0, 64, 0);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_CACHE_MAINTAIN, slot_bell, 0, 64, 0);
}

Test(maintain, a_region_that_is_being_revoked_is_refused)
{
    drive_mark(cell, slot_read);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CACHE_MAINTAIN, slot_read, 0, 64, CLEAN);
}

Test(maintain, other_operations_are_refused)
{
    static const u32 operations[] = {0, 5, 6, 7, 8, 9, 0x100, 0x80000001U, 0xffffffffU};

    for (u32 i = 0; i < ARRAY_SIZE(operations); i++) {
        expect_error(THIMBLE_ERR_OPERATION, THIMBLE_CACHE_MAINTAIN, slot_all, 0, 64, operations[i]);
        expect_error(THIMBLE_ERR_OPERATION, THIMBLE_CACHE_MAINTAIN, slot_read, 1, SIZE,
                     operations[i]);
    }
}

Test(maintain, devices_are_refused)
{
    for (u32 operation = 1; operation <= 4U; operation++) {
        expect_error(THIMBLE_ERR_OPERATION, THIMBLE_CACHE_MAINTAIN, slot_device, 0, 64, operation);
    }
}

Test(maintain, the_right_depends_on_the_operation)
{
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CACHE_MAINTAIN, slot_read, 0, 64, INVALIDATE);
    cr_assert_eq(maintain(slot_read, 0, 64, CLEAN), THIMBLE_OK);
    cr_assert_eq(maintain(slot_read, 0, 64, CLEAN | INVALIDATE), THIMBLE_OK);
    cr_assert_eq(maintain(slot_read, 0, 64, UNIFY), THIMBLE_OK);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CACHE_MAINTAIN, slot_write, 0, 64, CLEAN);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CACHE_MAINTAIN, slot_write, 0, 64, CLEAN | INVALIDATE);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CACHE_MAINTAIN, slot_write, 0, 64, UNIFY);
    cr_assert_eq(maintain(slot_write, 0, 64, INVALIDATE), THIMBLE_OK);
}

Test(maintain, what_lies_outside_is_refused)
{
    static const u32 ranges[][2] = {{SIZE, 1},       {0, SIZE + 1U},  {SIZE + 1U, 0}, {1, SIZE},
                                    {0xffffffffU, 1}, {1, 0xffffffffU}, {SIZE - 64U, 65},
                                    {0xffffffffU, 0xffffffffU}, {0xffffffc0U, 64}};

    for (u32 i = 0; i < ARRAY_SIZE(ranges); i++) {
        expect_error(THIMBLE_ERR_RANGE, THIMBLE_CACHE_MAINTAIN, slot_all, ranges[i][0],
                     ranges[i][1], CLEAN);
        expect_error(THIMBLE_ERR_RANGE, THIMBLE_CACHE_MAINTAIN, slot_all, ranges[i][0],
                     ranges[i][1], INVALIDATE);
    }
}

Test(maintain, only_whole_lines_are_invalidated_alone)
{
    write_at(AT, 1);
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_CACHE_MAINTAIN, slot_all, 32, 64, INVALIDATE);
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_CACHE_MAINTAIN, slot_all, 0, 63, INVALIDATE);
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_CACHE_MAINTAIN, slot_all, 1, 0, INVALIDATE);
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_CACHE_MAINTAIN, slot_all, SIZE - 63U, 63, INVALIDATE);
    cr_assert_eq(read_at(AT), 1);
    cr_assert_eq(maintain(slot_all, 1, 62, CLEAN | INVALIDATE), THIMBLE_OK);
    cr_assert_eq(read_at(UNCACHED_AT), 1);
}

/* An error says so before anything has happened to a line. */
Test(maintain, errors_leave_the_caches_alone)
{
    static struct sim_cache before;

    write_at(AT, 1);
    before = sim.cache;
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_CACHE_MAINTAIN, slot_all, 0, SIZE + 64U, INVALIDATE);
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_CACHE_MAINTAIN, slot_all, 0, SIZE - 1U, INVALIDATE);
    expect_error(THIMBLE_ERR_OPERATION, THIMBLE_CACHE_MAINTAIN, slot_all, 0, SIZE, 8);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CACHE_MAINTAIN, slot_read, 0, SIZE, INVALIDATE);
    cr_assert_eq(memcmp(&before, &sim.cache, sizeof(before)), 0);
}

Test(maintain, longer_lines_than_cells_know_of_do_not_boot)
{
    static const struct sim_options options = {.seed = 1};

    build_all();
    cr_assert_null(build_boot(&options));
    sim.cache.ctr = 0x85458000U;
    cr_assert_not_null(boot(sim_host.system));
}

/* ---- steps ------------------------------------------------------------------*/

static u32 events[4096];
static struct sim_cache_log seen;

static void log_begin(void)
{
    seen = (struct sim_cache_log){.room = ARRAY_SIZE(events), .event = events};
    sim_cache_log = &seen;
}

/* other_thread, more urgent here, wakes after each step. */
static void prepare_preempted(void)
{
    build_all();
    build_priority(other_thread, 30);
    drive_boot();
    sim_cache_disturb_every(&sim.cache, 0);
    drive_wait(slot_bell, 1);
    expect_runs(thread);
    sim_clock.now = 0;
    sim_clock.cost[PATH_CACHE_STEP] = 16;
    log_begin();
}

Test(maintain_preempted, a_step_is_a_page_and_what_is_left_is_in_registers,
     .init = prepare_preempted)
{
    u32 offset = 100;
    u32 left = 5U * PAGE_SIZE;

    drive_hypercall(THIMBLE_CACHE_MAINTAIN, slot_all, offset, left, CLEAN);
    for (u32 step = 0; step < 5U; step++) {
        u32 done = PAGE_SIZE - offset % PAGE_SIZE;
        expect_runs(other_thread);
        offset += done;
        left -= done;
        cr_assert_eq(drive_thread(thread)->state, THREAD_RESTART);
        cr_assert_eq(drive_reg(thread, 0), slot_all);
        cr_assert_eq(drive_reg(thread, 1), offset);
        cr_assert_eq(drive_reg(thread, 2), left);
        cr_assert_eq(drive_reg(thread, 3), CLEAN);
        cr_assert_leq(seen.count, PAGE_SIZE / 64U);
        seen.count = 0;
        drive_wait(slot_bell, 1);
    }
    expect_runs(thread);
    expect_regs(THIMBLE_OK, 100U + 5U * PAGE_SIZE, 0, CLEAN);
    cr_assert_eq(seen.count, 2, "lines at 20480 and 20544");
}

Test(maintain_preempted, each_line_is_done_once_and_in_order, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_CACHE_MAINTAIN, slot_all, 64, SIZE - 128U, INVALIDATE);
    while (drive_running() == other_thread) {
        drive_check();
        drive_wait(slot_bell, 1);
    }
    expect_regs(THIMBLE_OK, SIZE - 64U, 0);
    cr_assert_eq(seen.count, SIZE / 64U - 2U);
    for (u32 i = 0; i < seen.count; i++) {
        cr_assert_eq(events[i], (MEMORY + 64U * (i + 1U)) | SIM_CACHE_DCIMVAC);
    }
}

Test(maintain_preempted, a_region_that_goes_meanwhile_ends_it, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_REGION_DERIVE, slot_all, slot_free, 0, SIZE, READ);
    sim_clock.now = 0;
    drive_hypercall(THIMBLE_CACHE_MAINTAIN, slot_free, 0, SIZE, CLEAN);
    expect_runs(other_thread);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_free);
    expect_runs(other_thread);
    drive_block(slot_bell);
    expect_runs(thread);
    expect_regs(THIMBLE_ERR_SLOT, PAGE_SIZE, SIZE - PAGE_SIZE, CLEAN);
}

Test(maintain_preempted, a_thread_that_is_stopped_meanwhile_does_no_more, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_CACHE_MAINTAIN, slot_all, 0, SIZE, CLEAN);
    expect_runs(other_thread);
    seen.count = 0;
    drive_stop(thread);
    drive_block(slot_bell);
    expect_idle();
    cr_assert_eq(seen.count, 0);
}

Test(maintain_preempted, time_is_charged_by_lines, .init = prepare)
{
    sim_clock.cost[PATH_CACHE_STEP] = 1000;
    sim_clock.cost[PATH_CACHE_LINE] = 1;
    u64 start = sim_clock.now;
    (void)maintain(slot_all, 0, PAGE_SIZE, CLEAN);
    cr_assert_eq(sim_clock.now - start, 1000U + 64U);
    start = sim_clock.now;
    (void)maintain(slot_all, 0, 1, CLEAN);
    cr_assert_eq(sim_clock.now - start, 1001U);
}
