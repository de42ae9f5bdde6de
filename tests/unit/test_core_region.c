/* SPDX-License-Identifier: BSD-2-Clause */
/* Regions: derived, mapped, unmapped, handed over; page-table quotas. */
#include "access.h"
#include "drive.h"

#define AT 0x20000000U
#define MEMORY (SIM_RAM_BASE + 8U * MIB) /* 2 MiB-aligned */
#define MEMORY_SIZE (4U * MIB)
#define RWX (THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE | THIMBLE_RIGHT_EXECUTE)

static u32 cell;
static u32 other;
static u32 thread;
static u32 other_thread;
static u32 slot_memory;
static u32 slot_other_cell;
static u32 slot_free;

static void build_all(void)
{
    build_begin();
    cell = build_cell("cell");
    other = build_cell("other");
    thread = build_active(cell, 20, NULL, 0);
    other_thread = build_active(other, 10, NULL, 0);
    u32 region = build_region(cell, (struct machine_mapping){
                                        .gpa = gpaddr(0),
                                        .pa = paddr(MEMORY),
                                        .size = MEMORY_SIZE,
                                        .memory = MEMORY_NORMAL,
                                        .access = RWX,
                                    });
    build_unmapped(region);
    slot_memory = build_grant(cell, THIMBLE_CAP_REGION, RWX, region, 0);
    slot_other_cell = build_grant(cell, THIMBLE_CAP_CELL, THIMBLE_RIGHT_MAP, other, 0);
    (void)cap_notification(cell, build_notification(), 1);
    (void)cap_notification(other, 0, 1);
    slot_free = 4;
    build_slots(cell, slot_free + 24U);
    build_slots(other, slot_free + 24U);
}

static void prepare(void)
{
    build_all();
    drive_boot();
}

TestSuite(region, .init = prepare);

static u32 call(u32 number, u32 r0, u32 r1, u32 r2, u32 r3, u32 r4)
{
    drive_hypercall(number, r0, r1, r2, r3, r4);
    return kernel.cpu[0].regs[0];
}

static u32 derive(u32 slot, u32 offset, u32 size, u32 access)
{
    return call(THIMBLE_REGION_DERIVE, slot_memory, slot, offset, size, access);
}

static u32 map(u32 slot, u32 at)
{
    return call(THIMBLE_REGION_MAP, slot, at, THIMBLE_NO_SLOT, 0, 0);
}

static u32 unmap(u32 slot)
{
    return call(THIMBLE_REGION_UNMAP, slot, 0, 0, 0, 0);
}

/* Does the running thread's access work? */
static bool access(u32 address, enum sim_access kind, u32 *value)
{
    struct access a = {.address = address, .value = *value, .size = 4, .kind = (u8)kind};
    bool good = access_make(&a);

    *value = a.value;
    return good;
}

static bool reads(u32 address)
{
    u32 value = 0;

    return access(address, SIM_READ, &value);
}

static bool writes(u32 address, u32 value)
{
    return access(address, SIM_WRITE, &value);
}

static struct region *region_of(u32 slot)
{
    return &kernel.regions[cap_object(*drive_cap(cell, slot))];
}

/* ---- derive ----------------------------------------------------------------*/

Test(region, derive_makes_a_part_with_fewer_rights)
{
    cr_assert_eq(derive(slot_free, 8192, 4096, THIMBLE_RIGHT_READ), THIMBLE_OK);
    cr_assert_eq(region_of(slot_free)->map.pa.raw, MEMORY + 8192U);
    cr_assert_eq(region_of(slot_free)->map.size, 4096U);
    cr_assert_eq(region_of(slot_free)->map.access, THIMBLE_RIGHT_READ);
}

Test(region, derive_keeps_the_memory_type)
{
    region_of(slot_memory)->map.memory = MEMORY_UNCACHED;
    cr_assert_eq(derive(slot_free, 0, 4096, THIMBLE_RIGHT_READ), THIMBLE_OK);
    cr_assert_eq(region_of(slot_free)->map.memory, MEMORY_UNCACHED);
}

Test(region, derive_refuses_more_rights)
{
    cr_assert_eq(derive(slot_free, 0, 4096, THIMBLE_RIGHT_READ), THIMBLE_OK);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_REGION_DERIVE, slot_free, slot_free + 1U, 0, 4096,
                 THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_REGION_DERIVE, slot_memory, slot_free + 1U, 0, 4096,
                 0);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_REGION_DERIVE, slot_memory, slot_free + 1U, 0, 4096,
                 8U);
}

Test(region, derive_refuses_parts_of_pages)
{
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_REGION_DERIVE, slot_memory, slot_free, 1, 4096, 1);
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_REGION_DERIVE, slot_memory, slot_free, 0, 4095, 1);
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_REGION_DERIVE, slot_memory, slot_free, 0, 0, 1);
}

Test(region, derive_refuses_what_lies_outside)
{
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_REGION_DERIVE, slot_memory, slot_free, MEMORY_SIZE,
                 4096, 1);
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_REGION_DERIVE, slot_memory, slot_free, 4096,
                 MEMORY_SIZE, 1);
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_REGION_DERIVE, slot_memory, slot_free, 0xfffff000U,
                 8192, 1);
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_REGION_DERIVE, slot_memory, slot_free, 4096,
                 0xfffff000U, 1);
}

Test(region, derive_refuses_what_is_no_region)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_REGION_DERIVE, slot_free, slot_free + 1U, 0, 4096, 1);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_REGION_DERIVE, slot_other_cell, slot_free, 0, 4096, 1);
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_REGION_DERIVE, slot_memory, slot_other_cell, 0, 4096,
                 1);
}

/* ---- quotas ----------------------------------------------------------------*/

/* The cell derives all the regions that it may. */
static void derive_all(void)
{
    for (u32 i = 0; i < BUILD_DERIVED; i++) {
        cr_assert_eq(derive(slot_free + i, 0, 4096, 1), THIMBLE_OK);
    }
    expect_error(THIMBLE_ERR_REGIONS, THIMBLE_REGION_DERIVE, slot_memory,
                 slot_free + BUILD_DERIVED, 0, 4096, 1);
}

Test(region, derive_ends_with_the_cells_quota)
{
    derive_all();
    cr_assert_neq(kernel.region_free, NONE, "others have theirs");
}

Test(region, quota_comes_back_with_delete)
{
    derive_all();
    cr_assert_eq(call(THIMBLE_CAP_DELETE, slot_free + 1U, 0, 0, 0, 0), THIMBLE_OK);
    cr_assert_eq(derive(slot_free + 1U, 4096, 4096, 1), THIMBLE_OK);
    expect_error(THIMBLE_ERR_REGIONS, THIMBLE_REGION_DERIVE, slot_memory,
                 slot_free + BUILD_DERIVED, 0, 4096, 1);
}

Test(region, quota_comes_back_with_revoke)
{
    derive_all();
    cr_assert_eq(call(THIMBLE_CAP_REVOKE, slot_memory, 0, 0, 0, 0), THIMBLE_OK);
    derive_all();
}

Test(region, quota_of_a_region_of_the_description_can_be_spent_anew)
{
    derive_all();
    cr_assert_eq(call(THIMBLE_CAP_DELETE, slot_memory, 0, 0, 0, 0), THIMBLE_OK);
    cr_assert_eq(kernel.cells[cell].regions, 1U, "its image");
    cr_assert_eq(kernel.cells[cell].region_quota, BUILD_DERIVED + 2U);
}

Test(region, move_costs_no_quota)
{
    derive_all();
    drive_hypercall(THIMBLE_CAP_MOVE, slot_free, slot_free + 10U);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(kernel.cells[cell].regions, kernel.cells[cell].region_quota);
}

Test(region, quota_of_one_cell_is_not_anothers)
{
    u32 theirs;

    build_all();
    build_derived(cell, REGION_MAX - 4U);
    build_derived(other, 1);
    build_slots(cell, slot_free + REGION_MAX);
    theirs = build_region(other, (struct machine_mapping){.gpa = gpaddr(0),
                                                          .pa = paddr(MEMORY),
                                                          .size = MEMORY_SIZE,
                                                          .memory = MEMORY_NORMAL,
                                                          .access = RWX});
    build_unmapped(theirs);
    u32 slot_theirs = build_grant(other, THIMBLE_CAP_REGION, RWX, theirs, 0);
    cr_assert_not_null(build_boot(&(struct sim_options){.seed = 1}), "a region more than there is");
    build_derived(cell, REGION_MAX - 5U);
    drive_boot();
    for (u32 i = 0; i < REGION_MAX - 5U; i++) {
        cr_assert_eq(derive(slot_free + i, 0, 4096, 1), THIMBLE_OK);
    }
    expect_error(THIMBLE_ERR_REGIONS, THIMBLE_REGION_DERIVE, slot_memory,
                 slot_free + REGION_MAX - 5U, 0, 4096, 1);
    drive_block(3);
    expect_runs(other_thread);
    drive_hypercall(THIMBLE_REGION_DERIVE, slot_theirs, slot_free, 0, 4096, 1);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(kernel.region_free, NONE);
}

Test(region, cannot_be_copied)
{
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_CAP_COPY, slot_memory, slot_free, 1, 0);
}

/* ---- map and unmap -----------------------------------------------------------*/

Test(region, map_gives_access_and_unmap_takes_it)
{
    cr_assert_not(reads(AT));
    cr_assert_eq(map(slot_memory, AT), THIMBLE_OK);
    cr_assert(writes(AT + 12U, 0x1234U));
    cr_assert_eq(sim_ram_read32(&sim.ram, paddr(MEMORY + 12U)), 0x1234U);
    cr_assert(reads(AT + MEMORY_SIZE - 4U));
    cr_assert_not(reads(AT + MEMORY_SIZE));
    cr_assert_eq(unmap(slot_memory), THIMBLE_OK);
    cr_assert_not(reads(AT + 12U));
    cr_assert_not(reads(AT + MEMORY_SIZE - 4U));
}

Test(region, map_in_pages_and_in_blocks_translate_alike)
{
    cr_assert_eq(derive(slot_free, 4096, 3U * MIB, RWX), THIMBLE_OK);
    cr_assert_eq(map(slot_free, AT + 4096U), THIMBLE_OK);
    for (u32 offset = 0; offset < 3U * MIB; offset += 128U * KIB) {
        cr_assert(writes(AT + 4096U + offset, offset));
        cr_assert_eq(sim_ram_read32(&sim.ram, paddr(MEMORY + 4096U + offset)), offset);
    }
    cr_assert_eq(unmap(slot_free), THIMBLE_OK);
    for (u32 offset = 0; offset < 3U * MIB; offset += 128U * KIB) {
        cr_assert_not(reads(AT + 4096U + offset));
    }
}

Test(region, map_gives_no_more_than_its_rights)
{
    cr_assert_eq(derive(slot_free, 0, 4096, THIMBLE_RIGHT_READ), THIMBLE_OK);
    cr_assert_eq(map(slot_free, AT), THIMBLE_OK);
    cr_assert(reads(AT));
    cr_assert_not(writes(AT, 1));
}

Test(region, unmap_gives_all_table_pages_back)
{
    u32 tables = kernel.cells[cell].tables;
    u32 pool = kernel.table_count;

    cr_assert_eq(derive(slot_free, 4096, 3U * MIB, RWX), THIMBLE_OK);
    cr_assert_eq(map(slot_free, AT + 4096U), THIMBLE_OK);
    cr_assert_gt(kernel.cells[cell].tables, tables);
    cr_assert_eq(unmap(slot_free), THIMBLE_OK);
    cr_assert_eq(kernel.cells[cell].tables, tables);
    cr_assert_eq(kernel.table_count, pool);
}

Test(region, map_keeps_no_pages_that_blocks_did_not_need)
{
    u32 tables = kernel.cells[cell].tables;

    cr_assert_eq(map(slot_memory, AT), THIMBLE_OK);
    cr_assert_eq(kernel.cells[cell].tables, tables, "image and blocks share one level-2 table");
}

Test(region, unmap_leaves_neighbours_in_the_same_table)
{
    cr_assert_eq(derive(slot_free, 0, 8192, RWX), THIMBLE_OK);
    cr_assert_eq(derive(slot_free + 1U, 8192, 8192, RWX), THIMBLE_OK);
    cr_assert_eq(map(slot_free, AT), THIMBLE_OK);
    cr_assert_eq(map(slot_free + 1U, AT + 8192U), THIMBLE_OK);
    cr_assert_eq(unmap(slot_free), THIMBLE_OK);
    cr_assert_not(reads(AT + 4096U));
    cr_assert(reads(AT + 8192U));
}

Test(region, table_pages_come_back_clean)
{
    for (u32 i = 0; i < 100U; i++) {
        cr_assert_eq(derive(slot_free, i * 4096U, 4096, RWX), THIMBLE_OK);
        cr_assert_eq(map(slot_free, AT + i * 4U * MIB), THIMBLE_OK);
        cr_assert(reads(AT + i * 4U * MIB));
        cr_assert_not(reads(AT + i * 4U * MIB + 4096U));
        cr_assert_eq(call(THIMBLE_CAP_DELETE, slot_free, 0, 0, 0, 0), THIMBLE_OK);
    }
}

Test(region, has_one_mapping)
{
    cr_assert_eq(map(slot_memory, AT), THIMBLE_OK);
    expect_error(THIMBLE_ERR_MAPPED, THIMBLE_REGION_MAP, slot_memory, AT, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_MAPPED, THIMBLE_REGION_MAP, slot_memory, AT + 16U * MIB,
                 THIMBLE_NO_SLOT);
}

Test(region, unmap_of_the_unmapped_is_refused)
{
    expect_error(THIMBLE_ERR_UNMAPPED, THIMBLE_REGION_UNMAP, slot_memory);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_REGION_UNMAP, slot_free);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_REGION_UNMAP, slot_other_cell);
}

Test(region, map_refuses_bad_addresses)
{
    expect_error(THIMBLE_ERR_ALIGN, THIMBLE_REGION_MAP, slot_memory, AT + 1U, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_REGION_MAP, slot_memory, 0xfffff000U, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_REGION_MAP, slot_free, AT, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_REGION_MAP, slot_other_cell, AT, THIMBLE_NO_SLOT);
}

Test(region, map_at_the_top_of_the_space_works)
{
    cr_assert_eq(map(slot_memory, 0U - MEMORY_SIZE), THIMBLE_OK);
    cr_assert(reads(0xfffffffcU));
    cr_assert_eq(unmap(slot_memory), THIMBLE_OK);
    cr_assert_not(reads(0xfffffffcU));
}

Test(region, map_over_something_undoes_itself)
{
    cr_assert_eq(derive(slot_free, 0, 4096, RWX), THIMBLE_OK);
    cr_assert_eq(derive(slot_free + 1U, 4096, MIB, RWX), THIMBLE_OK);
    cr_assert_eq(map(slot_free, AT + 512U * KIB), THIMBLE_OK);
    u32 tables = kernel.cells[cell].tables;
    cr_assert_eq(map(slot_free + 1U, AT), THIMBLE_ERR_OVERLAP);
    cr_assert_not(reads(AT));
    cr_assert(reads(AT + 512U * KIB));
    cr_assert_eq(kernel.cells[cell].tables, tables);
    cr_assert_eq(region_of(slot_free + 1U)->state, REGION_UNMAPPED);
}

Test(region, map_over_the_image_is_refused)
{
    cr_assert_eq(map(slot_memory, BUILD_IMAGE_AT), THIMBLE_ERR_OVERLAP);
    cr_assert(reads(BUILD_IMAGE_AT));
}

Test(region, map_without_quota_is_refused_before_anything_happens)
{
    kernel.cells[cell].quota = kernel.cells[cell].tables;
    expect_error(THIMBLE_ERR_QUOTA, THIMBLE_REGION_MAP, slot_memory, AT, THIMBLE_NO_SLOT);
}

Test(region, delete_unmaps)
{
    u32 region = cap_object(*drive_cap(cell, slot_memory));

    cr_assert_eq(map(slot_memory, AT), THIMBLE_OK);
    cr_assert(reads(AT));
    cr_assert_eq(call(THIMBLE_CAP_DELETE, slot_memory, 0, 0, 0, 0), THIMBLE_OK);
    cr_assert_not(reads(AT));
    cr_assert_eq(kernel.regions[region].state, REGION_FREE);
}

Test(region, delete_unmaps_all_that_many_tables_map)
{
    u32 tables = kernel.cells[cell].tables;
    u32 pool = kernel.table_count;

    cr_assert_eq(derive(slot_free, 4096, 3U * MIB, RWX), THIMBLE_OK);
    cr_assert_eq(map(slot_free, AT + 4096U), THIMBLE_OK);
    u32 region = cap_object(*drive_cap(cell, slot_free));
    cr_assert_eq(call(THIMBLE_CAP_DELETE, slot_free, 0, 0, 0, 0), THIMBLE_OK);
    cr_assert_eq(kernel.regions[region].state, REGION_FREE);
    for (u32 offset = 0; offset < 3U * MIB; offset += 128U * KIB) {
        cr_assert_not(reads(AT + 4096U + offset));
    }
    cr_assert_eq(kernel.cells[cell].tables, tables);
    cr_assert_eq(kernel.table_count, pool);
}

/* ---- into another cell -----------------------------------------------------------*/

Test(region, map_into_another_cell_needs_its_capability)
{
    cr_assert_eq(call(THIMBLE_REGION_MAP, slot_memory, AT, slot_other_cell, 0, 0), THIMBLE_OK);
    cr_assert_not(reads(AT));
    drive_block(3);
    expect_runs(other_thread);
    cr_assert(writes(AT, 7));
    cr_assert_eq(sim_ram_read32(&sim.ram, paddr(MEMORY)), 7U);
}

Test(region, map_into_another_cell_refuses_other_capabilities)
{
    *drive_cap(cell, slot_other_cell) &= ~((cap_t)THIMBLE_RIGHT_MAP << CAP_RIGHTS_SHIFT);
    *drive_cap(cell, slot_other_cell) |= (cap_t)THIMBLE_RIGHT_CONTROL << CAP_RIGHTS_SHIFT;
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_REGION_MAP, slot_memory, AT, slot_other_cell);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_REGION_MAP, slot_memory, AT, slot_memory);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_REGION_MAP, slot_memory, AT, slot_free);
}

Test(region, revoke_takes_it_from_the_other_cell)
{
    cr_assert_eq(derive(slot_free, 0, 8192, RWX), THIMBLE_OK);
    cr_assert_eq(call(THIMBLE_REGION_MAP, slot_free, AT, slot_other_cell, 0, 0), THIMBLE_OK);
    drive_block(3);
    cr_assert(reads(AT));
    drive_hypercall(THIMBLE_SIGNAL, 1);
    expect_runs(thread);
    cr_assert_eq(call(THIMBLE_CAP_REVOKE, slot_memory, 0, 0, 0, 0), THIMBLE_OK);
    drive_block(3);
    expect_runs(other_thread);
    cr_assert_not(reads(AT));
}

/* ---- preemption ----------------------------------------------------------------------*/

/* other_thread, more urgent here, wakes after each step of a mapping. */
static void prepare_preempted(void)
{
    build_all();
    build_priority(other_thread, 30);
    drive_boot();
    drive_wait(1, 1);
    expect_runs(thread);
    cr_assert_eq(derive(slot_free, 4096, 3U * MIB, RWX), THIMBLE_OK);
    sim_clock.now = 0;
    sim_clock.cost[PATH_MAP_STEP] = 16;
}

Test(region_preempted, map_goes_on_in_steps, .init = prepare_preempted)
{
    u32 preempted = 0;

    drive_hypercall(THIMBLE_REGION_MAP, slot_free, AT + 4096U, THIMBLE_NO_SLOT);
    while (drive_running() == other_thread) {
        preempted++;
        drive_check();
        drive_wait(1, 1);
    }
    cr_assert_gt(preempted, 3);
    expect_regs(THIMBLE_OK);
    cr_assert(reads(AT + 3U * MIB));
}

static u32 bytes_done(void)
{
    u32 done = 0;

    for (u32 i = 0; i < REGION_MAX; i++) {
        done += kernel.regions[i].done;
    }
    return done;
}

/* other_thread's deadline passes while the core chooses who runs. */
Test(region_preempted, an_interrupt_comes_before_the_next_step, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_REGION_MAP, slot_free, AT + 4096U, THIMBLE_NO_SLOT);
    expect_runs(other_thread);
    u32 done = bytes_done();
    sim_clock.cost[PATH_SCHEDULE] = SIM_TICK_INSTRUCTIONS;
    drive_wait(1, 1);
    expect_runs(other_thread);
    expect_regs(THIMBLE_ERR_TIMEOUT);
    cr_assert_eq(bytes_done(), done);
    sim_clock.cost[PATH_SCHEDULE] = 0;
    drive_wait(1, 1);
    expect_runs(other_thread);
    cr_assert_gt(bytes_done(), done);
}

Test(region_preempted, half_a_mapping_can_be_unmapped, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_REGION_MAP, slot_free, AT + 4096U, THIMBLE_NO_SLOT);
    expect_runs(other_thread);
    cr_assert_eq(region_of(slot_free)->state, REGION_MAPPING);
    u32 region = cap_object(*drive_cap(cell, slot_free));
    drive_stop(thread);
    while (!region_unmap_step(region)) {
        drive_check();
    }
    drive_check();
    cr_assert_eq(kernel.regions[region].state, REGION_UNMAPPED);
    cr_assert_eq(kernel.regions[region].reserved, 0U);
}

/* Lets other_thread, which has been woken, wait for the next step: how often it was. */
static u32 steps_end(u8 *states)
{
    u32 preempted = 0;

    while (drive_running() == other_thread) {
        preempted++;
        for (u32 i = 0; i < REGION_MAX; i++) {
            *states |= (u8)(1U << kernel.regions[i].state);
        }
        drive_check();
        drive_wait(1, 1);
    }
    return preempted;
}

static void map_without_a_pause(u32 slot, u32 at)
{
    sim_clock.cost[PATH_MAP_STEP] = 0;
    cr_assert_eq(map(slot, at), THIMBLE_OK);
    sim_clock.cost[PATH_MAP_STEP] = 16;
    sim_clock.cost[PATH_UNMAP_STEP] = 16;
}

Test(region_preempted, unmap_goes_on_in_steps, .init = prepare_preempted)
{
    u8 states = 0;

    map_without_a_pause(slot_free, AT + 4096U);
    drive_hypercall(THIMBLE_REGION_UNMAP, slot_free);
    cr_assert_gt(steps_end(&states), 3);
    expect_regs(THIMBLE_OK);
    cr_assert(states & 1U << REGION_UNMAPPING);
    cr_assert_not(reads(AT + 4096U));
    cr_assert_eq(region_of(slot_free)->state, REGION_UNMAPPED);
}

Test(region_preempted, delete_goes_on_in_steps, .init = prepare_preempted)
{
    u8 states = 0;
    u32 region = cap_object(*drive_cap(cell, slot_free));

    map_without_a_pause(slot_free, AT + 4096U);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_free);
    cr_assert_neq(*drive_cap(cell, slot_free), 0U);
    cr_assert_gt(steps_end(&states), 3);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(*drive_cap(cell, slot_free), 0U);
    cr_assert_eq(kernel.regions[region].state, REGION_FREE);
    cr_assert_not(reads(AT + 4096U));
}

Test(region_preempted, revoke_goes_on_in_steps, .init = prepare_preempted)
{
    u8 states = 0;

    map_without_a_pause(slot_free, AT + 4096U);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_memory);
    cr_assert_gt(steps_end(&states), 3);
    expect_regs(THIMBLE_OK);
    cr_assert(states & 1U << REGION_UNMAPPING);
    cr_assert_eq(kernel.revocation.cap, NONE);
    cr_assert_eq(*drive_cap(cell, slot_free), 0U);
    cr_assert_not(reads(AT + 4096U));
}

Test(region_preempted, map_over_something_undoes_itself_in_steps, .init = prepare_preempted)
{
    u8 states = 0;

    cr_assert_eq(derive(slot_free + 1U, 0, 4096, RWX), THIMBLE_OK);
    map_without_a_pause(slot_free + 1U, AT + 3U * MIB);
    drive_hypercall(THIMBLE_REGION_MAP, slot_free, AT + 4096U, THIMBLE_NO_SLOT);
    cr_assert_gt(steps_end(&states), 3);
    expect_regs(THIMBLE_ERR_OVERLAP);
    cr_assert(states & 1U << REGION_UNDOING);
    cr_assert_not(reads(AT + 4096U));
    cr_assert(reads(AT + 3U * MIB));
    cr_assert_eq(region_of(slot_free)->state, REGION_UNMAPPED);
}

/* A more urgent thread of the cell wakes in the middle of a revocation. */
Test(region_preempted, derive_from_what_is_being_revoked_comes_after_it)
{
    build_all();
    u32 urgent = build_active(cell, 30, NULL, 0);
    drive_boot();
    expect_runs(urgent);
    drive_wait(3, 1);
    expect_runs(thread);
    for (u32 i = 0; i < 3U; i++) {
        cr_assert_eq(derive(slot_free + i, i * 4096U, 4096, RWX), THIMBLE_OK);
    }
    sim_clock.now = 0;
    sim_clock.cost[PATH_REVOKE_STEP] = 6;
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_memory);
    sim_clock.cost[PATH_REVOKE_STEP] = 0;
    expect_runs(urgent);
    cr_assert_neq(kernel.revocation.cap, NONE);
    cr_assert_eq(derive(slot_free + 10U, 0, 4096, RWX), THIMBLE_OK);
    expect_runs(urgent);
    cr_assert_eq(kernel.revocation.cap, NONE);
    for (u32 i = 0; i < 3U; i++) {
        cr_assert_eq(*drive_cap(cell, slot_free + i), 0U);
    }
    cr_assert_eq(cap_type(*drive_cap(cell, slot_free + 10U)), THIMBLE_CAP_REGION);
}

/* ---- what goes from the TLB ------------------------------------------------------*/

static bool translated(u32 at)
{
    paddr_t pa;
    struct sim_fault seen;

    return sim_mmu_translate(&sim.mmu, &sim.ram, at, SIM_READ, &pa, &seen);
}

/* Of two pages in one table, one is unmapped. No operation by address reaches what a TLB
 * holds of stage 2 alone, so the other goes, too. */
static void nothing_held(bool guest)
{
    build_begin();
    u32 of = build_cell("of");
    u32 runs = build_active(of, 10, NULL, 0);
    if (guest) {
        build_vcpu(runs, 4);
    }
    struct machine_mapping page = {
        .gpa = gpaddr(AT), .pa = paddr(MEMORY), .size = PAGE_SIZE, .access = ACCESS_READ};
    u32 region = build_region(of, page);
    page.gpa.raw += PAGE_SIZE;
    (void)build_region(of, page);
    drive_boot();
    sim_mmu_set_vttbr(&sim.mmu, kernel.cells[of].space);
    cr_assert(translated(AT));
    cr_assert(translated(AT + PAGE_SIZE));
    cr_assert(region_unmap_step(region));
    cr_assert_not(sim_mmu_holds(&sim.mmu, of + 1U, AT));
    cr_assert_not(sim_mmu_holds(&sim.mmu, of + 1U, AT + PAGE_SIZE));
    cr_assert_not(translated(AT));
    cr_assert(translated(AT + PAGE_SIZE));
}

Test(region_tlb, of_a_native_cell_keeps_nothing)
{
    nothing_held(false);
}

Test(region_tlb, of_a_vm_keeps_nothing)
{
    nothing_held(true);
}
