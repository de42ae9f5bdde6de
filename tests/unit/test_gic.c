/* SPDX-License-Identifier: BSD-2-Clause */
/* The real GIC driver against the register model; then what the model knows
 * beyond it: groups, preemption, several CPUs, the virtual interface. */
#include <criterion/criterion.h>

#include "hw_access.h"
#include "machine.h"
#include "sim.h"

#define LINE 40U
#define OTHER 77U

enum {
    GICD_CTLR = 0x000,
    GICD_IGROUPR = 0x080,
    GICD_ISENABLER = 0x100,
    GICD_ISPENDR = 0x200,
    GICD_ICPENDR = 0x280,
    GICD_ISACTIVER = 0x300,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_ICFGR = 0xc00,
    GICD_SGIR = 0xf00,
    GICD_SPENDSGIR = 0xf20,
    GICC_CTLR = 0x00,
    GICC_PMR = 0x04,
    GICC_IAR = 0x0c,
    GICC_EOIR = 0x10,
    GICC_RPR = 0x14,
    GICC_HPPIR = 0x18,
    GICC_AIAR = 0x20,
    GICC_APR = 0xd0,
    GICC_DIR = 0x1000
};

static u32 gicd(u32 offset)
{
    return hw_read32(paddr(SIM_GICD_BASE + offset));
}

static void gicd_set(u32 offset, u32 value)
{
    hw_write32(paddr(SIM_GICD_BASE + offset), value);
    hw_dsb();
}

static u32 gicc(u32 offset)
{
    return hw_read32(paddr(SIM_GICC_BASE + offset));
}

static void gicc_set(u32 offset, u32 value)
{
    hw_write32(paddr(SIM_GICC_BASE + offset), value);
}

static void priority_set(u32 line, u8 priority)
{
    hw_write8(paddr(SIM_GICD_BASE + GICD_IPRIORITYR + line), priority);
    hw_dsb();
}

static void drive(u32 line, bool level)
{
    sim_gic_line_set(&sim.gic, line, level);
}

static void pulse(u32 line)
{
    drive(line, true);
    drive(line, false);
}

/* The core leaves after it, or waits. */
static void unmask(u32 line)
{
    machine_line_unmask(line);
    hw_dsb();
}

static void open_line(u32 line, bool edge)
{
    machine_line_configure(line, edge);
    unmask(line);
}

static void prepare(void)
{
    sim_machine_reset(1);
    sim_gic_reset(&sim.gic, 1);
    machine_lines_init();
}

/* Correct software never does what the architecture leaves UNPREDICTABLE. */
static void conclude(void)
{
    cr_assert_eq(sim.gic.unpredictable, 0U);
}

TestSuite(gic, .init = prepare, .fini = conclude);

Test(gic, has_288_lines)
{
    cr_assert_eq(machine_line_count(), 288U);
    cr_assert_eq(machine_line_timer(), 26U);
}

Test(gic, init_cleans_up_after_firmware)
{
    sim_gic_reset(&sim.gic, 1);
    for (u32 word = 0; word < 9U; word++) {
        gicd_set(GICD_ISENABLER + word * 4U, 0xffffffffU);
        gicd_set(GICD_ISPENDR + word * 4U, 0xffffffffU);
        gicd_set(GICD_ISACTIVER + word * 4U, 0xffffffffU);
        gicd_set(GICD_IGROUPR + word * 4U, 0xffffffffU);
    }
    gicd_set(GICD_SPENDSGIR + 4U, 0x01010101U);
    gicc_set(GICC_APR, 0xffffffffU);
    machine_lines_init();
    for (u32 line = 0; line < 288U; line++) {
        cr_assert_eq(sim_gic_enabled(&sim.gic, 0, line), line < 16U, "line %u", line);
        cr_assert_not(sim_gic_pending(&sim.gic, 0, line), "line %u", line);
        cr_assert_not(sim_gic_active(&sim.gic, 0, line), "line %u", line);
        cr_assert_eq(gicd(GICD_IGROUPR + line / 32U * 4U), 0U);
    }
    cr_assert_not(machine_interrupt_pending());
    open_line(LINE, true);
    pulse(LINE);
    cr_assert_eq(machine_line_take(), LINE);
}

Test(gic, init_empties_list_registers)
{
    struct sim_gic_cpu *c = &sim.gic.cpu[0];

    for (u32 i = 0; i < SIM_GIC_LRS; i++) {
        c->lr[i] = MACHINE_LIST_PENDING | 40U;
    }
    c->apr = 0xffffffffU;
    c->hcr = 1;
    machine_lines_init();
    for (u32 i = 0; i < SIM_GIC_LRS; i++) {
        cr_assert_eq(c->lr[i], 0);
    }
    cr_assert_eq(c->apr, 0);
    cr_assert_eq(c->hcr, 0);
}

/* GICC_DIR would want to know the CPU that has sent it (4.4.15). */
Test(gic, an_sgi_of_any_cpu_is_ended)
{
    sim_gic_reset(&sim.gic, 2);
    machine_lines_init();
    for (u32 times = 0; times < 2U; times++) {
        cr_assert(sim_gicd_write(&sim.gic, 1, GICD_SGIR, 4, 1U << 16 | 3U));
        cr_assert_eq(machine_line_take(), 3);
        cr_assert(sim_gic_active(&sim.gic, 0, 3));
        machine_line_end(3);
        cr_assert_not(sim_gic_active(&sim.gic, 0, 3));
    }
}

Test(gic, an_edge_that_was_not_handled_comes_again)
{
    open_line(LINE, true);
    open_line(OTHER, false);
    pulse(LINE);
    cr_assert_eq(machine_line_take(), LINE);
    machine_line_again(LINE);
    machine_line_again(OTHER); /* a level is pending while it is high, and not longer */
    machine_line_end(LINE);
    cr_assert_eq(machine_line_take(), LINE);
    machine_line_end(LINE);
    cr_assert_not(machine_interrupt_pending());
}

Test(gic, nothing_pending_is_spurious)
{
    cr_assert_not(machine_interrupt_pending());
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE);
}

Test(gic, takes_the_line_that_fires)
{
    open_line(LINE, false);
    drive(LINE, true);
    cr_assert(machine_interrupt_pending());
    cr_assert_eq(machine_line_take(), LINE);
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE);
}

Test(gic, masked_line_waits)
{
    machine_line_configure(LINE, false);
    drive(LINE, true);
    cr_assert_not(machine_interrupt_pending());
    unmask(LINE);
    cr_assert(machine_interrupt_pending());
    machine_line_mask(LINE);
    cr_assert_not(machine_interrupt_pending());
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE);
}

Test(gic, masking_one_line_spares_the_others)
{
    open_line(LINE, false);
    open_line(LINE + 1U, false);
    machine_line_mask(LINE);
    drive(LINE + 1U, true);
    cr_assert_eq(machine_line_take(), LINE + 1U);
}

Test(gic, configure_leaves_the_line_masked)
{
    open_line(LINE, false);
    machine_line_configure(LINE, true);
    cr_assert_not(sim_gic_enabled(&sim.gic, 0, LINE));
    cr_assert_eq(gicd(GICD_ICFGR + LINE / 16U * 4U), 2U << (LINE % 16U * 2U));
    machine_line_configure(LINE + 1U, true);
    machine_line_configure(LINE, false);
    cr_assert_eq(gicd(GICD_ICFGR + LINE / 16U * 4U), 2U << ((LINE + 1U) % 16U * 2U));
}

Test(gic, level_line_fires_again_after_deactivation)
{
    open_line(LINE, false);
    drive(LINE, true);
    cr_assert_eq(machine_line_take(), LINE);
    cr_assert_not(machine_interrupt_pending(), "active lines do not fire");
    machine_line_deactivate(LINE);
    cr_assert(machine_interrupt_pending(), "the input is still high");
    cr_assert_eq(machine_line_take(), LINE);
    drive(LINE, false);
    machine_line_deactivate(LINE);
    cr_assert_not(machine_interrupt_pending());
}

Test(gic, level_line_that_falls_is_forgotten)
{
    open_line(LINE, false);
    pulse(LINE);
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE);
}

Test(gic, edge_line_remembers_one_edge)
{
    open_line(LINE, true);
    pulse(LINE);
    pulse(LINE);
    cr_assert_eq(machine_line_take(), LINE);
    machine_line_deactivate(LINE);
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE);
}

Test(gic, edge_while_active_fires_after_deactivation)
{
    open_line(LINE, true);
    pulse(LINE);
    cr_assert_eq(machine_line_take(), LINE);
    pulse(LINE);
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE);
    machine_line_deactivate(LINE);
    cr_assert_eq(machine_line_take(), LINE);
}

Test(gic, take_drops_the_running_priority)
{
    open_line(LINE, true);
    open_line(OTHER, true);
    pulse(LINE);
    cr_assert_eq(machine_line_take(), LINE);
    cr_assert_eq(gicc(GICC_RPR), 0xffU);
    cr_assert_eq(gicc(GICC_APR), 0U);
    pulse(OTHER);
    cr_assert_eq(machine_line_take(), OTHER, "an active line holds no other back");
    machine_line_deactivate(LINE);
    machine_line_deactivate(OTHER);
}

Test(gic, lines_may_be_deactivated_in_any_order)
{
    open_line(LINE, false);
    open_line(OTHER, false);
    drive(LINE, true);
    drive(OTHER, true);
    cr_assert_eq(machine_line_take(), LINE, "equal priority: lowest number first");
    cr_assert_eq(machine_line_take(), OTHER);
    machine_line_deactivate(LINE);
    cr_assert_eq(machine_line_take(), LINE);
    machine_line_deactivate(OTHER);
    cr_assert_eq(machine_line_take(), OTHER);
}

Test(gic, every_line_works)
{
    for (u32 line = 16; line < 288U; line++) {
        open_line(line, line % 2U != 0);
        drive(line, true);
        cr_assert_eq(machine_line_take(), line);
        drive(line, false);
        machine_line_deactivate(line);
        cr_assert_not(machine_interrupt_pending(), "line %u", line);
    }
}

Test(gic, software_can_pend_a_level_line_once)
{
    open_line(LINE, false);
    gicd_set(GICD_ISPENDR + LINE / 32U * 4U, 1U << (LINE % 32U));
    cr_assert_eq(machine_line_take(), LINE);
    machine_line_deactivate(LINE);
    cr_assert_not(machine_interrupt_pending());
}

Test(gic, clearing_pending_does_not_clear_an_input)
{
    open_line(LINE, false);
    drive(LINE, true);
    gicd_set(GICD_ICPENDR + LINE / 32U * 4U, 0xffffffffU);
    cr_assert_eq(machine_line_take(), LINE);
}

/* ---- faults on request ----------------------------------------------------*/

Test(gic, spurious_interrupt_on_request)
{
    open_line(LINE, true);
    sim_gic_inject_spurious(&sim.gic, 0);
    cr_assert(machine_interrupt_pending());
    pulse(LINE);
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE);
    cr_assert_eq(machine_line_take(), LINE, "the real one is not lost");
    machine_line_deactivate(LINE);
    cr_assert_not(machine_interrupt_pending());
}

Test(gic, stale_interrupt_on_request)
{
    sim_gic_inject_stale(&sim.gic, 0, LINE);
    cr_assert(machine_interrupt_pending());
    cr_assert_eq(machine_line_take(), LINE, "it is disabled");
    cr_assert(sim_gic_active(&sim.gic, 0, LINE));
    machine_line_deactivate(LINE);
    cr_assert_not(machine_interrupt_pending());
    open_line(LINE, true);
    sim_gic_inject_stale(&sim.gic, 0, LINE);
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE, "it is not");
}

Test(gic, storm_on_request)
{
    u32 fired = 0;

    open_line(LINE, false);
    sim_gic_inject_storm(&sim.gic, LINE, 5);
    while (machine_interrupt_pending()) {
        cr_assert_eq(machine_line_take(), LINE);
        cr_assert_not(machine_interrupt_pending(), "once for each deactivation");
        machine_line_deactivate(LINE);
        fired++;
        cr_assert_leq(fired, 5U);
    }
    cr_assert_eq(fired, 5U);
}

Test(gic, lost_interrupt_on_request)
{
    open_line(LINE, true);
    open_line(OTHER, false);
    sim_gic_inject_lost(&sim.gic, LINE);
    sim_gic_inject_lost(&sim.gic, OTHER);
    pulse(LINE);
    drive(OTHER, true);
    drive(OTHER, true);
    cr_assert_not(machine_interrupt_pending());
    drive(OTHER, false);
    drive(OTHER, true);
    cr_assert_eq(machine_line_take(), OTHER);
    pulse(LINE);
    cr_assert_eq(machine_line_take(), LINE);
}

/* ---- the model beyond the driver ------------------------------------------*/

Test(gic, urgent_lines_come_first_and_preempt)
{
    open_line(LINE, true);
    open_line(OTHER, true);
    priority_set(LINE, 0x80);
    priority_set(OTHER, 0x40);
    pulse(LINE);
    pulse(OTHER);
    cr_assert_eq(gicc(GICC_HPPIR), OTHER);
    cr_assert_eq(gicc(GICC_IAR), OTHER);
    cr_assert_eq(gicc(GICC_RPR), 0x40U);
    cr_assert_not(machine_interrupt_pending(), "lower priority waits");
    gicc_set(GICC_EOIR, OTHER);
    cr_assert_eq(gicc(GICC_IAR), LINE);
    gicc_set(GICC_DIR, OTHER);
    pulse(OTHER);
    cr_assert(machine_interrupt_pending(), "higher priority preempts");
    cr_assert_eq(gicc(GICC_IAR), OTHER);
    cr_assert_eq(gicc(GICC_APR), 1U << 8 | 1U << 16);
    gicc_set(GICC_EOIR, OTHER);
    cr_assert_eq(gicc(GICC_RPR), 0x80U);
    gicc_set(GICC_EOIR, LINE);
}

Test(gic, priorities_have_five_bits)
{
    priority_set(LINE, 0xff);
    cr_assert_eq(gicd(GICD_IPRIORITYR + LINE), 0xf8U);
    gicc_set(GICC_PMR, 0xff);
    cr_assert_eq(gicc(GICC_PMR), 0xf8U);
}

Test(gic, priority_mask_holds_back)
{
    open_line(LINE, true);
    priority_set(LINE, 0x80);
    pulse(LINE);
    gicc_set(GICC_PMR, 0x80);
    cr_assert_not(machine_interrupt_pending());
    gicc_set(GICC_PMR, 0x88);
    cr_assert(machine_interrupt_pending());
}

Test(gic, without_eoimode_end_deactivates)
{
    gicc_set(GICC_CTLR, 1);
    open_line(LINE, true);
    pulse(LINE);
    cr_assert_eq(gicc(GICC_IAR), LINE);
    cr_assert(sim_gic_active(&sim.gic, 0, LINE));
    gicc_set(GICC_EOIR, LINE);
    cr_assert_not(sim_gic_active(&sim.gic, 0, LINE));
}

Test(gic, group_1_needs_its_own_acknowledge)
{
    gicd_set(GICD_CTLR, 3);
    gicc_set(GICC_CTLR, 3U | 1U << 9);
    gicd_set(GICD_IGROUPR + LINE / 32U * 4U, 1U << (LINE % 32U));
    open_line(LINE, true);
    pulse(LINE);
    cr_assert(machine_interrupt_pending());
    cr_assert_eq(gicc(GICC_IAR), 1022U);
    cr_assert_eq(machine_line_take(), MACHINE_LINE_NONE);
    cr_assert_eq(gicc(GICC_AIAR), LINE);
}

Test(gic, group_0_is_fiq_when_asked)
{
    gicc_set(GICC_CTLR, 1U | 1U << 3 | 1U << 9);
    open_line(LINE, true);
    pulse(LINE);
    cr_assert_not(sim_gic_irq(&sim.gic, 0));
    cr_assert(sim_gic_fiq(&sim.gic, 0));
    cr_assert(machine_interrupt_pending());
}

/* Misuse is counted; these tests expect it and set it back for conclude(). */
static u32 misuse(void)
{
    u32 count = sim.gic.unpredictable;

    sim.gic.unpredictable = 0;
    return count;
}

Test(gic, misuse_is_counted)
{
    machine_line_deactivate(LINE);
    cr_assert_eq(misuse(), 1U);
    gicc_set(GICC_EOIR, LINE);
    cr_assert_eq(misuse(), 1U);
    open_line(LINE, false);
    gicd_set(GICD_ICFGR + LINE / 16U * 4U, 0xffffffffU);
    cr_assert_eq(misuse(), 1U, "trigger of an enabled line");
    gicc_set(GICC_CTLR, 1);
    gicc_set(GICC_DIR, LINE);
    cr_assert_eq(misuse(), 1U, "DIR without EOImode");
}

Test(gic, sgi_to_itself_names_its_source)
{
    gicd_set(GICD_SGIR, 2U << 24 | 5U);
    cr_assert_eq(machine_line_take(), 5U);
    machine_line_deactivate(5);
    cr_assert_not(machine_interrupt_pending());
}

Test(gic, outputs_are_what_a_full_computation_gives)
{
    struct sim_random r;
    u32 line;

    sim_random_seed(&r, 3, 0);
    gicd_set(GICD_CTLR, 3);
    gicc_set(GICC_CTLR, 7U | 1U << 9);
    for (u32 i = 0; i < 20000U; i++) {
        line = 16U + sim_random_below(&r, 272);
        switch (sim_random_below(&r, 8)) {
        case 0:
            open_line(line, sim_random_below(&r, 2) != 0);
            break;
        case 1:
            machine_line_mask(line);
            break;
        case 2:
            priority_set(line, (u8)(sim_random_below(&r, 4) * 64U));
            break;
        case 3:
            gicd_set(GICD_IGROUPR + line / 32U * 4U, (u32)sim_random_next(&r));
            break;
        case 4:
            drive(line, false);
            break;
        case 5:
            line = machine_line_take();
            if (line != MACHINE_LINE_NONE && sim_random_below(&r, 2) != 0) {
                machine_line_deactivate(line);
            }
            break;
        default:
            drive(line, true);
            break;
        }
        bool irq = sim_gic_irq(&sim.gic, 0);
        u32 best = sim.gic.cpu[0].best;

        gicd_set(GICD_ISENABLER, 0); /* changes nothing, computes everything */
        cr_assert_eq(sim_gic_irq(&sim.gic, 0), irq, "after %u", i);
        cr_assert_eq(sim.gic.cpu[0].best, best, "after %u", i);
    }
}

static u32 read_by(u32 cpu, bool distributor, u32 offset)
{
    u32 value = 0;

    cr_assert(distributor ? sim_gicd_read(&sim.gic, cpu, offset, 4, &value)
                          : sim_gicc_read(&sim.gic, cpu, offset, 4, &value));
    return value;
}

static void two_cpus(void)
{
    sim_gic_reset(&sim.gic, 2);
    machine_lines_init();
    sim_gicc_write(&sim.gic, 1, GICC_PMR, 4, 0xff);
    sim_gicc_write(&sim.gic, 1, GICC_CTLR, 4, 1U | 1U << 9);
}

Test(gic, sgi_reaches_other_cpus)
{
    two_cpus();
    gicd_set(GICD_SGIR, 1U << 24 | 3U);
    cr_assert_not(sim_gic_irq(&sim.gic, 0));
    cr_assert(sim_gic_irq(&sim.gic, 1));
    cr_assert_eq(read_by(1, false, GICC_IAR), 3U, "from CPU 0");
    sim_gicd_write(&sim.gic, 1, GICD_SGIR, 4, 1U << 16 | 3U);
    cr_assert_eq(gicc(GICC_IAR), 1U << 10 | 3U, "from CPU 1");
}

Test(gic, shared_lines_go_to_their_targets)
{
    two_cpus();
    open_line(LINE, true);
    pulse(LINE);
    cr_assert(sim_gic_irq(&sim.gic, 0), "the driver targets the CPU it runs on");
    cr_assert_not(sim_gic_irq(&sim.gic, 1));
    hw_write8(paddr(SIM_GICD_BASE + GICD_ITARGETSR + LINE), 2);
    hw_dsb();
    cr_assert_not(sim_gic_irq(&sim.gic, 0));
    cr_assert(sim_gic_irq(&sim.gic, 1));
    cr_assert_eq(read_by(1, true, GICD_ITARGETSR), 0x02020202U);
    hw_write8(paddr(SIM_GICD_BASE + GICD_ITARGETSR + LINE), 0xff);
    hw_dsb();
    cr_assert_eq(gicd(GICD_ITARGETSR + LINE) & 0xffU, 3U, "only CPUs that exist");
}

Test(gic, private_lines_are_private)
{
    two_cpus();
    sim_gicd_write(&sim.gic, 1, GICD_ISENABLER, 4, 1U << 27);
    sim_gic_ppi_set(&sim.gic, 1, 27, true);
    cr_assert_not(sim_gic_irq(&sim.gic, 0));
    cr_assert(sim_gic_irq(&sim.gic, 1));
    cr_assert_eq(gicd(GICD_ISENABLER) & 1U << 27, 0U);
}

/* ---- virtual interface ----------------------------------------------------*/

enum {
    GICH_HCR = 0x00,
    GICH_VTR = 0x04,
    GICH_VMCR = 0x08,
    GICH_MISR = 0x10,
    GICH_EISR = 0x20,
    GICH_ELSR = 0x30,
    GICH_APR = 0xf0,
    GICH_LR = 0x100
};
#define LR_HW 0x80000000U
#define LR_PENDING 0x10000000U
#define LR_ACTIVE 0x20000000U
#define LR_EOI 0x00080000U
#define LR_PRIORITY(p) ((u32)(p) << 23)
#define HCR_EN 1U

static u32 gich(u32 offset)
{
    return hw_read32(paddr(SIM_GICH_BASE + offset));
}

static void gich_set(u32 offset, u32 value)
{
    hw_write32(paddr(SIM_GICH_BASE + offset), value);
}

static u32 gicv(u32 offset)
{
    return hw_read32(paddr(SIM_GICV_BASE + offset));
}

static void gicv_set(u32 offset, u32 value)
{
    hw_write32(paddr(SIM_GICV_BASE + offset), value);
}

/* A guest that takes everything, and one interrupt for it. */
static void virtual_prepare(void)
{
    prepare();
    gich_set(GICH_HCR, HCR_EN);
    gicv_set(GICC_CTLR, 1);
    gicv_set(GICC_PMR, 0xff);
}

TestSuite(gic_virtual, .init = virtual_prepare, .fini = conclude);

Test(gic_virtual, has_four_list_registers)
{
    cr_assert_eq(gich(GICH_VTR), 0x90000003U);
    cr_assert_eq(gich(GICH_ELSR), 0xfU);
}

Test(gic_virtual, list_register_goes_through_its_life)
{
    gich_set(GICH_LR, LR_PENDING | LR_PRIORITY(10) | 50U);
    cr_assert(sim_gic_virq(&sim.gic, 0));
    cr_assert_eq(gich(GICH_ELSR), 0xeU);
    cr_assert_eq(gicv(GICC_IAR), 50U);
    cr_assert_not(sim_gic_virq(&sim.gic, 0));
    cr_assert_eq(gich(GICH_LR), LR_ACTIVE | LR_PRIORITY(10) | 50U);
    cr_assert_eq(gich(GICH_APR), 1U << 10);
    gicv_set(GICC_EOIR, 50);
    cr_assert_eq(gich(GICH_LR) & (LR_ACTIVE | LR_PENDING), 0U);
    cr_assert_eq(gich(GICH_APR), 0U);
    cr_assert_eq(gich(GICH_ELSR), 0xfU);
    cr_assert_eq(gicv(GICC_IAR), 1023U);
}

Test(gic_virtual, hardware_line_is_deactivated_by_the_guest)
{
    open_line(LINE, false);
    drive(LINE, true);
    cr_assert_eq(machine_line_take(), LINE);
    gich_set(GICH_LR + 4U, LR_HW | LR_PENDING | LINE << 10 | 60U);
    cr_assert_eq(gicv(GICC_IAR), 60U);
    cr_assert_not(machine_interrupt_pending());
    gicv_set(GICC_EOIR, 60);
    cr_assert_not(sim_gic_active(&sim.gic, 0, LINE));
    cr_assert(machine_interrupt_pending(), "the input is still high");
}

Test(gic_virtual, disabled_interface_is_silent)
{
    gich_set(GICH_LR, LR_PENDING | 50U);
    gich_set(GICH_HCR, 0);
    cr_assert_not(sim_gic_virq(&sim.gic, 0));
    cr_assert_eq(gicv(GICC_IAR), 1023U);
    gich_set(GICH_HCR, HCR_EN);
    gicv_set(GICC_CTLR, 0);
    cr_assert_not(sim_gic_virq(&sim.gic, 0));
}

Test(gic_virtual, guest_priorities_and_preemption)
{
    gich_set(GICH_LR, LR_PENDING | LR_PRIORITY(20) | 50U);
    gich_set(GICH_LR + 4U, LR_PENDING | LR_PRIORITY(5) | 51U);
    cr_assert_eq(gicv(GICC_HPPIR), 51U);
    cr_assert_eq(gicv(GICC_IAR), 51U);
    cr_assert_eq(gicv(GICC_RPR), 5U << 3);
    cr_assert_not(sim_gic_virq(&sim.gic, 0));
    gicv_set(GICC_EOIR, 51);
    cr_assert(sim_gic_virq(&sim.gic, 0));
    gicv_set(GICC_PMR, 20U << 3);
    cr_assert_not(sim_gic_virq(&sim.gic, 0));
    gicv_set(GICC_PMR, 21U << 3);
    cr_assert(sim_gic_virq(&sim.gic, 0));
}

Test(gic_virtual, vmcr_is_the_guests_registers)
{
    gicv_set(GICC_CTLR, 0x201);
    gicv_set(GICC_PMR, 0xa0);
    cr_assert_eq(gich(GICH_VMCR) & 0xf800021fU, 20U << 27 | 0x201U);
    gich_set(GICH_VMCR, 3U << 27 | 1U);
    cr_assert_eq(gicv(GICC_PMR), 3U << 3);
    cr_assert_eq(gicv(GICC_CTLR), 1U);
}

Test(gic_virtual, pending_and_active_fires_again)
{
    gich_set(GICH_LR, LR_PENDING | LR_ACTIVE | 50U);
    gich_set(GICH_APR, 1);
    cr_assert_not(sim_gic_virq(&sim.gic, 0));
    gicv_set(GICC_EOIR, 50);
    cr_assert(sim_gic_virq(&sim.gic, 0));
    cr_assert_eq(gicv(GICC_IAR), 50U);
}

Test(gic_virtual, split_end_and_deactivation)
{
    gicv_set(GICC_CTLR, 0x201);
    gich_set(GICH_LR, LR_PENDING | 50U);
    cr_assert_eq(gicv(GICC_IAR), 50U);
    gicv_set(GICC_EOIR, 50);
    cr_assert_eq(gich(GICH_APR), 0U);
    cr_assert_eq(gich(GICH_LR), LR_ACTIVE | 50U);
    gicv_set(GICC_DIR, 50);
    cr_assert_eq(gich(GICH_LR), 50U);
}

static bool maintenance(void)
{
    return sim_gic_pending(&sim.gic, 0, SIM_LINE_MAINTENANCE);
}

Test(gic_virtual, end_of_interrupt_maintenance)
{
    gich_set(GICH_LR + 8U, LR_EOI | LR_PENDING | 50U);
    cr_assert_eq(gicv(GICC_IAR), 50U);
    cr_assert_not(maintenance());
    gicv_set(GICC_EOIR, 50);
    cr_assert(maintenance());
    cr_assert_eq(gich(GICH_EISR), 4U);
    cr_assert_eq(gich(GICH_MISR), 1U);
    cr_assert_eq(gich(GICH_ELSR), 0xbU);
    gich_set(GICH_LR + 8U, 0);
    cr_assert_not(maintenance());
}

Test(gic_virtual, underflow_maintenance)
{
    gich_set(GICH_LR, LR_PENDING | 50U);
    gich_set(GICH_LR + 4U, LR_PENDING | 51U);
    gich_set(GICH_HCR, HCR_EN | 2U);
    cr_assert_not(maintenance());
    (void)gicv(GICC_IAR);
    gicv_set(GICC_EOIR, 50);
    cr_assert(maintenance());
    cr_assert_eq(gich(GICH_MISR), 2U);
}

Test(gic_virtual, no_pending_and_group_maintenance)
{
    gich_set(GICH_HCR, HCR_EN | 1U << 3);
    cr_assert_eq(gich(GICH_MISR), 1U << 3);
    gich_set(GICH_LR, LR_PENDING | 50U);
    cr_assert_eq(gich(GICH_MISR), 0U);
    gich_set(GICH_HCR, HCR_EN | 1U << 5);
    cr_assert_not(maintenance());
    gicv_set(GICC_CTLR, 0);
    cr_assert(maintenance(), "the guest disabled group 0");
}

Test(gic_virtual, ends_without_list_register_are_counted)
{
    gich_set(GICH_HCR, HCR_EN | 1U << 2);
    gich_set(GICH_APR, 1U << 4);
    cr_assert_not(maintenance());
    gicv_set(GICC_EOIR, 99);
    cr_assert_eq(gich(GICH_HCR) >> 27, 1U);
    cr_assert(maintenance());
    gich_set(GICH_HCR, HCR_EN | 1U << 2);
    cr_assert_not(maintenance());
}
