/* SPDX-License-Identifier: BSD-2-Clause */
/* The real stage-2 driver, read back by the model's table walker. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "hw_access.h"
#include "kernel.h"
#include "machine.h"
#include "sim.h"
#include "space.h"

#define RWX (ACCESS_READ | ACCESS_WRITE | ACCESS_EXECUTE)
#define BLOCK (2U * MIB)
#define GIB (1024U * MIB)

static void prepare(void)
{
    sim_machine_reset(1);
    sim_mmu_reset(&sim.mmu, 1);
    space_tables_reset();
}

static void select_space(u32 cell)
{
    sim_mmu_set_vttbr(&sim.mmu, machine_space_init(cell));
}

static struct machine_mapping mapping(u32 gpa, u32 pa, u32 size)
{
    return (struct machine_mapping){
        .gpa = {gpa}, .pa = {pa}, .size = size, .memory = MEMORY_NORMAL, .access = RWX};
}

/* Maps all of it in steps; returns how many it took, 0 if something is in the way. */
static u32 map_all(u32 cell, struct machine_mapping m)
{
    u32 steps = 0;

    while (m.size > 0) {
        u32 done = machine_space_map(cell, &m);

        if (done == 0) {
            return 0;
        }
        m.gpa.raw += done;
        m.pa.raw += done;
        m.size -= done;
        steps++;
    }
    return steps;
}

static bool reaches(u32 ipa, enum sim_access access, u32 pa)
{
    struct sim_fault fault;
    paddr_t out = {0};

    return sim_mmu_translate(&sim.mmu, &sim.ram, ipa, access, &out, &fault) && out.raw == pa;
}

static u8 fault_kind(u32 ipa, enum sim_access access)
{
    struct sim_fault fault = {0};
    paddr_t out;

    if (sim_mmu_translate(&sim.mmu, &sim.ram, ipa, access, &out, &fault)) {
        return SIM_FAULT_NONE;
    }
    return fault.kind;
}

/* The descriptor that translates ipa now, as it stands in RAM. */
static u64 descriptor(u32 ipa, u32 *level)
{
    u32 table = (u32)hw_vttbr_read();
    u64 entry = hw_table_read(paddr(table + (ipa >> 30) * 8U));

    for (*level = 1; *level < 3U && (entry & 3U) == 3U; (*level)++) {
        u32 shift = 30U - 9U * *level;

        table = (u32)entry & 0xfffff000U;
        entry = hw_table_read(paddr(table + ((ipa >> shift) % 512U) * 8U));
    }
    return entry;
}

static u32 tables_used(void)
{
    u32 used = 0;

    for (u32 n = SPACE_ROOT_PAGES; n < machine_table_page_count(); n++) {
        for (u32 i = 0; i < 512U; i++) {
            if (hw_table_read(paddr(machine_table_page(n).raw + i * 8U)) != 0) {
                used++;
                break;
            }
        }
    }
    return used;
}

TestSuite(stage2, .init = prepare);

Test(stage2, init_gives_vmid_and_root)
{
    u64 first = machine_space_init(0);
    u64 last = machine_space_init(CELL_MAX - 1U);

    cr_assert_eq(first >> 48, 1U);
    cr_assert_eq(last >> 48, CELL_MAX);
    cr_assert_eq((u32)first, machine_table_page(0).raw);
    cr_assert_eq((u32)last - (u32)first, 32U * (CELL_MAX - 1U));
    cr_assert_eq(first & 0xff0000000000001fU, 0U);
}

Test(stage2, init_leaves_nothing_mapped)
{
    struct machine_mapping m = mapping(0, SIM_RAM_BASE, PAGE_SIZE);

    select_space(3);
    cr_assert_eq(machine_space_map(3, &m), PAGE_SIZE);
    cr_assert(reaches(0, SIM_READ, SIM_RAM_BASE));
    select_space(3);
    cr_assert_eq(fault_kind(0, SIM_READ), SIM_FAULT_TRANSLATION, "tables and TLB must be clean");
}

Test(stage2, init_spares_the_neighbours)
{
    struct machine_mapping m = mapping(0xc0000000U, SIM_RAM_BASE, PAGE_SIZE);
    u64 vttbr = machine_space_init(1);

    (void)machine_space_init(0);
    cr_assert_eq(machine_space_map(1, &m), PAGE_SIZE);
    (void)machine_space_init(0);
    (void)machine_space_init(2);
    sim_mmu_set_vttbr(&sim.mmu, vttbr);
    cr_assert(reaches(0xc0000000U, SIM_READ, SIM_RAM_BASE));
}

Test(stage2, table_pages_lie_in_their_pool)
{
    cr_assert_eq(machine_table_page_count(), SIM_TABLE_PAGES);
    cr_assert_eq(machine_table_page(0).raw % PAGE_SIZE, 0U);
    cr_assert_eq(machine_table_page(SIM_TABLE_PAGES).raw, SIM_RAM_BASE + SIM_RAM_SIZE);
}

Test(stage2, cleared_table_page_is_zero)
{
    paddr_t page = machine_table_page(9);

    hw_table_write(paddr(page.raw - 8U), 1);
    hw_table_write(page, ~(u64)0);
    hw_table_write(paddr(page.raw + PAGE_SIZE - 8U), ~(u64)0);
    hw_table_write(paddr(page.raw + PAGE_SIZE), 2);
    machine_table_page_clear(9);
    cr_assert_eq(hw_table_read(page), 0U);
    cr_assert_eq(hw_table_read(paddr(page.raw + PAGE_SIZE - 8U)), 0U);
    cr_assert_eq(hw_table_read(paddr(page.raw - 8U)), 1U);
    cr_assert_eq(hw_table_read(paddr(page.raw + PAGE_SIZE)), 2U);
}

Test(stage2, maps_a_page_and_no_more)
{
    select_space(0);
    cr_assert_eq(map_all(0, mapping(0x10000, SIM_RAM_BASE + 0x5000, PAGE_SIZE)), 1U);
    cr_assert(reaches(0x10000, SIM_READ, SIM_RAM_BASE + 0x5000));
    cr_assert(reaches(0x10ffc, SIM_WRITE, SIM_RAM_BASE + 0x5ffc));
    cr_assert(reaches(0x10804, SIM_EXECUTE, SIM_RAM_BASE + 0x5804));
    cr_assert_eq(fault_kind(0xfffc, SIM_READ), SIM_FAULT_TRANSLATION);
    cr_assert_eq(fault_kind(0x11000, SIM_READ), SIM_FAULT_TRANSLATION);
    cr_assert_eq(tables_used(), 2U);
}

Test(stage2, normal_memory_descriptor)
{
    u32 level;

    select_space(0);
    map_all(0, mapping(0x10000, SIM_RAM_BASE, PAGE_SIZE));
    cr_assert_eq(descriptor(0x10000, &level), SIM_RAM_BASE | 0x7ffU);
    cr_assert_eq(level, 3U);
}

Test(stage2, device_memory_is_never_executable)
{
    struct machine_mapping m = mapping(0x10000, SIM_UART_BASE, PAGE_SIZE);
    u32 level;

    m.memory = MEMORY_DEVICE;
    select_space(0);
    map_all(0, m);
    cr_assert_eq(descriptor(0x10000, &level), (u64)1 << 54 | SIM_UART_BASE | 0x6c7U);
    cr_assert(reaches(0x10000, SIM_READ, SIM_UART_BASE));
    cr_assert_eq(fault_kind(0x10000, SIM_EXECUTE), SIM_FAULT_PERMISSION);
}

Test(stage2, uncached_memory_descriptor)
{
    struct machine_mapping m = mapping(0, SIM_RAM_BASE, BLOCK);
    u32 level;

    m.memory = MEMORY_UNCACHED;
    select_space(0);
    map_all(0, m);
    cr_assert_eq(descriptor(0, &level), SIM_RAM_BASE | 0x6d5U);
    cr_assert_eq(level, 2U);
}

Test(stage2, rights_become_permissions)
{
    static const enum sim_access accesses[3] = {SIM_READ, SIM_WRITE, SIM_EXECUTE};

    select_space(0);
    for (u32 rights = 1; rights < 8U; rights++) {
        struct machine_mapping m = mapping(rights * PAGE_SIZE, SIM_RAM_BASE, PAGE_SIZE);

        m.access = (u8)rights;
        cr_assert_eq(map_all(0, m), 1U);
        for (u32 i = 0; i < 3U; i++) {
            /* A fetch is a read too. */
            u32 needed = 1U << i | (accesses[i] == SIM_EXECUTE ? ACCESS_READ : 0U);
            bool allowed = (rights & needed) == needed;

            cr_assert_eq(fault_kind(m.gpa.raw, accesses[i]),
                         allowed ? SIM_FAULT_NONE : SIM_FAULT_PERMISSION, "rights %u access %u",
                         rights, i);
        }
    }
}

Test(stage2, uses_2_mib_blocks)
{
    u32 level;

    select_space(0);
    cr_assert_eq(map_all(0, mapping(4U * BLOCK, SIM_RAM_BASE, 3U * BLOCK)), 1U);
    cr_assert_eq(descriptor(5U * BLOCK, &level), (SIM_RAM_BASE + BLOCK) | 0x7fdU);
    cr_assert_eq(level, 2U);
    cr_assert(reaches(5U * BLOCK + 0x12344U, SIM_READ, SIM_RAM_BASE + BLOCK + 0x12344U));
    cr_assert_eq(fault_kind(7U * BLOCK, SIM_READ), SIM_FAULT_TRANSLATION);
    cr_assert_eq(tables_used(), 1U);
}

Test(stage2, uses_1_gib_blocks)
{
    u32 level;

    select_space(0);
    cr_assert_eq(map_all(0, mapping(GIB, 2U * GIB, GIB)), 1U);
    cr_assert_eq(descriptor(GIB, &level), 2U * GIB | 0x7fdU);
    cr_assert_eq(level, 1U);
    cr_assert(reaches(GIB + 0x2345678U, SIM_READ, 2U * GIB + 0x2345678U));
    cr_assert_eq(tables_used(), 0U);
}

Test(stage2, unaligned_physical_address_takes_pages)
{
    u32 level;

    select_space(0);
    cr_assert_eq(map_all(0, mapping(0, SIM_RAM_BASE + PAGE_SIZE, BLOCK)), 8U);
    (void)descriptor(0, &level);
    cr_assert_eq(level, 3U);
    cr_assert(reaches(BLOCK - 4U, SIM_READ, SIM_RAM_BASE + BLOCK + PAGE_SIZE - 4U));
}

Test(stage2, unaligned_guest_address_takes_pages)
{
    u32 start = BLOCK + PAGE_SIZE;

    select_space(0);
    cr_assert_eq(map_all(0, mapping(start, SIM_RAM_BASE, BLOCK)), 9U);
    cr_assert(reaches(start, SIM_READ, SIM_RAM_BASE));
    cr_assert(reaches(start + BLOCK - 4U, SIM_READ, SIM_RAM_BASE + BLOCK - 4U));
    cr_assert_eq(fault_kind(BLOCK, SIM_READ), SIM_FAULT_TRANSLATION);
    cr_assert_eq(fault_kind(start + BLOCK, SIM_READ), SIM_FAULT_TRANSLATION);
}

Test(stage2, one_step_fills_at_most_one_table)
{
    struct machine_mapping m = mapping(0x1ff000, SIM_RAM_BASE, 3U * PAGE_SIZE);

    select_space(0);
    cr_assert_eq(machine_space_map(0, &m), PAGE_SIZE);
    cr_assert_eq(fault_kind(0x200000, SIM_READ), SIM_FAULT_TRANSLATION);
    m = mapping(0x200000, SIM_RAM_BASE + PAGE_SIZE, 2U * PAGE_SIZE);
    cr_assert_eq(machine_space_map(0, &m), 2U * PAGE_SIZE);
}

Test(stage2, mixes_pages_and_blocks)
{
    u32 start = BLOCK - 2U * PAGE_SIZE;
    u32 size = 2U * BLOCK + 3U * PAGE_SIZE;

    select_space(0);
    cr_assert_eq(map_all(0, mapping(start, SIM_RAM_BASE + start, size)), 3U);
    for (u32 offset = 0; offset < size; offset += PAGE_SIZE) {
        cr_assert(reaches(start + offset, SIM_WRITE, SIM_RAM_BASE + start + offset));
    }
    cr_assert_eq(fault_kind(start - 1U, SIM_READ), SIM_FAULT_TRANSLATION);
    cr_assert_eq(fault_kind(start + size, SIM_READ), SIM_FAULT_TRANSLATION);
    cr_assert_eq(tables_used(), 3U);
}

Test(stage2, maps_the_last_page_below_4_gib)
{
    select_space(0);
    cr_assert_eq(map_all(0, mapping(0xffffe000U, SIM_RAM_BASE, 2U * PAGE_SIZE)), 1U);
    cr_assert(reaches(0xffffffffU, SIM_READ, SIM_RAM_BASE + 0x1fffU));
    cr_assert_eq(fault_kind(0, SIM_READ), SIM_FAULT_TRANSLATION);
}

static void assert_refused(u32 gpa, u32 pa, u32 size)
{
    struct machine_mapping m = mapping(gpa, pa, size);
    u32 pool = machine_table_page_count() * PAGE_SIZE;
    u8 *before = malloc(pool);

    memcpy(before, sim_ram_at(&sim.ram, machine_table_page(0), pool), pool);
    cr_assert_eq(machine_space_map(0, &m), 0U);
    cr_assert_eq(memcmp(before, sim_ram_at(&sim.ram, machine_table_page(0), pool), pool), 0);
    free(before);
}

Test(stage2, valid_entries_are_never_replaced)
{
    select_space(0);
    map_all(0, mapping(0x10000, SIM_RAM_BASE, PAGE_SIZE));
    assert_refused(0x10000, SIM_RAM_BASE + 0x8000, PAGE_SIZE);
    map_all(0, mapping(BLOCK, SIM_RAM_BASE, BLOCK));
    assert_refused(BLOCK, SIM_RAM_BASE + BLOCK, BLOCK);
    assert_refused(BLOCK + 0x3000U, SIM_RAM_BASE, PAGE_SIZE);
    map_all(0, mapping(GIB, GIB, GIB));
    assert_refused(GIB, 0, GIB);
    assert_refused(GIB + BLOCK, SIM_RAM_BASE, BLOCK);
    assert_refused(GIB + 0x7000U, SIM_RAM_BASE, PAGE_SIZE);
    cr_assert(reaches(0x10000, SIM_READ, SIM_RAM_BASE));
}

Test(stage2, a_step_stops_before_what_is_in_the_way)
{
    struct machine_mapping m = mapping(0x10000, SIM_RAM_BASE, 8U * PAGE_SIZE);

    select_space(0);
    map_all(0, mapping(0x13000, SIM_RAM_BASE + 0x100000U, PAGE_SIZE));
    cr_assert_eq(machine_space_map(0, &m), 3U * PAGE_SIZE);
    cr_assert(reaches(0x13000, SIM_READ, SIM_RAM_BASE + 0x100000U));
    cr_assert_eq(fault_kind(0x14000, SIM_READ), SIM_FAULT_TRANSLATION);
}

/* gpa, pa, size, and the table pages that mapping it takes in an empty space. */
static const u32 estimates[][4] = {
    {0, PAGE_SIZE * 3U, PAGE_SIZE, 2},
    {BLOCK - PAGE_SIZE, 0, 2U * PAGE_SIZE, 3},
    {0, PAGE_SIZE, 3U * BLOCK, 4},
    {GIB - PAGE_SIZE, 0, BLOCK, 4},
    {0xfffff000U, 0, PAGE_SIZE, 2},
    /* 2 MiB blocks */
    {BLOCK, 0, BLOCK, 1},
    {BLOCK, 0, 5U * BLOCK, 1},
    {BLOCK - PAGE_SIZE, BLOCK - PAGE_SIZE, BLOCK, 3},
    {BLOCK - PAGE_SIZE, BLOCK - PAGE_SIZE, 2U * BLOCK, 3},
    {BLOCK + PAGE_SIZE, PAGE_SIZE, 2U * BLOCK - PAGE_SIZE, 2},
    {GIB - BLOCK, 0, 2U * BLOCK, 2},
    {0U - BLOCK, 0, BLOCK, 1},
    {0, BLOCK, GIB, 1},
    /* 1 GiB blocks */
    {GIB, 0, GIB, 0},
    {0, 0, 0U - GIB, 0},
    {GIB, GIB, 2U * GIB, 0},
    {3U * GIB, GIB, GIB, 0},
    {0, GIB, GIB + PAGE_SIZE, 2},
    {GIB - PAGE_SIZE, 0U - PAGE_SIZE, GIB + PAGE_SIZE, 2},
    {GIB - BLOCK, GIB - BLOCK, GIB + 2U * BLOCK, 2},
    {0, 0, 0xfffff000U, 2},
};

Test(stage2, table_estimate_is_exact_in_an_empty_space)
{
    for (u32 i = 0; i < ARRAY_SIZE(estimates); i++) {
        struct machine_mapping m = mapping(estimates[i][0], estimates[i][1], estimates[i][2]);
        prepare();
        select_space(0);
        cr_assert_eq(machine_space_tables(&m), estimates[i][3], "estimate %u: %u", i,
                     machine_space_tables(&m));
        cr_assert_neq(map_all(0, m), 0U);
        cr_assert_eq(tables_used(), estimates[i][3], "mapping %u", i);
    }
}

Test(stage2, table_estimate_counts_the_whole_space)
{
    struct machine_mapping m = mapping(0, PAGE_SIZE, 0xfffff000U);

    cr_assert_eq(machine_space_tables(&m), 4U + 2048U);
}

static u32 draw(u32 below)
{
    static u64 state = 88172645463325252ULL;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (u32)(state >> 32) % below;
}

/* Of any size from a page to some GiB, aligned alike or not. */
static struct machine_mapping mapping_draw(void)
{
    static const u32 units[] = {PAGE_SIZE, PAGE_SIZE, BLOCK, BLOCK, GIB};
    u32 unit = units[draw(ARRAY_SIZE(units))];
    u32 size = unit * (1U + draw(unit == GIB ? 2U : 3U)) + draw(3) * PAGE_SIZE;
    u32 gpa = draw(3) * GIB + draw(4) * BLOCK + draw(3) * PAGE_SIZE;
    u32 pa = draw(2) == 0 ? gpa & (unit - 1U) : draw(3) * BLOCK + draw(3) * PAGE_SIZE;

    if (gpa + (size - 1U) < gpa) {
        gpa = 0U - size;
    }
    return mapping(gpa, pa, size);
}

static void unmap_all(u32 gpa, u32 size)
{
    while (size != 0) {
        size -= machine_space_unmap(0, hw_vttbr_read(), gpaddr(gpa), size);
    }
}

Test(stage2, table_estimate_is_exact_for_thousands_of_mappings)
{
    u32 mapped = 0;

    select_space(0);
    while (mapped < 2000U) {
        struct machine_mapping m = mapping_draw();
        u32 estimate = machine_space_tables(&m);
        if (estimate > kernel.table_count) {
            continue;
        }
        cr_assert_neq(map_all(0, m), 0U);
        cr_assert_eq(tables_used(), estimate, "gpa 0x%x pa 0x%x size 0x%x: %u used, not %u",
                     m.gpa.raw, m.pa.raw, m.size, tables_used(), estimate);
        unmap_all(m.gpa.raw, m.size);
        cr_assert_eq(tables_used(), 0U);
        mapped++;
    }
}

/* Over each other too: what is in the way ends a mapping, it never costs more. */
Test(stage2, table_estimate_is_enough_in_any_space)
{
    for (u32 round = 0; round < 40U; round++) {
        prepare();
        select_space(0);
        for (u32 i = 0; i < 20U; i++) {
            struct machine_mapping m = mapping_draw();
            u32 before = tables_used();
            u32 estimate = machine_space_tables(&m);
            if (estimate <= kernel.table_count) {
                (void)map_all(0, m);
                cr_assert_leq(tables_used() - before, estimate, "gpa 0x%x pa 0x%x size 0x%x",
                              m.gpa.raw, m.pa.raw, m.size);
            }
        }
    }
}

Test(stage2, random_mappings_match_a_plain_model)
{
    /* 8 MiB of space, in pages; 0 = unmapped, else physical page + 1. */
    static u32 model[2048];
    struct sim_random r;

    sim_random_seed(&r, 42, 0);
    for (u32 round = 0; round < 20U; round++) {
        prepare();
        sim_mmu_speculate_every(&sim.mmu, 3);
        memset(model, 0, sizeof(model));
        select_space(5);
        for (u32 i = 0; i < 12U; i++) {
            u32 align = sim_random_below(&r, 2) != 0 ? 512U : 1U;
            u32 first = sim_random_below(&r, 2048) / align * align;
            u32 count = 1U + sim_random_below(&r, 2048U - first);
            u32 pa = sim_random_below(&r, 1024) / align * align;
            struct machine_mapping m =
                mapping(first * PAGE_SIZE, SIM_RAM_BASE + pa * PAGE_SIZE, count * PAGE_SIZE);
            u32 done = machine_space_map(5, &m);

            cr_assert(done > 0 || model[first] != 0);
            for (u32 page = 0; page < done / PAGE_SIZE; page++) {
                cr_assert_eq(model[first + page], 0U);
                model[first + page] = pa + page + 1U;
            }
        }
        for (u32 page = 0; page < 2048U; page++) {
            if (model[page] == 0) {
                cr_assert_eq(fault_kind(page * PAGE_SIZE, SIM_READ), SIM_FAULT_TRANSLATION);
            } else {
                u32 pa = SIM_RAM_BASE + (model[page] - 1U) * PAGE_SIZE;

                cr_assert(reaches(page * PAGE_SIZE + 8U, SIM_READ, pa + 8U));
            }
        }
    }
}

Test(stage2, spaces_are_apart)
{
    u64 a = machine_space_init(0);
    u64 b = machine_space_init(1);

    map_all(0, mapping(0x10000, SIM_RAM_BASE, PAGE_SIZE));
    map_all(1, mapping(0x10000, SIM_RAM_BASE + 0x9000U, PAGE_SIZE));
    map_all(1, mapping(0x20000, SIM_RAM_BASE + 0xa000U, PAGE_SIZE));
    for (u32 round = 0; round < 2U; round++) {
        sim_mmu_set_vttbr(&sim.mmu, a);
        cr_assert(reaches(0x10000, SIM_READ, SIM_RAM_BASE));
        cr_assert_eq(fault_kind(0x20000, SIM_READ), SIM_FAULT_TRANSLATION);
        sim_mmu_set_vttbr(&sim.mmu, b);
        cr_assert(reaches(0x10000, SIM_READ, SIM_RAM_BASE + 0x9000U));
        cr_assert(reaches(0x20000, SIM_READ, SIM_RAM_BASE + 0xa000U));
    }
}
