/* SPDX-License-Identifier: BSD-2-Clause */
/* arm/cache.c: exactly the operations that it must issue, on exactly the lines. */
#include <criterion/criterion.h>

#include "cache.h"
#include "machine.h"
#include "sim.h"

#define AT (SIM_RAM_BASE + 0x3000U)
#define CTR_PIPT 0xc000U
#define CTR_VIPT 0x8000U
/* Logarithms of line sizes in words: data, instructions; write-back granule. */
#define CTR(data, instructions, granule) \
    (0x80000000U | (granule) << 24 | (data) << 16 | (instructions))

static u32 events[256];
static struct sim_cache_log seen;

static void prepare(void)
{
    sim_machine_reset(1);
    seen = (struct sim_cache_log){.room = ARRAY_SIZE(events), .event = events};
    sim_cache_log = &seen;
}

TestSuite(arm_cache, .init = prepare);

static void expect_event(u32 i, enum sim_cache_event event, u32 mva)
{
    cr_assert_lt(i, seen.count, "only %u operations", seen.count);
    cr_assert_eq(events[i], mva | (u32)event, "operation %u is 0x%x, not 0x%x", i, events[i],
                 mva | (u32)event);
}

/* This operation on each of the lines, and no other. */
static void expect_lines(enum sim_cache_event event, u32 first, u32 count, u32 line)
{
    for (u32 i = 0; i < count; i++) {
        expect_event(i, event, (first + i * line) & ~SIM_LINE_FLAGS);
    }
    cr_assert_eq(seen.count, count);
    seen.count = 0;
}

Test(arm_cache, clean_of_a_page_is_of_64_lines)
{
    machine_cache_range(paddr(AT), PAGE_SIZE, CACHE_CLEAN);
    expect_lines(SIM_CACHE_DCCMVAC, AT, 64, 64);
}

Test(arm_cache, each_operation_is_its_own)
{
    machine_cache_range(paddr(AT), 128, CACHE_INVALIDATE);
    expect_lines(SIM_CACHE_DCIMVAC, AT, 2, 64);
    machine_cache_range(paddr(AT), 128, CACHE_CLEAN | CACHE_INVALIDATE);
    expect_lines(SIM_CACHE_DCCIMVAC, AT, 2, 64);
}

Test(arm_cache, lines_that_are_only_touched_belong_to_it)
{
    machine_cache_range(paddr(AT + 63U), 1, CACHE_CLEAN);
    expect_lines(SIM_CACHE_DCCMVAC, AT, 1, 64);
    machine_cache_range(paddr(AT + 63U), 2, CACHE_CLEAN);
    expect_lines(SIM_CACHE_DCCMVAC, AT, 2, 64);
    machine_cache_range(paddr(AT + 64U), 64, CACHE_CLEAN);
    expect_lines(SIM_CACHE_DCCMVAC, AT + 64U, 1, 64);
    machine_cache_range(paddr(AT + 1U), PAGE_SIZE - 2U, CACHE_CLEAN);
    expect_lines(SIM_CACHE_DCCMVAC, AT, 64, 64);
    machine_cache_range(paddr(AT + PAGE_SIZE - 1U), 1, CACHE_CLEAN);
    expect_lines(SIM_CACHE_DCCMVAC, AT + PAGE_SIZE - 64U, 1, 64);
}

Test(arm_cache, the_last_line_of_the_address_space_is_the_last)
{
    machine_cache_range(paddr(0xfffff000U), PAGE_SIZE, CACHE_CLEAN);
    expect_lines(SIM_CACHE_DCCMVAC, 0xfffff000U, 64, 64);
}

Test(arm_cache, shorter_lines_are_all_done)
{
    sim.cache.ctr = CTR(3U, 3U, 3U) | CTR_PIPT;
    machine_cache_range(paddr(AT + 40U), 60, CACHE_CLEAN);
    /* 32-byte lines at 32, 64 and 96; the log rounds to 64. */
    expect_lines(SIM_CACHE_DCCMVAC, AT + 32U, 3, 32);
}

Test(arm_cache, unify_cleans_data_then_drops_instructions_then_predictions)
{
    machine_cache_range(paddr(AT + 60U), 8, CACHE_UNIFY);
    expect_event(0, SIM_CACHE_DCCMVAU, AT);
    expect_event(1, SIM_CACHE_DCCMVAU, AT + 64U);
    expect_event(2, SIM_CACHE_ICIMVAU, AT);
    expect_event(3, SIM_CACHE_ICIMVAU, AT + 64U);
    expect_event(4, SIM_CACHE_BPIALLIS, 0);
    cr_assert_eq(seen.count, 5);
}

Test(arm_cache, unify_knows_both_line_sizes)
{
    sim.cache.ctr = CTR(4U, 3U, 4U) | CTR_PIPT;
    machine_cache_range(paddr(AT), 64, CACHE_UNIFY);
    expect_event(0, SIM_CACHE_DCCMVAU, AT);
    expect_event(1, SIM_CACHE_ICIMVAU, AT);
    expect_event(2, SIM_CACHE_ICIMVAU, AT);
    expect_event(3, SIM_CACHE_BPIALLIS, 0);
    cr_assert_eq(seen.count, 4);
}

Test(arm_cache, unify_drops_all_instructions_if_aliases_could_hide)
{
    sim.cache.ctr = CTR(4U, 3U, 4U) | CTR_VIPT;
    machine_cache_range(paddr(AT), 64, CACHE_UNIFY);
    expect_event(0, SIM_CACHE_DCCMVAU, AT);
    expect_event(1, SIM_CACHE_ICIALLUIS, 0);
    expect_event(2, SIM_CACHE_BPIALLIS, 0);
    cr_assert_eq(seen.count, 3);
}

Test(arm_cache, the_longest_line_is_the_granule_or_the_least)
{
    cr_assert_eq(machine_cache_line(), 64);
    sim.cache.ctr = CTR(3U, 3U, 4U);
    cr_assert_eq(machine_cache_line(), 64);
    sim.cache.ctr = CTR(3U, 3U, 0U);
    cr_assert_eq(machine_cache_line(), 32);
    sim.cache.ctr = CTR(4U, 4U, 5U);
    cr_assert_eq(machine_cache_line(), 128);
}
