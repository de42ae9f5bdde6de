/* SPDX-License-Identifier: BSD-2-Clause */
/* Spaces of less than 4 GiB, whose roots are level-2 tables (boot.space_t0sz). */
#include "drive.h"
#include "sim.h"

#define T0SZ 3U /* 512 MiB */
#define END 0x20000000U
#define BLOCK (2U * MIB)
#define MEMORY (SIM_RAM_BASE + 8U * MIB)
#define MEMORY_SIZE (4U * MIB)
#define RWX (THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE | THIMBLE_RIGHT_EXECUTE)

static u32 cell;
static u32 slot;

static void prepare(void)
{
    build_begin();
    cell = build_cell("cell");
    (void)build_cell("other");
    (void)build_active(cell, 20, NULL, 0);
    (void)build_active(1, 10, NULL, 0);
    u32 region = build_region(cell, (struct machine_mapping){
                                        .pa = paddr(MEMORY),
                                        .size = MEMORY_SIZE,
                                        .memory = MEMORY_NORMAL,
                                        .access = RWX,
                                    });
    build_unmapped(region);
    slot = build_grant(cell, THIMBLE_CAP_REGION, RWX, region, 0);
    build_slots(cell, slot + 8U);
    build_narrow(T0SZ);
    drive_boot();
}

TestSuite(narrow, .init = prepare);

static u32 call(u32 number, u32 r0, u32 r1, u32 r2, u32 r3, u32 r4)
{
    drive_hypercall(number, r0, r1, r2, r3, r4);
    return kernel.cpu[0].regs[0];
}

static u32 map(u32 region_slot, u32 at)
{
    return call(THIMBLE_REGION_MAP, region_slot, at, THIMBLE_NO_SLOT, 0, 0);
}

/* Where the cell's access goes; 0: nowhere. */
static u32 reached(u32 of, u32 address)
{
    struct sim_fault fault;
    paddr_t pa;

    sim_mmu_set_vttbr(&sim.mmu, kernel.cells[of].space);
    return sim_mmu_translate(&sim.mmu, &sim.ram, address, SIM_READ, &pa, &fault) ? pa.raw : 0;
}

Test(narrow, image_takes_one_table)
{
    cr_assert_eq(kernel.cells[cell].tables, 1U);
    cr_assert_neq(reached(cell, BUILD_IMAGE_AT), 0U);
    cr_assert_neq(reached(1, BUILD_IMAGE_AT), 0U);
    cr_assert_neq(reached(cell, BUILD_IMAGE_AT), reached(1, BUILD_IMAGE_AT));
}

Test(narrow, roots_lie_apart_and_aligned)
{
    for (u32 i = 0; i < 2; i++) {
        u32 root = (u32)kernel.cells[i].space;
        cr_assert_eq(root % SPACE_ROOT_SIZE(T0SZ), 0U);
        cr_assert_eq(root, (u32)kernel.cells[0].space + i * 2048U);
    }
    /* Idle's, on hardware, comes behind those of all cells that there may be. */
    cr_assert_eq((u32)machine_space_init(CELL_MAX) % SPACE_ROOT_SIZE(T0SZ), 0U);
}

Test(narrow, blocks_take_no_table_at_all)
{
    cr_assert_eq(map(slot, 0), THIMBLE_OK);
    cr_assert_eq(kernel.cells[cell].tables, 1U);
    cr_assert_eq(reached(cell, 0), MEMORY);
    cr_assert_eq(reached(cell, BLOCK + 0x1234U), MEMORY + BLOCK + 0x1234U);
    cr_assert_eq(reached(cell, 2U * BLOCK), 0U);
    cr_assert_eq(call(THIMBLE_REGION_UNMAP, slot, 0, 0, 0, 0), THIMBLE_OK);
    cr_assert_eq(reached(cell, 0), 0U);
    cr_assert_eq(reached(cell, BLOCK), 0U);
}

Test(narrow, pages_take_a_table_that_comes_back)
{
    cr_assert_eq(call(THIMBLE_REGION_DERIVE, slot, slot + 1U, PAGE_SIZE, 2U * PAGE_SIZE, RWX),
                 THIMBLE_OK);
    cr_assert_eq(map(slot + 1U, END - 2U * PAGE_SIZE), THIMBLE_OK);
    cr_assert_eq(kernel.cells[cell].tables, 2U);
    cr_assert_eq(reached(cell, END - 1U), MEMORY + 3U * PAGE_SIZE - 1U);
    cr_assert_eq(call(THIMBLE_REGION_UNMAP, slot + 1U, 0, 0, 0, 0), THIMBLE_OK);
    cr_assert_eq(kernel.cells[cell].tables, 1U);
    cr_assert_eq(reached(cell, END - 1U), 0U);
}

Test(narrow, nothing_is_mapped_beyond_the_end)
{
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_REGION_MAP, slot, END, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_REGION_MAP, slot, END - BLOCK, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_RANGE, THIMBLE_REGION_MAP, slot, 0xffc00000U, THIMBLE_NO_SLOT);
    cr_assert_eq(map(slot, END - MEMORY_SIZE), THIMBLE_OK);
    cr_assert_eq(reached(cell, END - 4U), MEMORY + MEMORY_SIZE - 4U);
    cr_assert_eq(reached(cell, END), 0U);
    cr_assert_eq(reached(cell, 0xfffff000U), 0U);
}

Test(narrow, more_roots_than_there_is_room_for_are_refused)
{
    static const struct sim_options options = {.seed = 1};

    (void)build_cell("third");
    (void)build_active(2, 10, NULL, 0);
    cr_assert_str_eq(build_boot(&options),
                     "the system has more objects than there is room for");
}
