/* SPDX-License-Identifier: BSD-2-Clause */
/* Systems whose memory stays as it is mapped at boot (boot.fixed). */
#include "drive.h"
#include "finds.h"

#define AT 0x20000000U
#define RW (THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE)

enum {
    MAPPED = 1, /* a page, mapped at AT */
    UNMAPPED,
    SERVER, /* passive, of a cell that has room for regions */
    FREE,
    SLOTS = FREE + 4
};

static u32 cell;
static u32 other;

static u32 page(u32 number)
{
    return build_region(cell, (struct machine_mapping){.gpa = gpaddr(AT),
                                                       .pa = paddr(SIM_RAM_BASE + 8U * MIB +
                                                                   number * PAGE_SIZE),
                                                       .size = PAGE_SIZE,
                                                       .memory = MEMORY_NORMAL,
                                                       .access = RW});
}

static void prepare(void)
{
    build_begin();
    cell = build_cell("cell");
    other = build_cell("other");
    (void)build_active(cell, 20, NULL, 0);
    u32 server = build_passive(other, 0, NULL, 0);
    (void)build_grant(cell, THIMBLE_CAP_REGION, RW, page(0), 0);
    u32 unmapped = page(1);
    build_unmapped(unmapped);
    (void)build_grant(cell, THIMBLE_CAP_REGION, RW, unmapped, 0);
    (void)build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 0);
    build_slots(cell, SLOTS);
    build_slots(other, 4);
    build_derived(other, 3);
    build_derived(cell, 3);
    build_fixed();
    drive_boot();
}

TestSuite(fixed, .init = prepare);

static u32 call(u32 number, u32 r0, u32 r1, u32 r2, u32 r3, u32 r4)
{
    drive_hypercall(number, r0, r1, r2, r3, r4);
    return kernel.cpu[0].regs[0];
}

static bool reached(void)
{
    struct sim_fault fault;
    paddr_t pa;

    sim_mmu_set_vttbr(&sim.mmu, kernel.cells[cell].space);
    return sim_mmu_translate(&sim.mmu, &sim.ram, AT, SIM_READ, &pa, &fault);
}

Test(fixed, nothing_is_derived_mapped_or_unmapped)
{
    struct kernel before = kernel;

    cr_expect_eq(call(THIMBLE_REGION_DERIVE, MAPPED, FREE, 0, PAGE_SIZE, RW),
                 THIMBLE_ERR_HYPERCALL);
    cr_expect_eq(call(THIMBLE_REGION_MAP, UNMAPPED, AT + PAGE_SIZE, THIMBLE_NO_SLOT, 0, 0),
                 THIMBLE_ERR_HYPERCALL);
    cr_expect_eq(call(THIMBLE_REGION_UNMAP, MAPPED, 0, 0, 0, 0), THIMBLE_ERR_HYPERCALL);
    cr_expect_arr_eq(before.regions, kernel.regions, sizeof(before.regions));
    cr_expect(reached());
}

Test(fixed, a_mapping_outlives_its_capability)
{
    cr_assert_eq(call(THIMBLE_CAP_DELETE, MAPPED, 0, 0, 0, 0), THIMBLE_OK);
    cr_expect(reached());
    cr_expect_eq(call(THIMBLE_CAP_DELETE, MAPPED, 0, 0, 0, 0), THIMBLE_ERR_SLOT);
    cr_expect_null(kernel_check());
}

Test(fixed, no_message_takes_a_region_along)
{
    kernel.threads[boot_thread_index(1)].window = 1;
    drive_hypercall(THIMBLE_CALL, SERVER, THIMBLE_TAG(0, 6) | THIMBLE_TAG_CAP, 0, 0, 0, 0, 0,
                    MAPPED);
    cr_expect_eq(kernel.cpu[0].regs[0], THIMBLE_ERR_REGIONS);
}

Test(fixed, caches_are_maintained)
{
    cr_expect_eq(call(THIMBLE_CACHE_MAINTAIN, MAPPED, 0, PAGE_SIZE, THIMBLE_CACHE_CLEAN, 0),
                 THIMBLE_OK);
}

Test(fixed, boot_tells_of_regions_that_meet)
{
    build_begin();
    cell = build_cell("cell");
    (void)build_active(cell, 20, NULL, 0);
    (void)page(0);
    (void)page(1); /* at the same place */
    build_fixed();
    cr_expect_str_eq(build_boot(&(struct sim_options){.seed = 1}),
                     "a region cannot be mapped: overlap, or table quota");
}

Test(fixed, checker_finds_a_mapping_on_its_way)
{
    struct region *r = &kernel.regions[cell];

    r->state = REGION_UNMAPPING;
    cr_expect_not_null(kernel_check());
}
