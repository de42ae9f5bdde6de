/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Barriers in what the simulator shares with arm/: for each DSB and ISB a test that fails
 * without it. `make barriers` takes each away in turn and looks.
 */
#include <criterion/criterion.h>

#include "bus.h"
#include "dma_engine.h"
#include "hw_access.h"
#include "kernel.h"
#include "machine.h"
#include "sim.h"
#include "space.h"

#define AT (SIM_RAM_BASE + 0x8000U)
#define IPA 0x40000U
#define BLOCK (2U * MIB)
#define LINE 40U
#define ROUNDS 300U

static void prepare(void)
{
    sim_machine_reset(1);
    sim_cache_disturb_every(&sim.cache, 0);
    space_tables_reset();
    machine_lines_init();
    machine_timer_init();
}

TestSuite(barriers, .init = prepare);

/* ---- stage 2 ----------------------------------------------------------------*/

static u32 translate(u32 ipa)
{
    struct sim_fault fault;
    paddr_t out = {0};

    return sim_mmu_translate(&sim.mmu, &sim.ram, ipa, SIM_READ, &out, &fault) ? out.raw : 0;
}

static u64 space_of(u32 cell)
{
    u64 space = machine_space_init(cell);

    sim_mmu_set_vttbr(&sim.mmu, space);
    return space;
}

static void map(u32 cell, u32 ipa, u32 pages)
{
    struct machine_mapping m = {.gpa = {ipa},
                                .pa = {AT},
                                .size = pages * PAGE_SIZE,
                                .memory = MEMORY_NORMAL,
                                .access = ACCESS_READ | ACCESS_WRITE};

    cr_assert_eq(machine_space_map(cell, &m), m.size);
}

Test(barriers, a_cleared_table_is_seen_clear)
{
    u64 space = space_of(0);
    paddr_t page = machine_table_page(9);

    for (u32 i = 0; i < 512U; i++) {
        sim_ram_write64(&sim.ram, paddr(page.raw + 8U * i), SIM_RAM_BASE | 0x7fdU);
    }
    machine_table_page_clear(9);
    sim_ram_write64(&sim.ram, paddr((u32)space), page.raw | 3U);
    for (u32 i = 0; i < 512U; i++) {
        cr_assert_eq(translate(i * BLOCK), 0, "block %u", i);
    }
}

Test(barriers, a_new_space_is_in_no_tlb)
{
    (void)space_of(0);
    map(0, IPA, 1);
    cr_assert_eq(translate(IPA), AT);
    (void)space_of(0);
    cr_assert_eq(translate(IPA), 0);
}

Test(barriers, a_mapping_is_seen_at_once)
{
    (void)space_of(0);
    for (u32 i = 0; i < ROUNDS; i++) {
        map(0, IPA + i * PAGE_SIZE % BLOCK, 1);
        cr_assert_eq(translate(IPA + i * PAGE_SIZE % BLOCK), AT, "page %u", i);
    }
}

Test(barriers, what_is_unmapped_is_not_walked_again_on_the_way)
{
    u64 space = space_of(0);

    sim_mmu_speculate_every(&sim.mmu, 1);
    map(0, IPA, 1);
    for (u32 i = 0; i < ROUNDS; i++) {
        map(0, IPA + PAGE_SIZE, 2);
        cr_assert_eq(translate(IPA + 2U * PAGE_SIZE), AT + PAGE_SIZE);
        cr_assert_eq(machine_space_unmap(0, space, gpaddr(IPA + PAGE_SIZE), 2U * PAGE_SIZE),
                     2U * PAGE_SIZE);
        cr_assert_eq(translate(IPA + PAGE_SIZE), 0, "round %u", i);
        cr_assert_eq(translate(IPA + 2U * PAGE_SIZE), 0, "round %u", i);
    }
}

Test(barriers, another_space_is_unmapped_under_its_own_vmid)
{
    u64 space = space_of(0);
    u64 other;

    map(0, IPA, 2);
    cr_assert_eq(translate(IPA), AT);
    other = ((u64)2 << 48) | (space & 0xffffffffU);
    sim_mmu_set_vttbr(&sim.mmu, other);
    cr_assert_eq(machine_space_unmap(0, space, gpaddr(IPA), PAGE_SIZE), PAGE_SIZE);
    cr_assert_eq(hw_vttbr_read(), other, "it was only lent");
    sim_mmu_set_vttbr(&sim.mmu, space);
    cr_assert_eq(translate(IPA), 0);
    cr_assert_eq(translate(IPA + PAGE_SIZE), AT + PAGE_SIZE);
}

/* ---- caches -----------------------------------------------------------------*/

static void cached_write(u32 at, u32 value)
{
    sim_cache_touch(&sim.cache, &sim.ram, paddr(at), true);
    sim_ram_write32(&sim.ram, paddr(at), value);
}

static u32 device_read(u32 at)
{
    u32 value;

    sim_cache_memory_read(&sim.cache, &sim.ram, paddr(at), &value, sizeof(value));
    return SIM_LITTLE32(value);
}

Test(barriers, maintenance_has_happened)
{
    cached_write(AT, 1);
    machine_cache_range(paddr(AT), PAGE_SIZE, CACHE_CLEAN);
    cr_assert_eq(device_read(AT), 1);
    cached_write(AT, 2);
    machine_cache_range(paddr(AT), PAGE_SIZE, CACHE_INVALIDATE);
    cr_assert_eq(sim_ram_read32(&sim.ram, paddr(AT)), 1);
}

Test(barriers, instructions_are_fetched_after_data_is_clean)
{
    for (u32 i = 1; i < 10U; i++) {
        cached_write(AT, i);
        machine_cache_range(paddr(AT), 4, CACHE_UNIFY);
        cr_assert_eq(sim_cache_fetch(&sim.cache, &sim.ram, paddr(AT)), i);
    }
}

Test(barriers, what_was_cleared_is_in_memory)
{
    for (u32 at = AT; at < AT + 2U * PAGE_SIZE; at += 4U) {
        sim_ram_write32(&sim.ram, paddr(at), ~at);
    }
    machine_memory_clear(paddr(AT), 2U * PAGE_SIZE);
    for (u32 at = AT; at < AT + 2U * PAGE_SIZE; at += 4U) {
        cr_assert_eq(device_read(at), 0, "at 0x%x", at);
    }
}

/* ---- interrupt controller ---------------------------------------------------*/

static void line_open(u32 line)
{
    machine_line_configure(line, false);
    machine_line_unmask(line);
    sim_bus_update();
}

static void timer_line_open(void)
{
    line_open(SIM_LINE_CNTHP);
    sim_clock.now = 1000U * SIM_TICK_INSTRUCTIONS;
    sim_bus_update();
}

Test(barriers, a_line_that_is_masked_does_not_fire)
{
    line_open(LINE);
    sim_gic_line_set(&sim.gic, LINE, true);
    cr_assert(machine_interrupt_pending());
    machine_line_mask(LINE);
    cr_assert_not(machine_interrupt_pending());
}

/* As soon as it is ended: its level is high. */
Test(barriers, a_line_that_is_ended_fires_again)
{
    line_open(LINE);
    sim_gic_line_set(&sim.gic, LINE, true);
    cr_assert_eq(machine_line_take(), LINE);
    cr_assert_not(machine_interrupt_pending());
    machine_line_end(LINE);
    cr_assert(machine_interrupt_pending());
}

Test(barriers, nothing_of_firmware_fires_after_init)
{
    line_open(LINE);
    sim_gic_line_set(&sim.gic, LINE, true);
    machine_lines_init();
    sim.gic.cpu[0].ctlr |= 1U;
    sim_gic_line_set(&sim.gic, LINE, false);
    sim_gic_line_set(&sim.gic, LINE, true);
    cr_assert_not(machine_interrupt_pending());
}

/* Its driver has told the device to lower it; that write is on its way. */
Test(barriers, a_line_that_its_driver_lowers_does_not_fire_again)
{
    line_open(SIM_LINE_DMA);
    sim.dma.enable = DMA_DONE;
    sim.dma.status = DMA_DONE;
    sim_gic_line_set(&sim.gic, SIM_LINE_DMA, true);
    cr_assert_eq(machine_line_take(), SIM_LINE_DMA);
    sim_bus_post(paddr(SIM_DMA_BASE + DMA_STATUS), 4, DMA_DONE);
    machine_line_deactivate(SIM_LINE_DMA);
    cr_assert_not(machine_interrupt_pending());
}

Test(barriers, the_virtual_timers_line_is_quiet_when_its_guest_has_left)
{
    timer_line_open();
    line_open(SIM_LINE_CNTV);
    machine_virtual_timer_start(1, 10);
    sim_bus_update();
    cr_assert(machine_interrupt_pending());
    cr_assert_not(machine_virtual_timer_line_unload());
    cr_assert_not(machine_interrupt_pending());
}

/* ---- timers -----------------------------------------------------------------*/

Test(barriers, a_timer_that_firmware_left_is_off_after_init)
{
    timer_line_open();
    machine_timer_set(10);
    cr_assert(machine_interrupt_pending());
    machine_timer_init();
    cr_assert_not(machine_interrupt_pending());
}

Test(barriers, a_timer_that_is_off_does_not_fire)
{
    timer_line_open();
    machine_timer_set(10);
    cr_assert(machine_interrupt_pending());
    machine_timer_set(MACHINE_TIME_NEVER);
    cr_assert_not(machine_interrupt_pending());
}

Test(barriers, a_new_deadline_counts_at_once)
{
    timer_line_open();
    machine_timer_set(10);
    cr_assert(machine_interrupt_pending());
    machine_timer_set(2000);
    cr_assert_not(machine_interrupt_pending());
}

Test(barriers, a_virtual_timer_that_is_stopped_has_lowered_its_line)
{
    u64 compare;

    timer_line_open();
    line_open(SIM_LINE_CNTV);
    machine_virtual_timer_start(1, 10);
    sim_bus_update();
    cr_assert(machine_interrupt_pending());
    cr_assert_eq(machine_virtual_timer_stop(&compare) & 1U, 1U);
    cr_assert_not(machine_interrupt_pending());
    cr_assert_eq(compare, 10U);
}
