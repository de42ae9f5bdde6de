/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot: what is refused, and what a booted system looks like. */
#include <string.h>

#include "access.h"
#include "drive.h"

#define GIB 0x40000000U
#define BLOCK (2U * MIB)

TestSuite(boot, .init = build_begin);

/* ---- limits -----------------------------------------------------------------------------*/

static const struct boot_cell cells[CELL_MAX + 1U];

/* Refused, and nothing has been touched. */
static void expect_refused(struct boot system)
{
    drive_boot();
    drive_remember();
    system.cells = cells;
    cr_assert_not(boot_fits(&system));
    cr_assert_null(drive_difference());
}

Test(boot, too_many_cells_are_refused)
{
    expect_refused((struct boot){.cell_count = CELL_MAX + 1U});
}

Test(boot, too_many_threads_are_refused)
{
    expect_refused((struct boot){.thread_count = THREAD_MAX - CPU_MAX + 1U});
}

Test(boot, too_many_scheduling_contexts_are_refused)
{
    expect_refused((struct boot){.sc_count = SC_MAX + 1U});
}

Test(boot, too_many_interrupts_are_refused)
{
    expect_refused((struct boot){.irq_count = IRQ_MAX + 1U});
}

Test(boot, too_many_notifications_are_refused)
{
    expect_refused((struct boot){.notification_count = NOTIFICATION_MAX + 1U});
}

Test(boot, too_many_regions_are_refused)
{
    expect_refused((struct boot){.region_count = REGION_MAX + 1U});
}

Test(boot, too_many_regions_to_be_derived_are_refused)
{
    static const struct boot_cell two[] = {{.derived = REGION_MAX / 2U},
                                           {.derived = REGION_MAX / 2U + 1U}};
    const struct boot system = {.cells = two, .cell_count = 2};

    cr_assert_not(boot_fits(&system));
    cr_assert_str_eq(sim_boot(&system, &(struct sim_options){.seed = 1}),
                     "the system has more objects than there is room for");
}

Test(boot, too_many_slots_in_all_are_refused)
{
    static const struct boot_cell two[] = {{.slots = CAP_MAX / 2U}, {.slots = CAP_MAX / 2U + 1U}};
    const struct boot system = {.cells = two, .cell_count = 2};

    cr_assert_not(boot_fits(&system));
}

Test(boot, largest_counts_do_not_wrap)
{
    expect_refused((struct boot){.thread_count = 0xffff});
    expect_refused((struct boot){.sc_count = 0xffff});
    expect_refused((struct boot){.irq_count = 0xffff});
}

Test(boot, as_many_cells_as_there_is_room_for)
{
    for (u32 i = 0; i < CELL_MAX; i++) {
        (void)build_cell("cell");
    }
    drive_boot();
    cr_assert_eq(kernel.cell_count, CELL_MAX);
}

Test(boot, as_many_threads_and_contexts_as_there_is_room_for)
{
    u32 cell = build_cell("cell");

    for (u32 i = 0; i < SC_MAX; i++) {
        (void)build_active(cell, 1, NULL, 0);
    }
    for (u32 i = SC_MAX + CPU_MAX; i < THREAD_MAX; i++) {
        (void)build_passive(cell, 0, NULL, 0);
    }
    drive_boot();
    cr_assert_eq(kernel.thread_count, THREAD_MAX);
    cr_assert_eq(kernel.sc_count, SC_MAX);
    expect_runs(0);
}

Test(boot, as_many_interrupts_as_there_is_room_for)
{
    for (u32 i = 0; i < IRQ_MAX; i++) {
        (void)build_irq((u16)(32U + i), (i & 1U) != 0);
    }
    drive_boot();
    cr_assert_eq(kernel.irq_count, IRQ_MAX);
}

Test(boot, as_many_notifications_as_there_is_room_for)
{
    for (u32 i = 0; i < NOTIFICATION_MAX; i++) {
        (void)build_notification();
    }
    drive_boot();
    cr_assert_eq(kernel.notification_count, NOTIFICATION_MAX);
}

Test(boot, lines_up_to_the_last_can_be_used)
{
    u32 irq = build_irq(LINE_MAX - 1U, false);

    drive_boot();
    cr_assert_eq(kernel.line_irq[LINE_MAX - 1U], irq);
}

/* ---- state at the start --------------------------------------------------------------------*/

Test(boot, passive_threads_wait_to_be_called)
{
    u32 thread = build_passive(build_cell("cell"), 5, NULL, 0);

    drive_boot();
    cr_assert_eq(drive_thread(thread)->recv_key, 0U);
    cr_assert_eq(drive_thread(thread)->level, 5U);
    expect_idle();
}

Test(boot, idle_thread_owns_nothing)
{
    drive_boot();
    const struct thread *idle = thread_at(THREAD_IDLE(0));
    cr_assert_eq(idle->sc, NONE);
    cr_assert_eq(idle->cell, NONE);
    cr_assert_eq(idle->recv_key, NONE);
    cr_assert_eq(idle->reply_key, NONE);
    cr_assert_eq(idle->caller, NOBODY);
    cr_assert_eq(idle->waits_on, NONE);
    cr_assert_eq(idle->handler, THIMBLE_NO_SLOT);
    cr_assert_eq(idle->health, THIMBLE_NO_SLOT);
    cr_assert_eq(idle->slots, 0U);
}

static bool all_zero(const void *from, const void *to)
{
    for (const u8 *at = from; at < (const u8 *)to; at++) {
        if (*at != 0) {
            return false;
        }
    }
    return true;
}

/* The entries of a pool that the system does not use. */
#define UNUSED_ZERO(pool, count)                                                                   \
    all_zero(&kernel.pool[count], kernel.pool + ARRAY_SIZE(kernel.pool))

Test(boot, what_the_system_does_not_use_stays_zero)
{
    u32 cell = build_cell("cell");

    (void)build_active(cell, 10, NULL, 0);
    (void)cap_notification(cell, build_notification(), 1);
    (void)build_irq(40, false);
    memset(&kernel, 0xff, sizeof(kernel));
    drive_boot();
    cr_assert(UNUSED_ZERO(threads, kernel.thread_count));
    cr_assert(UNUSED_ZERO(scs, kernel.sc_count));
    cr_assert(UNUSED_ZERO(caps, kernel.cap_count));
    cr_assert(UNUSED_ZERO(cells, kernel.cell_count));
    cr_assert(UNUSED_ZERO(notifications, kernel.notification_count));
    cr_assert(UNUSED_ZERO(irqs, kernel.irq_count));
    cr_assert(all_zero(&kernel.links[kernel.sc_count], &kernel.links[SC_MAX]));
}

Test(boot, every_cell_has_a_vmid_of_its_own)
{
    (void)build_cell("first");
    (void)build_cell("second");
    drive_boot();
    cr_assert_eq(kernel.cells[0].space >> 48, 1U);
    cr_assert_eq(kernel.cells[1].space >> 48, 2U);
    cr_assert_neq((u32)kernel.cells[0].space, (u32)kernel.cells[1].space);
}

Test(boot, lines_are_masked)
{
    (void)build_irq(40, false);
    drive_boot();
    cr_assert_not(sim_gic_enabled(&sim.gic, 0, 40));
    cr_assert_eq(kernel.irqs[0].cell, IRQ_UNBOUND);
}

Test(boot, lines_that_are_no_interrupt_are_nobodys)
{
    (void)build_irq(40, false);
    drive_boot();
    for (u32 line = 0; line < ARRAY_SIZE(kernel.line_irq); line++) {
        cr_assert_eq(kernel.line_irq[line], line == 40U ? 0 : NONE, "line %u", line);
    }
}

Test(boot, second_boot_starts_from_the_same_state)
{
    static struct kernel first;
    u32 cell = build_cell("cell");
    u32 server = build_passive(cell, 0, NULL, 0);

    (void)build_active(cell, 10, NULL, 0);
    u32 slot = cap_call(cell, server, 0);
    u32 bell = cap_notification(cell, build_notification(), 1);
    drive_boot();
    first = kernel;
    drive_hypercall(THIMBLE_SIGNAL, bell);
    drive_hypercall(THIMBLE_CALL, slot, 0);
    drive_elapse(1000);
    drive_stop(server);
    drive_boot();
    cr_assert_eq(memcmp(&first, &kernel, sizeof(first)), 0);
}

/* ---- address spaces --------------------------------------------------------------------------*/

static struct access at(u32 address, enum sim_access kind)
{
    return (struct access){.address = address, .size = 4, .kind = (u8)kind, .value = 0x12345678};
}

static bool reachable(u32 address, enum sim_access kind)
{
    struct access a = at(address, kind);

    return access_make(&a);
}

static struct machine_mapping mapping(u32 gpa, u32 pa, u32 size, u8 access)
{
    return (struct machine_mapping){
        .gpa = gpaddr(gpa), .pa = paddr(pa), .size = size, .access = access};
}

Test(boot, image_is_reachable_from_end_to_end_and_no_further)
{
    (void)build_active(build_cell("cell"), 10, NULL, 0);
    drive_boot();
    cr_assert(reachable(BUILD_IMAGE_AT, SIM_READ));
    cr_assert(reachable(BUILD_IMAGE_AT, SIM_WRITE));
    cr_assert(reachable(BUILD_IMAGE_AT + BUILD_IMAGE_SIZE - 4U, SIM_WRITE));
    cr_assert_not(reachable(BUILD_IMAGE_AT - 4U, SIM_READ));
    cr_assert_not(reachable(BUILD_IMAGE_AT + BUILD_IMAGE_SIZE, SIM_READ));
}

Test(boot, cells_see_memory_of_their_own_at_the_same_address)
{
    u32 first = build_cell("first");
    u32 second = build_cell("second");

    (void)build_active(first, 10, NULL, 0);
    u32 bell = cap_notification(first, build_notification(), 1);
    (void)build_active(second, 9, NULL, 0);
    drive_boot();
    sim_ram_write32(&sim.ram, build_image(first), 111);
    sim_ram_write32(&sim.ram, build_image(second), 222);
    struct access a = at(BUILD_IMAGE_AT, SIM_READ);
    cr_assert(access_make(&a));
    cr_assert_eq(a.value, 111U);
    drive_block(bell);
    cr_assert(access_make(&a));
    cr_assert_eq(a.value, 222U);
}

Test(boot, region_lets_through_only_the_accesses_it_names)
{
    u32 cell = build_cell("cell");

    (void)build_active(cell, 10, NULL, 0);
    (void)build_region(cell, mapping(0x2000, SIM_RAM_BASE + 0x800000, PAGE_SIZE, ACCESS_READ));
    (void)build_region(cell, mapping(0x5000, SIM_RAM_BASE + 0x801000, PAGE_SIZE,
                                     ACCESS_READ | ACCESS_EXECUTE));
    drive_boot();
    cr_assert(reachable(0x2000, SIM_READ));
    cr_assert_not(reachable(0x2000, SIM_WRITE));
    cr_assert_not(reachable(0x2000, SIM_EXECUTE));
    cr_assert(reachable(0x5000, SIM_EXECUTE));
    cr_assert_not(reachable(0x5000, SIM_WRITE));
    cr_assert_not(reachable(0x3000, SIM_READ));
}

Test(boot, region_across_tables_is_mapped_as_a_whole)
{
    u32 cell = build_cell("cell");
    u32 region = build_region(cell, mapping(BLOCK - 3U * PAGE_SIZE, SIM_RAM_BASE + 0x800000,
                                            BLOCK + 6U * PAGE_SIZE, ACCESS_READ));

    (void)build_active(cell, 10, NULL, 0);
    drive_boot();
    cr_assert_eq(kernel.regions[region].done, BLOCK + 6U * PAGE_SIZE);
    for (u32 offset = 0; offset < BLOCK + 6U * PAGE_SIZE; offset += PAGE_SIZE) {
        struct access a = at(BLOCK - 3U * PAGE_SIZE + offset, SIM_READ);
        sim_ram_write32(&sim.ram, paddr(SIM_RAM_BASE + 0x800000 + offset), offset);
        cr_assert(access_make(&a));
        cr_assert_eq(a.value, offset);
    }
    cr_assert_not(reachable(2U * BLOCK + 3U * PAGE_SIZE, SIM_READ));
}

#define UNMAPPABLE "a region cannot be mapped: overlap, or table quota"

static void expect_unmappable(void)
{
    static const struct sim_options options = {.seed = 1};
    const char *misfit = build_boot(&options);

    cr_assert_not_null(misfit);
    cr_assert_str_eq(misfit, UNMAPPABLE);
}

Test(boot, overlapping_regions_are_refused)
{
    u32 cell = build_cell("cell");

    (void)build_region(cell, mapping(0x2000, SIM_RAM_BASE + 0x800000, 2U * PAGE_SIZE, ACCESS_READ));
    (void)build_region(cell, mapping(0x3000, SIM_RAM_BASE + 0x900000, PAGE_SIZE, ACCESS_READ));
    expect_unmappable();
}

Test(boot, region_over_a_block_of_another_is_refused)
{
    u32 cell = build_cell("cell");

    (void)build_region(cell, mapping(BLOCK, SIM_RAM_BASE, BLOCK, ACCESS_READ));
    (void)build_region(cell, mapping(BLOCK + PAGE_SIZE, SIM_RAM_BASE, PAGE_SIZE, ACCESS_READ));
    expect_unmappable();
}

Test(boot, region_that_ends_in_another_is_refused)
{
    u32 cell = build_cell("cell");

    (void)build_region(cell, mapping(BUILD_IMAGE_AT - PAGE_SIZE, SIM_RAM_BASE, 2U * PAGE_SIZE,
                                     ACCESS_READ));
    expect_unmappable();
}

Test(boot, adjacent_regions_are_no_overlap)
{
    u32 cell = build_cell("cell");

    (void)build_active(cell, 10, NULL, 0);
    (void)build_region(cell, mapping(BUILD_IMAGE_AT - PAGE_SIZE, SIM_RAM_BASE, PAGE_SIZE,
                                     ACCESS_READ));
    (void)build_region(cell, mapping(BUILD_IMAGE_AT + BUILD_IMAGE_SIZE, SIM_RAM_BASE, PAGE_SIZE,
                                     ACCESS_READ));
    drive_boot();
    cr_assert(reachable(BUILD_IMAGE_AT - PAGE_SIZE, SIM_READ));
    cr_assert(reachable(BUILD_IMAGE_AT + BUILD_IMAGE_SIZE, SIM_READ));
}

/* Single pages, `apart` bytes from each other. */
static void build_pages(u32 cell, u32 count, u32 apart)
{
    for (u32 i = 0; i < count; i++) {
        (void)build_region(cell, mapping(i * apart, SIM_RAM_BASE, PAGE_SIZE, ACCESS_READ));
    }
}

Test(boot, cell_gets_no_more_tables_than_its_quota)
{
    build_pages(build_cell("cell"), 20, BLOCK);
    expect_unmappable();
}

Test(boot, quota_of_one_cell_is_not_spent_by_another)
{
    u32 first = build_cell("first");
    u32 second = build_cell("second");

    build_pages(first, 12, BLOCK);
    build_pages(second, 12, BLOCK);
    drive_boot();
    cr_assert_leq(kernel.cells[first].tables, kernel.cells[first].quota);
    cr_assert_eq(kernel.cells[first].tables, kernel.cells[second].tables);
}

Test(boot, empty_pool_of_tables_is_refused)
{
    for (u32 i = 0; i < CELL_MAX; i++) {
        u32 cell = build_cell("cell");
        build_derived(cell, 0);
        build_pages(cell, 4, GIB);
    }
    expect_unmappable();
}

/* ---- exact limits -----------------------------------------------------------------------------*/

/* A system of one cell with as many pages, each in a table of its own, and
 * nothing else: what boot() itself says. */
static const char *boot_pages(u32 count, u32 quota)
{
    static struct boot_region regions[REGION_MAX];
    const struct boot_cell one = {.tables = (u16)quota};
    const struct boot system = {
        .cells = &one, .cell_count = 1, .regions = regions, .region_count = (u16)count};

    for (u32 i = 0; i < count; i++) {
        regions[i].mapped = true;
        regions[i].map = mapping(i * BLOCK, SIM_RAM_BASE, PAGE_SIZE, ACCESS_READ);
    }
    return boot(&system);
}

Test(boot, quota_may_be_used_up)
{
    sim_machine_reset(1);
    cr_assert_null(boot_pages(1, 2));
    cr_assert_eq(kernel.cells[0].tables, 2U);
    drive_check();
}

/* Quotas that the pool does not cover, which the checker of descriptions refuses. */
Test(boot, empty_pool_is_an_error_of_later_mappings)
{
    static struct boot_region regions[REGION_MAX];
    static const struct boot_cell one = {.tables = 0xffff};
    u32 count = machine_table_page_count() - SPACE_ROOT_PAGES;

    for (u32 i = 0; i < count; i++) {
        regions[i].mapped = i != 0;
        regions[i].map = mapping(i * BLOCK, SIM_RAM_BASE, PAGE_SIZE, ACCESS_READ);
    }
    sim_machine_reset(1);
    cr_assert_null(boot(&(struct boot){.cells = &one, .cell_count = 1, .regions = regions,
                                       .region_count = (u16)count}));
    cr_assert_eq(kernel.table_count, 0U);
    cr_assert_eq(region_map_step(0, 0, gpaddr(0)), THIMBLE_ERR_QUOTA);
    drive_check();
}

Test(boot, quota_needs_what_mappings_share_once)
{
    sim_machine_reset(1);
    cr_assert_null(boot_pages(3, 4));
    cr_assert_eq(kernel.cells[0].tables, 4U);
    drive_check();
    sim_machine_reset(1);
    cr_assert_str_eq(boot_pages(3, 3), UNMAPPABLE);
}

Test(boot, quota_one_short_is_refused)
{
    sim_machine_reset(1);
    cr_assert_str_eq(boot_pages(1, 1), UNMAPPABLE);
}

/* Each page needs a table, and all of them share one more. */
Test(boot, pool_of_tables_may_be_used_up)
{
    u32 pages = machine_table_page_count() - SPACE_ROOT_PAGES;

    sim_machine_reset(1);
    cr_assert_null(boot_pages(pages - 1U, 0xffff));
    cr_assert_eq(kernel.table_count, 0U);
    drive_check();
    sim_machine_reset(1);
    cr_assert_str_eq(boot_pages(pages, 0xffff), UNMAPPABLE);
}

Test(boot, tables_left_by_firmware_map_nothing)
{
    sim_machine_reset(1);
    for (u32 page = 0; page < machine_table_page_count(); page++) {
        memset(sim_ram_change(&sim.ram, machine_table_page(page), PAGE_SIZE), 0xff, PAGE_SIZE);
    }
    cr_assert_null(boot_pages(1, 2));
    paddr_t pa;
    struct sim_fault fault_seen;
    sim_mmu_set_vttbr(&sim.mmu, kernel.cells[0].space);
    cr_assert(sim_mmu_translate(&sim.mmu, &sim.ram, 0, SIM_READ, &pa, &fault_seen));
    cr_assert_not(sim_mmu_translate(&sim.mmu, &sim.ram, PAGE_SIZE, SIM_READ, &pa, &fault_seen));
    cr_assert_not(sim_mmu_translate(&sim.mmu, &sim.ram, BLOCK, SIM_READ, &pa, &fault_seen));
    cr_assert_not(sim_mmu_translate(&sim.mmu, &sim.ram, GIB, SIM_READ, &pa, &fault_seen));
}

/* CNTVOFF is UNKNOWN after reset, and CNTHCTL lets guests set the hypervisor's own timer. */
Test(boot, timer_is_not_as_firmware_left_it)
{
    sim_machine_reset(1);
    sim.timer.cntvoff = 1000;
    sim.timer.cnthctl = 3;
    cr_assert_null(boot_pages(1, 2));
    cr_assert_eq(sim.timer.cntvoff, 0U);
    cr_assert_eq(sim.timer.cnthctl, 1U);
}

Test(boot, as_many_regions_as_there_is_room_for)
{
    static struct boot_region regions[REGION_MAX];
    const struct boot_cell one = {.tables = 8};
    const struct boot system = {
        .cells = &one, .cell_count = 1, .regions = regions, .region_count = REGION_MAX};

    sim_machine_reset(1);
    for (u32 i = 0; i < REGION_MAX; i++) {
        regions[i].mapped = true;
        regions[i].map = mapping(i * PAGE_SIZE, SIM_RAM_BASE, PAGE_SIZE, ACCESS_READ);
    }
    cr_assert_null(boot(&system));
    cr_assert_eq(kernel.region_count, REGION_MAX);
}

Test(boot, as_many_slots_as_there_is_room_for)
{
    const struct boot_cell one = {.slots = CAP_MAX};
    const struct boot system = {.cells = &one, .cell_count = 1};

    sim_machine_reset(1);
    cr_assert_null(boot(&system));
    cr_assert_eq(kernel.cap_count, CAP_MAX);
}
