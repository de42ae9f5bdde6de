/* SPDX-License-Identifier: BSD-2-Clause */
/* The DMA engine register by register, and the system that uses it: right with
 * cache maintenance, wrong without any part of it. */
#include "dma_engine.h"

#include "bus.h"
#include "stats.h"
#include "test_sim_support.h"

#define thimble_system dma_system
#include "../../user/systems/pattern-dma/programs.c"

#include "../../user/systems/pattern-dma/system.c"
#undef thimble_system

#define RAM SIM_RAM_BASE

static void prepare(void)
{
    sim_machine_reset(1);
    sim_cache_disturb_every(&sim.cache, 0);
    machine_lines_init();
}

TestSuite(dma, .init = prepare);

static u32 get(u32 offset)
{
    u32 value;

    cr_assert(sim_bus_read(paddr(SIM_DMA_BASE + offset), 4, &value));
    return value;
}

static void set(u32 offset, u32 value)
{
    cr_assert(sim_bus_write(paddr(SIM_DMA_BASE + offset), 4, value));
}

static void start(u32 target, u32 source, u32 length)
{
    set(DMA_SOURCE, source);
    set(DMA_TARGET, target);
    set(DMA_LENGTH, length);
    set(DMA_CONTROL, DMA_GO);
}

static void finish(void)
{
    u64 next = sim_bus_next();

    cr_assert_neq(next, SIM_TIME_NEVER);
    sim_clock.now = next;
    sim_bus_update();
}

static u32 memory_word(u32 at)
{
    u32 value;

    sim_cache_memory_read(&sim.cache, &sim.ram, paddr(at), &value, sizeof(value));
    return SIM_LITTLE32(value);
}

Test(dma, copies_words_after_a_while)
{
    for (u32 i = 0; i < 1000U; i += 4U) {
        sim_ram_write32(&sim.ram, paddr(RAM + i), i + 1U);
    }
    start(RAM + 0x1004U, RAM, 1000);
    cr_assert_eq(get(DMA_CONTROL), DMA_BUSY);
    cr_assert_eq(sim_bus_next(), SIM_DMA_SETUP + 62U);
    cr_assert_eq(memory_word(RAM + 0x1004U), 0);
    finish();
    cr_assert_eq(get(DMA_CONTROL), 0);
    cr_assert_eq(get(DMA_STATUS), DMA_DONE);
    for (u32 i = 0; i < 1000U; i += 4U) {
        cr_assert_eq(memory_word(RAM + 0x1004U + i), i + 1U);
    }
    cr_assert_eq(memory_word(RAM + 0x1000U), 0);
    cr_assert_eq(memory_word(RAM + 0x1004U + 1000U), 0);
}

Test(dma, goes_past_the_caches)
{
    sim_cache_touch(&sim.cache, &sim.ram, paddr(RAM), true);
    sim_ram_write32(&sim.ram, paddr(RAM), 7);
    sim_ram_write32(&sim.ram, paddr(RAM + 256U), 8);
    sim_cache_touch(&sim.cache, &sim.ram, paddr(RAM + 512U), false);
    start(RAM + 512U, RAM, 512);
    finish();
    cr_assert_eq(memory_word(RAM + 512U), 0, "the source's line was dirty");
    cr_assert_eq(memory_word(RAM + 512U + 256U), 8);
    start(RAM + 512U, RAM + 256U, 4);
    finish();
    cr_assert_eq(memory_word(RAM + 512U), 8);
    cr_assert_eq(sim_ram_read32(&sim.ram, paddr(RAM + 512U)), 0, "the target's line is stale");
}

Test(dma, what_is_not_memory_is_an_error)
{
    static const u32 bad[][3] = {
        {RAM, RAM + 0x1000U, 0},      {RAM + 2U, RAM + 0x1000U, 4},
        {RAM, RAM + 0x1001U, 4},      {RAM, RAM + 0x1000U, 6},
        {RAM - 4U, RAM, 8},           {RAM, RAM + SIM_RAM_SIZE - 4U, 8},
        {RAM, 0, 4},                  {SIM_UART_BASE, RAM, 4},
        {RAM, RAM + 4U, 0xfffffffcU},
    };

    sim_ram_write32(&sim.ram, paddr(RAM + 0x1000U), 5);
    for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
        start(bad[i][0], bad[i][1], bad[i][2]);
        finish();
        cr_assert_eq(get(DMA_STATUS), DMA_DONE | DMA_ERROR, "%u", i);
        set(DMA_STATUS, DMA_DONE | DMA_ERROR);
        cr_assert_eq(get(DMA_STATUS), 0);
        cr_assert_eq(memory_word(RAM), 0);
    }
}

Test(dma, nothing_changes_under_way)
{
    start(RAM + 0x1000U, RAM, 64);
    u64 end = sim_bus_next();
    set(DMA_SOURCE, 1);
    set(DMA_TARGET, 1);
    set(DMA_LENGTH, 1);
    set(DMA_CONTROL, DMA_GO);
    cr_assert_eq(sim_bus_next(), end);
    cr_assert_eq(get(DMA_SOURCE), RAM);
    cr_assert_eq(get(DMA_TARGET), RAM + 0x1000U);
    cr_assert_eq(get(DMA_LENGTH), 64);
    finish();
    cr_assert_eq(sim_bus_next(), SIM_TIME_NEVER);
}

Test(dma, raises_its_line_while_enabled_bits_stand)
{
    set(DMA_ENABLE, DMA_DONE);
    cr_assert_eq(get(DMA_ENABLE), DMA_DONE);
    start(RAM + 0x1000U, RAM, 64);
    cr_assert_not(sim_gic_pending(&sim.gic, 0, SIM_LINE_DMA));
    finish();
    cr_assert(sim_gic_pending(&sim.gic, 0, SIM_LINE_DMA));
    set(DMA_ENABLE, 0);
    cr_assert_not(sim_gic_pending(&sim.gic, 0, SIM_LINE_DMA));
    set(DMA_ENABLE, DMA_DONE);
    set(DMA_STATUS, DMA_DONE);
    cr_assert_not(sim_gic_pending(&sim.gic, 0, SIM_LINE_DMA));
}

Test(dma, registers_are_words)
{
    u32 value;

    cr_assert_not(sim_bus_read(paddr(SIM_DMA_BASE), 2, &value));
    cr_assert_not(sim_bus_write(paddr(SIM_DMA_BASE), 1, 0));
    cr_assert_not(sim_bus_read(paddr(SIM_DMA_BASE + 0x18U), 4, &value));
    cr_assert_not(sim_bus_write(paddr(SIM_DMA_BASE + 0x18U), 4, 0));
}

/* ---- pattern-dma ---------------------------------------------------------*/

static u32 stat_word(const struct boot *b, u32 word)
{
    u32 offset = b->cells[0].stats.raw - b->cells[0].image.raw;

    return sim_ram_read32(&sim.ram, paddr(b->regions[0].map.pa.raw + offset + 4U * word));
}

/* Blocks that came out wrong, of how many. */
static u32 blocks_wrong(u64 seed, u32 without, u32 disturbance, u32 *count)
{
    const struct boot *b = boot_system(
        &dma_system, &(struct sim_options){.seed = seed, .observe = true, .check = true});

    sim_cache_disturb_every(&sim.cache, disturbance);
    sim_guest_host(boot_thread_index(0), program_mover, without);
    cr_assert_eq(sim_run(10 * MS), SIM_END_TIME);
    *count = stat_word(b, STATS_COUNT);
    cr_assert_gt(*count, 500);
    return stat_word(b, STATS_MISSES);
}

Test(dma_system, every_block_comes_through)
{
    static const u32 disturbances[] = {0, 1, 5, 100};
    u32 count;

    for (u32 seed = 1; seed <= 3U; seed++) {
        for (u32 i = 0; i < ARRAY_SIZE(disturbances); i++) {
            cr_assert_eq(blocks_wrong(seed, 0, disturbances[i], &count), 0);
        }
    }
}

Test(dma_system, nothing_comes_through_without_cleaning)
{
    u32 count;
    u32 wrong = blocks_wrong(1, MOVER_NO_CLEAN, 0, &count);

    cr_assert_geq(wrong + 1U, count);
}

/* The first finds no line of its target in the cache; the last may not have been
 * looked at yet. */
Test(dma_system, nothing_comes_through_without_any_invalidation)
{
    u32 count;
    u32 wrong = blocks_wrong(1, MOVER_NO_PREPARE | MOVER_NO_FINISH, 0, &count);

    cr_assert_geq(wrong + 2U, count);
}

/* Lines of the target are written back over what the engine wrote. */
Test(dma_system, blocks_are_lost_without_preparing_the_target)
{
    u32 count;

    cr_assert_gt(blocks_wrong(1, MOVER_NO_PREPARE, 5, &count), 10);
}

/* Lines of the target are fetched before the engine wrote. */
Test(dma_system, blocks_are_lost_without_invalidating_the_target_afterwards)
{
    u32 count;

    cr_assert_gt(blocks_wrong(1, MOVER_NO_FINISH, 5, &count), 10);
}
