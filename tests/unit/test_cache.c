/* SPDX-License-Identifier: BSD-2-Clause */
/* The caches' model alone: who sees what of memory, and when. */
#include <criterion/criterion.h>
#include <string.h>

#include "cache.h"
#include "sim.h"
#include "space.h"

#define AT SIM_RAM_BASE
#define LINE SIM_CACHE_LINE
/* Lines this far apart compete for the same four ways. */
#define SET_STRIDE (SIM_CACHE_SETS * LINE)

static struct sim_cache *const cache = &sim.cache;
static struct sim_ram *const ram = &sim.ram;

static void prepare(void)
{
    sim_machine_reset(1);
    sim_cache_disturb_every(cache, 0);
}

static void check(void)
{
    const char *broken = sim_cache_check(cache);

    cr_assert(broken == NULL, "%s", broken);
}

TestSuite(cache, .init = prepare, .fini = check);

/* Through the data cache. */
static u32 cached_read(u32 at)
{
    sim_cache_touch(cache, ram, paddr(at), false);
    return sim_ram_read32(ram, paddr(at));
}

static void cached_write(u32 at, u32 value)
{
    sim_cache_touch(cache, ram, paddr(at), true);
    sim_ram_write32(ram, paddr(at), value);
}

/* As a device. */
static u32 device_read(u32 at)
{
    u32 value;

    sim_cache_memory_read(cache, ram, paddr(at), &value, sizeof(value));
    return SIM_LITTLE32(value);
}

static void device_write(u32 at, u32 value)
{
    u32 bytes = SIM_LITTLE32(value);

    sim_cache_memory_write(cache, ram, paddr(at), &bytes, sizeof(bytes));
}

static u32 fetch(u32 at)
{
    return sim_cache_fetch(cache, ram, paddr(at));
}

/* Uses more lines of the same set than there are ways, until this one is gone. */
static void crowd_out(u32 at)
{
    for (u32 i = 1; sim_cache_line_flags(cache, paddr(at)) != 0; i++) {
        cr_assert_lt(i, 1000, "the line is never evicted");
        (void)cached_read(AT + (at - AT + i % 64U * SET_STRIDE) % (SIM_RAM_SIZE / 2U));
    }
}

Test(cache, a_write_is_not_in_memory_until_it_is_cleaned)
{
    device_write(AT, 1);
    cached_write(AT, 2);
    cr_assert_eq(cached_read(AT), 2);
    cr_assert_eq(device_read(AT), 1);
    sim_cache_clean(cache, AT);
    cr_assert_eq(device_read(AT), 2);
    cr_assert_eq(cached_read(AT), 2);
    cr_assert_eq(sim_cache_line_flags(cache, paddr(AT)), SIM_LINE_VALID, "clean, and still there");
}

Test(cache, a_line_is_written_anew_after_cleaning)
{
    cached_write(AT, 1);
    sim_cache_clean(cache, AT);
    cached_write(AT, 2);
    cr_assert_eq(device_read(AT), 1);
}

Test(cache, eviction_writes_back)
{
    cached_write(AT + 4, 7);
    cr_assert_eq(device_read(AT + 4), 0);
    crowd_out(AT);
    cr_assert_eq(device_read(AT + 4), 7);
    cr_assert_eq(cached_read(AT + 4), 7);
    cr_assert_gt(cache->write_backs, 0);
}

Test(cache, a_reader_is_stale_after_a_device_wrote)
{
    (void)cached_read(AT);
    device_write(AT, 5);
    cr_assert_eq(cached_read(AT), 0);
    cr_assert_eq(device_read(AT), 5);
    sim_cache_invalidate(cache, ram, AT);
    cr_assert_eq(cached_read(AT), 5);
}

Test(cache, eviction_of_a_clean_line_shows_what_a_device_wrote)
{
    (void)cached_read(AT);
    device_write(AT, 5);
    crowd_out(AT);
    cr_assert_eq(device_read(AT), 5);
    cr_assert_eq(cached_read(AT), 5);
}

Test(cache, a_reader_that_had_no_line_sees_what_a_device_wrote)
{
    device_write(AT, 5);
    cr_assert_eq(cached_read(AT), 5);
}

Test(cache, invalidation_loses_what_was_not_cleaned)
{
    device_write(AT, 1);
    cached_write(AT, 2);
    sim_cache_invalidate(cache, ram, AT);
    cr_assert_eq(cached_read(AT), 1);
    cr_assert_eq(device_read(AT), 1);
}

Test(cache, cleaning_and_invalidating_loses_nothing)
{
    cached_write(AT, 2);
    sim_cache_clean_invalidate(cache, ram, AT);
    cr_assert_eq(sim_cache_line_flags(cache, paddr(AT)), 0);
    cr_assert_eq(device_read(AT), 2);
    cr_assert_eq(cached_read(AT), 2);
}

Test(cache, a_dirty_line_goes_over_what_a_device_wrote_beside_it)
{
    cached_write(AT, 1);
    device_write(AT + 60, 9);
    cr_assert_eq(device_read(AT + 60), 9);
    sim_cache_clean(cache, AT);
    cr_assert_eq(device_read(AT), 1);
    cr_assert_eq(device_read(AT + 60), 0, "the whole line is written back");
}

Test(cache, a_line_ends_after_64_bytes)
{
    cached_write(AT + LINE - 4U, 1);
    cached_write(AT + LINE, 2);
    sim_cache_clean(cache, AT);
    cr_assert_eq(device_read(AT + LINE - 4U), 1);
    cr_assert_eq(device_read(AT + LINE), 0);
    sim_cache_clean(cache, AT + 2U * LINE - 1U);
    cr_assert_eq(device_read(AT + LINE), 2);
}

Test(cache, a_device_reads_across_lines_of_every_kind)
{
    u8 bytes[3 * LINE];

    cached_write(AT, 0x11111111);
    sim_cache_clean(cache, AT);
    cached_write(AT + LINE, 0x22222222);
    device_write(AT + 2U * LINE, 0x33333333);
    sim_cache_memory_read(cache, ram, paddr(AT + 2U), bytes, sizeof(bytes) - 2U);
    cr_assert_eq(bytes[0], 0x11);
    cr_assert_eq(bytes[LINE - 2U], 0, "dirty");
    cr_assert_eq(bytes[2U * LINE - 2U], 0x33);
}

Test(cache, a_device_writes_across_lines_of_every_kind)
{
    u8 bytes[3 * LINE];

    memset(bytes, 0xee, sizeof(bytes));
    (void)cached_read(AT);
    cached_write(AT + LINE, 1);
    sim_cache_memory_write(cache, ram, paddr(AT + 8U), bytes, sizeof(bytes) - 8U);
    cr_assert_eq(cached_read(AT + 8U), 0, "clean line: stale");
    cr_assert_eq(cached_read(AT + LINE), 1, "dirty line: its own");
    cr_assert_eq(cached_read(AT + 2U * LINE), 0xeeeeeeeeU, "no line");
    sim_cache_invalidate(cache, ram, AT);
    sim_cache_invalidate(cache, ram, AT + LINE);
    cr_assert_eq(cached_read(AT), 0);
    cr_assert_eq(cached_read(AT + 8U), 0xeeeeeeeeU);
    cr_assert_eq(cached_read(AT + LINE), 0xeeeeeeeeU);
}

Test(cache, maintenance_of_lines_that_are_not_there_does_nothing)
{
    device_write(AT, 3);
    sim_cache_clean(cache, AT);
    sim_cache_unify(cache, AT);
    sim_cache_clean_invalidate(cache, ram, AT);
    sim_cache_invalidate(cache, ram, AT);
    sim_cache_invalidate(cache, ram, 0);
    sim_cache_clean(cache, 0xffffffffU);
    cr_assert_eq(device_read(AT), 3);
}

/* ---- instructions ----------------------------------------------------------*/

Test(cache, a_fetch_does_not_see_what_is_only_in_the_data_cache)
{
    cached_write(AT, 0xe12fff1e);
    cr_assert_eq(fetch(AT), 0);
    sim_cache_unify(cache, AT);
    cr_assert_eq(fetch(AT), 0, "the instruction cache has a line of its own");
    sim_cache_code_invalidate(cache, AT);
    cr_assert_eq(fetch(AT), 0xe12fff1e);
}

Test(cache, the_point_of_unification_is_not_memory)
{
    cached_write(AT, 1);
    sim_cache_unify(cache, AT);
    cr_assert_eq(fetch(AT), 1);
    cr_assert_eq(device_read(AT), 0);
    sim_cache_clean(cache, AT);
    cr_assert_eq(device_read(AT), 1);
}

Test(cache, a_line_that_is_written_after_unification_is_stale_to_fetches_again)
{
    cached_write(AT, 1);
    sim_cache_unify(cache, AT);
    cached_write(AT, 2);
    cr_assert_eq(fetch(AT), 1, "never older than what was unified");
    sim_cache_unify(cache, AT);
    cr_assert_eq(fetch(AT), 1);
    sim_cache_code_invalidate_all(cache);
    cr_assert_eq(fetch(AT), 2);
}

Test(cache, code_lines_compete_for_their_set)
{
    u32 stride = SIM_CODE_SETS * LINE;

    device_write(AT, 1);
    (void)fetch(AT);
    device_write(AT, 2);
    cr_assert_eq(fetch(AT), 1);
    for (u32 i = 1; i < 100U; i++) {
        (void)fetch(AT + i * stride);
    }
    cr_assert_eq(fetch(AT), 2);
}

/* ---- disturbance -----------------------------------------------------------*/

Test(cache, disturbance_never_changes_what_cached_readers_see)
{
    static u32 expected[1024];

    sim_cache_disturb_every(cache, 2);
    for (u32 i = 0; i < 40000U; i++) {
        u32 word = i * 7919U % ARRAY_SIZE(expected);
        cr_assert_eq(cached_read(AT + 4U * word), expected[word]);
        expected[word] = i;
        cached_write(AT + 4U * word, i);
    }
    cr_assert_gt(cache->disturbances, 10000);
    cr_assert_gt(cache->evictions, 0);
    check();
}

Test(cache, disturbance_writes_back_unasked)
{
    cached_write(AT, 1);
    sim_cache_disturb_every(cache, 1);
    for (u32 i = 0; device_read(AT) != 1; i++) {
        cr_assert_lt(i, 100000U);
        (void)cached_read(AT + MIB);
    }
}

Test(cache, disturbance_fills_lines_that_nobody_used)
{
    (void)cached_read(AT + MIB);
    sim_cache_disturb_every(cache, 1);
    for (u32 i = 0; cached_read(AT + MIB) == 0 && cache->held[MIB / PAGE_SIZE] < 3U; i++) {
        cr_assert_lt(i, 1000U);
    }
}

Test(cache, the_same_seed_does_the_same)
{
    static struct sim_cache first;

    for (u32 run = 0; run < 2U; run++) {
        sim_machine_reset(9);
        sim_cache_disturb_every(cache, 3);
        for (u32 i = 0; i < 5000U; i++) {
            cached_write(AT + i * 68U % 0x10000U, i);
        }
        if (run == 0) {
            first = *cache;
        }
    }
    cr_assert_eq(memcmp(&first, cache, sizeof(first)), 0);
}

/* ---- the hypervisor --------------------------------------------------------*/

Test(cache, the_hypervisors_copies_meet_lines_of_cells)
{
    u32 to = AT + PAGE_SIZE;

    cached_write(AT, 0xa);
    device_write(to, 1);
    (void)cached_read(to);
    machine_words_copy(paddr(to), paddr(AT), 32);
    cr_assert_eq(cached_read(to), 0xa, "from a dirty line to a clean one");
    cr_assert_eq(device_read(to), 1);
    crowd_out(to);
    cr_assert_eq(device_read(to), 0xa, "the line was dirty");
}

Test(cache, table_walks_see_descriptors_before_memory_does)
{
    struct machine_mapping m = {.gpa = {0}, .pa = {AT}, .size = PAGE_SIZE, .access = ACCESS_READ};
    u64 root = machine_space_init(0);
    struct sim_fault fault;
    paddr_t pa;

    space_tables_reset();
    cr_assert_eq(machine_space_map(0, &m), PAGE_SIZE);
    cr_assert_eq(device_read((u32)root), 0);
    cr_assert_neq(sim_ram_read32(ram, paddr((u32)root)), 0);
    sim_mmu_set_vttbr(&sim.mmu, root);
    cr_assert(sim_mmu_translate(&sim.mmu, ram, 0, SIM_READ, &pa, &fault));
}
