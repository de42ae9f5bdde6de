/* SPDX-License-Identifier: BSD-2-Clause */
/* The MMU model itself: what it caches, what it forgets and when, and its
 * faults, on tables that the real driver made and the tests then damage. */
#include <criterion/criterion.h>
#include <string.h>

#include "hw_access.h"
#include "machine.h"
#include "sim.h"
#include "space.h"

#define BLOCK (2U * MIB)
#define IPA 0x40000U
#define PA (SIM_RAM_BASE + 0x8000U)

static u64 vttbr;

static void map(u32 cell, u32 gpa, u32 pa, u32 size)
{
    struct machine_mapping m = {.gpa = {gpa},
                                .pa = {pa},
                                .size = size,
                                .memory = MEMORY_NORMAL,
                                .access = ACCESS_READ | ACCESS_WRITE | ACCESS_EXECUTE};

    while (m.size != 0) {
        u32 mapped = machine_space_map(cell, &m);
        cr_assert_neq(mapped, 0);
        m.gpa.raw += mapped;
        m.pa.raw += mapped;
        m.size -= mapped;
    }
}

static void prepare(void)
{
    sim_machine_reset(1);
    sim_mmu_reset(&sim.mmu, 1);
    space_tables_reset();
    vttbr = machine_space_init(0);
    sim_mmu_set_vttbr(&sim.mmu, vttbr);
    map(0, IPA, PA, 4U * PAGE_SIZE);
}

/* Where the descriptor of a level stands that an access to ipa uses. */
static paddr_t entry(u32 ipa, u32 level)
{
    paddr_t at = paddr((u32)vttbr + (ipa >> 30) * 8U);

    for (u32 i = 2; i <= level; i++) {
        u32 table = (u32)sim_ram_read64(&sim.ram, at) & 0xfffff000U;

        at = paddr(table + ((ipa >> (39U - 9U * i)) % 512U) * 8U);
    }
    return at;
}

static u64 load(u32 ipa, u32 level)
{
    return sim_ram_read64(&sim.ram, entry(ipa, level));
}

static void store(u32 ipa, u32 level, u64 descriptor)
{
    sim_ram_write64(&sim.ram, entry(ipa, level), descriptor);
}

static u32 read_at(u32 ipa)
{
    struct sim_fault fault;
    paddr_t out = {0};

    return sim_mmu_translate(&sim.mmu, &sim.ram, ipa, SIM_READ, &out, &fault) ? out.raw : 0;
}

static struct sim_fault fault_at(u32 ipa, enum sim_access access)
{
    struct sim_fault fault = {0};
    paddr_t out;

    cr_assert_not(sim_mmu_translate(&sim.mmu, &sim.ram, ipa, access, &out, &fault));
    cr_assert_eq(fault.ipa, ipa);
    cr_assert_eq(fault.access, access);
    return fault;
}

TestSuite(mmu, .init = prepare);

Test(mmu, keeps_a_stale_translation_until_told)
{
    cr_assert_eq(read_at(IPA), PA);
    store(IPA, 3, 0);
    for (u32 i = 0; i < 1000U; i++) {
        cr_assert_eq(read_at(IPA + 4U), PA + 4U);
    }
    sim_mmu_tlbi_mva(&sim.mmu, IPA);
    cr_assert_eq(read_at(IPA), 0U);
}

Test(mmu, stale_rights_last_too)
{
    struct sim_fault fault;
    paddr_t out;

    cr_assert_eq(read_at(IPA), PA);
    store(IPA, 3, load(IPA, 3) & ~((u64)1 << 7));
    cr_assert(sim_mmu_translate(&sim.mmu, &sim.ram, IPA, SIM_WRITE, &out, &fault));
    sim_mmu_tlbi_vmid(&sim.mmu);
    cr_assert_eq(fault_at(IPA, SIM_WRITE).kind, SIM_FAULT_PERMISSION);
    cr_assert_eq(read_at(IPA), PA);
}

Test(mmu, switching_spaces_forgets_nothing)
{
    u64 other = machine_space_init(1);

    cr_assert_eq(read_at(IPA), PA);
    store(IPA, 3, 0);
    sim_mmu_set_vttbr(&sim.mmu, other);
    cr_assert_eq(read_at(IPA), 0U);
    sim_mmu_set_vttbr(&sim.mmu, vttbr);
    cr_assert_eq(read_at(IPA), PA);
}

Test(mmu, invalidation_by_address_spares_other_pages)
{
    cr_assert_eq(read_at(IPA), PA);
    cr_assert_eq(read_at(IPA + PAGE_SIZE), PA + PAGE_SIZE);
    store(IPA, 3, 0);
    store(IPA + PAGE_SIZE, 3, 0);
    sim_mmu_tlbi_mva(&sim.mmu, IPA + PAGE_SIZE);
    cr_assert_eq(read_at(IPA), PA);
    cr_assert_eq(read_at(IPA + PAGE_SIZE), 0U);
}

Test(mmu, invalidation_is_of_the_current_vmid_only)
{
    u64 other = machine_space_init(1);

    cr_assert_eq(read_at(IPA), PA);
    store(IPA, 3, 0);
    sim_mmu_set_vttbr(&sim.mmu, other);
    sim_mmu_tlbi_mva(&sim.mmu, IPA);
    sim_mmu_tlbi_vmid(&sim.mmu);
    sim_mmu_set_vttbr(&sim.mmu, vttbr);
    cr_assert_eq(read_at(IPA), PA, "still stale");
    sim_mmu_set_vttbr(&sim.mmu, other);
    sim_mmu_tlbi_all(&sim.mmu);
    sim_mmu_set_vttbr(&sim.mmu, vttbr);
    cr_assert_eq(read_at(IPA), 0U);
}

Test(mmu, any_address_of_a_block_invalidates_it)
{
    map(0, BLOCK, SIM_RAM_BASE + BLOCK, BLOCK);
    for (u32 offset = 0; offset < BLOCK; offset += 0x11000U) {
        cr_assert_eq(read_at(BLOCK + offset), SIM_RAM_BASE + BLOCK + offset);
    }
    store(BLOCK, 2, 0);
    sim_mmu_tlbi_mva(&sim.mmu, BLOCK + 0x7f000U);
    for (u32 offset = 0; offset < BLOCK; offset += 0x11000U) {
        cr_assert_eq(read_at(BLOCK + offset), 0U);
    }
}

/* What a TLB holds of stage 2 alone (B3.10.5), it holds on. */
Test(mmu, entries_of_stage_2_alone_outlive_invalidation_by_address)
{
    u32 stale = 0;

    sim_mmu_speculate_every(&sim.mmu, 1000);
    for (u32 i = 0; i < 200U; i++) {
        u64 good = load(IPA, 3);

        cr_assert_eq(read_at(IPA), PA);
        store(IPA, 3, 0);
        sim_mmu_tlbi_mva(&sim.mmu, IPA);
        stale += read_at(IPA) != 0;
        sim_mmu_tlbi_vmid(&sim.mmu);
        cr_assert_eq(read_at(IPA), 0, "all of a VMID is all of it");
        store(IPA, 3, good);
    }
    cr_assert_gt(stale, 10U);
    cr_assert_lt(stale, 190U);
}

Test(mmu, entries_of_stage_2_alone_go_with_their_vmid_only)
{
    u64 other = machine_space_init(1);

    map(1, IPA, PA + PAGE_SIZE, PAGE_SIZE);
    sim_mmu_speculate_every(&sim.mmu, 1000);
    for (u32 i = 0; i < 200U; i++) {
        sim_mmu_set_vttbr(&sim.mmu, i % 2U == 0 ? vttbr : other);
        cr_assert_eq(read_at(IPA), i % 2U == 0 ? PA : PA + PAGE_SIZE);
        sim_mmu_tlbi_vmid(&sim.mmu);
    }
    sim_mmu_tlbi_all(&sim.mmu);
    for (u32 i = 0; i < SIM_IPA_ENTRIES; i++) {
        cr_assert_eq(sim.mmu.ipa[i].tag, 0);
    }
}

/* A write to a table is seen by the walker when a DSB has come, or before. */
Test(mmu, table_writes_are_seen_late_and_at_a_barrier_at_last)
{
    u32 late = 0;

    for (u32 i = 0; i < 200U; i++) {
        u64 good = load(IPA, 3);

        sim_mmu_tlbi_vmid(&sim.mmu);
        hw_table_write(entry(IPA, 3), 0);
        cr_assert_eq(load(IPA, 3), 0, "the writer sees it");
        late += read_at(IPA) != 0;
        hw_dsb();
        sim_mmu_tlbi_vmid(&sim.mmu);
        cr_assert_eq(read_at(IPA), 0);
        hw_table_write(entry(IPA, 3), good);
        hw_dsb();
        cr_assert_eq(read_at(IPA), PA);
    }
    cr_assert_gt(late, 0);
}

/* Two writes to two places are seen in any order; two to one in theirs. */
Test(mmu, table_writes_are_seen_in_any_order)
{
    u32 reversed = 0;
    u32 straight = 0;

    for (u32 i = 0; i < 500U; i++) {
        u32 value = i + 2U;
        u64 seen[2];

        for (u32 n = 0; n < 12U; n++) {
            hw_table_write(entry(IPA, 3), ((u64)value << 32) + n);
            hw_table_write(entry(IPA + PAGE_SIZE, 3), ((u64)value << 32) + n);
        }
        for (u32 n = 0; n < 2U; n++) {
            u32 at = entry(IPA + n * PAGE_SIZE, 3).raw;
            u32 s = 0;
            while (s < sim.mmu.store_count && sim.mmu.stores[s].at != at) {
                s++;
            }
            seen[n] = s < sim.mmu.store_count ? sim.mmu.stores[s].before
                                              : ((u64)value << 32) + 11U;
        }
        reversed += seen[1] > seen[0];
        straight += seen[0] > seen[1];
        hw_dsb();
    }
    cr_assert_gt(reversed, 0);
    cr_assert_gt(straight, 0);
}

Test(mmu, an_invalidation_is_done_at_the_next_barrier)
{
    cr_assert_eq(read_at(IPA), PA);
    store(IPA, 3, 0);
    hw_tlbi_allis();
    cr_assert_eq(read_at(IPA), PA);
    hw_dsb();
    cr_assert_eq(read_at(IPA), 0);
}

Test(mmu, vttbr_counts_from_the_next_isb_on)
{
    u64 other = machine_space_init(1);

    hw_vttbr_write(other);
    cr_assert_eq(hw_vttbr_read(), other);
    cr_assert_eq(read_at(IPA), PA);
    hw_isb();
    cr_assert_eq(read_at(IPA), 0);
}

Test(mmu, table_pointers_outlive_invalidation_by_address)
{
    paddr_t other = machine_table_page(20);

    cr_assert_eq(read_at(IPA), PA);
    /* Another level-3 table takes the place of the first. */
    sim_ram_write64(&sim.ram, paddr(other.raw + ((IPA >> 12) % 512U) * 8U),
                    (u64)(PA + 0x100000U) | 0x7ffU);
    store(IPA, 2, other.raw | 3U);
    sim_mmu_tlbi_mva(&sim.mmu, IPA);
    cr_assert_eq(read_at(IPA), PA, "walked through the remembered table");
    sim_mmu_tlbi_vmid(&sim.mmu);
    cr_assert_eq(read_at(IPA), PA + 0x100000U);
}

Test(mmu, table_pointers_end_by_address_on_lenient_hardware)
{
    sim.mmu.walks_end_by_mva = true;
    cr_assert_eq(read_at(IPA), PA);
    store(IPA, 2, 0);
    sim_mmu_tlbi_mva(&sim.mmu, IPA);
    cr_assert_eq(read_at(IPA), 0U);
}

Test(mmu, faults_are_not_cached)
{
    cr_assert_eq(read_at(IPA + 4U * PAGE_SIZE), 0U);
    map(0, IPA + 4U * PAGE_SIZE, PA, PAGE_SIZE);
    cr_assert_eq(read_at(IPA + 4U * PAGE_SIZE), PA);
}

Test(mmu, translation_faults_name_the_level)
{
    cr_assert_eq(fault_at(0x80000000U, SIM_READ).level, 1);
    cr_assert_eq(fault_at(IPA + BLOCK, SIM_WRITE).level, 2);
    cr_assert_eq(fault_at(IPA - PAGE_SIZE, SIM_EXECUTE).level, 3);
    cr_assert_eq(fault_at(IPA - PAGE_SIZE, SIM_EXECUTE).kind, SIM_FAULT_TRANSLATION);
}

Test(mmu, access_flag_fault)
{
    struct sim_fault fault;

    store(IPA, 3, load(IPA, 3) & ~((u64)1 << 10));
    fault = fault_at(IPA, SIM_READ);
    cr_assert_eq(fault.kind, SIM_FAULT_ACCESS_FLAG);
    cr_assert_eq(fault.level, 3);
}

Test(mmu, reserved_encodings_fault)
{
    u64 good = load(IPA, 3);
    u64 bad[] = {good & ~(u64)2,                    /* block at level 3 */
                 (good & ~(u64)0x3c) | (u64)2 << 2, /* MemAttr 0b0010 */
                 (good & ~(u64)0x3c) | (u64)8 << 2, /* MemAttr 0b1000 */
                 (good & ~(u64)0x300) | 0x100};     /* SH 0b01 */

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        store(IPA, 3, bad[i]);
        cr_assert_eq(fault_at(IPA, SIM_READ).kind, SIM_FAULT_TRANSLATION, "%zu", i);
        cr_assert_neq(fault_at(IPA, SIM_READ).reserved, 0, "%zu", i);
    }
    store(IPA, 3, good);
    cr_assert_eq(read_at(IPA), PA);
}

Test(mmu, table_outside_ram_is_an_abort_of_the_walk)
{
    store(IPA, 2, 0x09000003U);
    cr_assert_eq(fault_at(IPA, SIM_READ).kind, SIM_FAULT_WALK);
    cr_assert_eq(fault_at(IPA, SIM_READ).level, 3);
    store(BLOCK, 2, 0xff00000003U);
    cr_assert_eq(fault_at(BLOCK, SIM_READ).kind, SIM_FAULT_WALK);
}

Test(mmu, output_beyond_32_bits_is_an_address_size_fault)
{
    store(IPA, 3, load(IPA, 3) | (u64)1 << 36);
    cr_assert_eq(fault_at(IPA, SIM_READ).kind, SIM_FAULT_ADDRESS_SIZE);
}

Test(mmu, smaller_input_range_faults_above_it)
{
    sim.mmu.vtcr = SIM_MMU_VTCR | 2U; /* T0SZ 2: 30 bits */
    cr_assert_eq(read_at(IPA), PA);
    map(0, 0x40000000U, PA, PAGE_SIZE);
    cr_assert_eq(fault_at(0x40000000U, SIM_READ).kind, SIM_FAULT_TRANSLATION);
}

/* Below what BADDR must be aligned to, there are zeroes, whatever was written (B4.1, VTTBR): a
 * root that is less aligned is another. */
Test(mmu, a_root_is_as_aligned_as_its_table_is_large)
{
    static const struct {
        u32 vtcr;
        u32 least;
    } of[] = {{SIM_MMU_VTCR, 32}, {SIM_MMU_VTCR_NARROW(2U), 4096}, {SIM_MMU_VTCR_NARROW(7U), 128}};

    for (u32 i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        u32 root = SIM_RAM_BASE + 0x10000U;
        /* A block of level 1, or of level 2, for the lowest addresses. */
        u64 block = load(IPA, 3) & ~(u64)2 & ~(u64)(0x40000000U - PAGE_SIZE);
        sim_ram_write64(&sim.ram, paddr(root), block);
        for (u32 off = of[i].least / 2U; off >= 8U; off /= 2U) {
            sim_mmu_reset(&sim.mmu, 1);
            sim.mmu.vtcr = of[i].vtcr;
            sim_mmu_set_vttbr(&sim.mmu, (u64)1 << 48 | (root + off));
            cr_assert_neq(read_at(0x1000U), 0, "VTCR %x, %u off", of[i].vtcr, off);
        }
        sim_mmu_set_vttbr(&sim.mmu, (u64)2 << 48 | (root + of[i].least));
        cr_assert_eq(read_at(0x1000U), 0, "the next root is another");
    }
}

Test(mmu, syndrome_has_class_status_and_direction)
{
    cr_assert_eq(sim_fault_hsr(&(struct sim_fault){0, SIM_FAULT_TRANSLATION, 2, SIM_READ, 0}),
                 0x92000006U);
    cr_assert_eq(sim_fault_hsr(&(struct sim_fault){0, SIM_FAULT_PERMISSION, 3, SIM_WRITE, 0}),
                 0x9200004fU);
    cr_assert_eq(sim_fault_hsr(&(struct sim_fault){0, SIM_FAULT_ACCESS_FLAG, 1, SIM_EXECUTE, 0}),
                 0x82000009U);
}

Test(mmu, speculation_caches_pages_nobody_touched)
{
    sim_mmu_speculate_every(&sim.mmu, 4);
    for (u32 i = 0; i < 1000U; i++) {
        cr_assert_eq(read_at(IPA), PA);
    }
    cr_assert_gt(sim.mmu.speculations, 100U);
    cr_assert_lt(sim.mmu.speculations, 500U);
    cr_assert(sim_mmu_holds(&sim.mmu, 1, IPA + 2U * PAGE_SIZE));
    cr_assert_not(sim_mmu_holds(&sim.mmu, 1, IPA + 4U * PAGE_SIZE), "faults are not cached");
}

Test(mmu, without_speculation_only_touched_pages_are_cached)
{
    for (u32 i = 0; i < 1000U; i++) {
        cr_assert_eq(read_at(IPA), PA);
    }
    cr_assert_eq(sim.mmu.walks, 1U);
    cr_assert(sim_mmu_holds(&sim.mmu, 1, IPA));
    cr_assert_not(sim_mmu_holds(&sim.mmu, 1, IPA + PAGE_SIZE));
}

Test(mmu, invalidation_before_the_write_is_too_early)
{
    u32 stale = 0;

    /* The wrong order: while the old descriptor stands, hardware may fetch it
     * again right after the invalidation. */
    sim_mmu_speculate_every(&sim.mmu, 2);
    for (u32 i = 0; i < 500U; i++) {
        u64 good = load(IPA, 3);

        (void)read_at(IPA);
        sim_mmu_tlbi_vmid(&sim.mmu);
        hw_table_write(entry(IPA, 3), 0);
        hw_dsb();
        stale += read_at(IPA) != 0;
        hw_table_write(entry(IPA, 3), good);
        hw_dsb();
    }
    cr_assert_gt(stale, 0U);
    for (u32 i = 0; i < 500U; i++) {
        u64 good = load(IPA, 3);

        (void)read_at(IPA);
        hw_table_write(entry(IPA, 3), 0);
        hw_dsb();
        sim_mmu_tlbi_vmid(&sim.mmu);
        cr_assert_eq(read_at(IPA), 0U, "the right order leaves nothing");
        hw_table_write(entry(IPA, 3), good);
        hw_dsb();
    }
}

Test(mmu, same_seed_caches_the_same)
{
    static struct sim_mmu first;

    for (u32 round = 0; round < 2U; round++) {
        sim_mmu_reset(&sim.mmu, 99);
        sim_mmu_speculate_every(&sim.mmu, 5);
        sim_mmu_set_vttbr(&sim.mmu, vttbr);
        for (u32 i = 0; i < 300U; i++) {
            (void)read_at(IPA + (i % 4U) * PAGE_SIZE);
        }
        if (round == 0) {
            first = sim.mmu;
        }
    }
    cr_assert_eq(memcmp(&first, &sim.mmu, sizeof(first)), 0);
}

Test(mmu, overflow_evicts_and_stays_right)
{
    u32 pages = 4096;

    for (u32 block = 1; block <= pages / 512U; block++) {
        /* Not aligned to 2 MiB in physical memory, so by pages. */
        map(0, block * BLOCK, SIM_RAM_BASE + PAGE_SIZE, BLOCK);
    }
    for (u32 round = 0; round < 2U; round++) {
        for (u32 page = 0; page < pages; page++) {
            u32 offset = page * PAGE_SIZE % BLOCK;

            cr_assert_eq(read_at(BLOCK + page * PAGE_SIZE), SIM_RAM_BASE + PAGE_SIZE + offset);
        }
    }
    cr_assert_gt(sim.mmu.evictions, 0U);
    sim_mmu_tlbi_vmid(&sim.mmu);
    for (u32 page = 0; page < pages; page++) {
        cr_assert_not(sim_mmu_holds(&sim.mmu, 1, BLOCK + page * PAGE_SIZE));
    }
}

static void assert_front_is_in_tlb(void)
{
    for (u32 slot = 0; slot < SIM_FRONT_ENTRIES; slot++) {
        u32 tag = sim.mmu.front[slot].tag;

        cr_assert(tag == 0 || sim_mmu_holds(&sim.mmu, (tag >> 20) & 0xffU, tag << PAGE_SHIFT));
    }
}

Test(mmu, front_holds_nothing_that_was_invalidated)
{
    struct sim_random r;

    sim_random_seed(&r, 5, 0);
    sim_mmu_speculate_every(&sim.mmu, 3);
    map(0, BLOCK, SIM_RAM_BASE + BLOCK, BLOCK);
    for (u32 i = 0; i < 5000U; i++) {
        (void)read_at(sim_random_below(&r, 2) != 0
                          ? IPA + sim_random_below(&r, 8) * PAGE_SIZE
                          : BLOCK + sim_random_below(&r, 512) * PAGE_SIZE);
        if (sim_random_below(&r, 50) == 0) {
            sim_mmu_tlbi_mva(&sim.mmu, BLOCK + sim_random_below(&r, 512) * PAGE_SIZE);
        }
        assert_front_is_in_tlb();
    }
}

Test(mmu, front_holds_nothing_that_was_evicted)
{
    for (u32 block = 1; block <= 8U; block++) {
        map(0, block * BLOCK, SIM_RAM_BASE + PAGE_SIZE, BLOCK);
    }
    for (u32 page = 0; page < 4096U; page++) {
        (void)read_at(BLOCK + page * PAGE_SIZE);
        assert_front_is_in_tlb();
    }
    cr_assert_gt(sim.mmu.evictions, 0U);
}
