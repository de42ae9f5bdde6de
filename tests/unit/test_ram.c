/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

#include "bus.h"
#include "sim.h"

#define TOP (SIM_RAM_BASE + SIM_RAM_SIZE)

static void prepare(void)
{
    sim_machine_reset(1);
    sim_ram_reset(&sim.ram);
}

TestSuite(ram, .init = prepare);

Test(ram, is_little_endian)
{
    paddr_t at = paddr(SIM_RAM_BASE + 0x1000U);

    sim_ram_write64(&sim.ram, at, 0x1122334455667788U);
    cr_assert_eq(sim_ram_read8(&sim.ram, at), 0x88U);
    cr_assert_eq(sim_ram_read8(&sim.ram, paddr(at.raw + 7U)), 0x11U);
    cr_assert_eq(sim_ram_read16(&sim.ram, paddr(at.raw + 1U)), 0x6677U);
    cr_assert_eq(sim_ram_read32(&sim.ram, paddr(at.raw + 4U)), 0x11223344U);
    sim_ram_write8(&sim.ram, paddr(at.raw + 3U), 0xaa);
    sim_ram_write16(&sim.ram, paddr(at.raw + 4U), 0xbbcc);
    cr_assert_eq(sim_ram_read64(&sim.ram, at), 0x1122bbccaa667788U);
}

Test(ram, knows_its_bounds)
{
    cr_assert(sim_ram_has(paddr(SIM_RAM_BASE), 1));
    cr_assert(sim_ram_has(paddr(TOP - 4U), 4));
    cr_assert_not(sim_ram_has(paddr(TOP - 3U), 4));
    cr_assert_not(sim_ram_has(paddr(TOP), 1));
    cr_assert_not(sim_ram_has(paddr(SIM_RAM_BASE - 1U), 1));
    cr_assert_not(sim_ram_has(paddr(0xffffffffU), 4));
}

Test(ram, access_outside_ends_the_simulator, .signal = SIGABRT)
{
    (void)sim_ram_read32(&sim.ram, paddr(TOP - 2U));
}

Test(ram, reset_zeroes_what_was_written)
{
    u8 *copy = calloc(1, SIM_RAM_SIZE);

    sim_ram_write32(&sim.ram, paddr(SIM_RAM_BASE), 1);
    sim_ram_save(&sim.ram, copy);
    sim_ram_write32(&sim.ram, paddr(TOP - 4U), 2);
    sim_ram_reset(&sim.ram);
    cr_assert_eq(sim_ram_read32(&sim.ram, paddr(SIM_RAM_BASE)), 0U);
    cr_assert_eq(sim_ram_read32(&sim.ram, paddr(TOP - 4U)), 0U);
    free(copy);
}

Test(ram, restore_brings_back_the_saved_state)
{
    u8 *copy = calloc(1, SIM_RAM_SIZE);
    paddr_t a = paddr(SIM_RAM_BASE + 0x5000U);
    paddr_t b = paddr(TOP - 8U);

    sim_ram_write32(&sim.ram, a, 1);
    sim_ram_save(&sim.ram, copy);
    for (u32 round = 0; round < 3U; round++) {
        sim_ram_write32(&sim.ram, a, 2);
        sim_ram_write64(&sim.ram, b, 3);
        sim_ram_restore(&sim.ram, copy);
        cr_assert_eq(sim_ram_read32(&sim.ram, a), 1U);
        cr_assert_eq(sim_ram_read64(&sim.ram, b), 0U);
    }
    free(copy);
}

Test(ram, restore_touches_only_dirty_pages)
{
    u8 *copy = calloc(1, SIM_RAM_SIZE);

    sim_ram_save_all(&sim.ram, copy);
    copy[0] = 0x55;         /* page 0: not written since */
    copy[PAGE_SIZE] = 0x66; /* page 1: written */
    sim_ram_write8(&sim.ram, paddr(SIM_RAM_BASE + PAGE_SIZE + 1U), 9);
    sim_ram_restore(&sim.ram, copy);
    cr_assert_eq(sim_ram_read8(&sim.ram, paddr(SIM_RAM_BASE)), 0U);
    cr_assert_eq(sim_ram_read8(&sim.ram, paddr(SIM_RAM_BASE + PAGE_SIZE)), 0x66U);
    free(copy);
}

Test(ram, bus_reaches_ram_in_every_size)
{
    u32 value = 0;

    cr_assert(sim_bus_write(paddr(SIM_RAM_BASE + 8U), 4, 0x11223344U));
    cr_assert(sim_bus_write(paddr(SIM_RAM_BASE + 10U), 2, 0xaabbU));
    cr_assert(sim_bus_write(paddr(SIM_RAM_BASE + 8U), 1, 0xccU));
    cr_assert(sim_bus_read(paddr(SIM_RAM_BASE + 8U), 4, &value));
    cr_assert_eq(value, 0xaabb33ccU);
    cr_assert(sim_bus_read(paddr(SIM_RAM_BASE + 10U), 2, &value));
    cr_assert_eq(value, 0xaabbU);
}

Test(ram, bus_reports_external_aborts)
{
    static const u32 nothing[] = {0, 0x07fffffcU, 0x08001000U, 0x08020000U, 0x08030000U + 0x1000U,
                                  SIM_UART_BASE + 0x1000U, SIM_RAM_BASE - 4U, TOP, 0xfffffffcU};
    u32 value = 0;

    for (size_t i = 0; i < ARRAY_SIZE(nothing); i++) {
        cr_assert_not(sim_bus_read(paddr(nothing[i]), 4, &value), "0x%x", nothing[i]);
        cr_assert_not(sim_bus_write(paddr(nothing[i]), 4, 0), "0x%x", nothing[i]);
    }
    cr_assert_not(sim_bus_read(paddr(SIM_RAM_BASE + 2U), 4, &value));
    cr_assert_not(sim_bus_read(paddr(SIM_RAM_BASE), 3, &value));
    cr_assert_not(sim_bus_read(paddr(SIM_GICD_BASE), 2, &value));
    cr_assert_not(sim_bus_write(paddr(SIM_GICC_BASE + 4U), 1, 0));
}
