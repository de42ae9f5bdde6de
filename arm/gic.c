/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 (IHI 0048B): distributor and the interface of this CPU. Everything is
 * in one group at one priority: urgency is the core's business, so the
 * controller only says which lines are pending. It works from the Non-secure
 * view and without the Security Extensions alike: bit 0 of both CTLRs enables
 * the group that all lines are in, and bit 9 of GICC_CTLR is EOImode (4.4.1).
 *
 * SGIs cannot be masked on most implementations (4.3.5) and nothing but the
 * core sends them. The core changes each register from one CPU at a time.
 */
#include "gic_take.h"
#include "hw.h"
#include "machine.h"

/* Distributor (4.1.2, 4.3). */
#define GICD_CTLR 0x000U
#define GICD_TYPER 0x004U
#define GICD_IGROUPR 0x080U
#define GICD_ISENABLER 0x100U
#define GICD_ICENABLER 0x180U
#define GICD_ISPENDR 0x200U
#define GICD_ICPENDR 0x280U
#define GICD_ISACTIVER 0x300U
#define GICD_ICACTIVER 0x380U
#define GICD_IPRIORITYR 0x400U
#define GICD_ITARGETSR 0x800U
#define GICD_ICFGR 0xc00U
#define ICFGR_EDGE(line) (2U << (line) % 16U * 2U)
#define GICD_CPENDSGIR 0xf10U
#define CTLR_ENABLE 1U

/* Virtual interface control (5.2, 5.3). */
#define GICH_VTR 0x004U
#define GICH_VMCR 0x008U
#define GICH_APR 0x0f0U
#define LR_HW (1U << 31)
#define LR_PHYSICAL_SHIFT 10U
#define LR_PRIORITY_SHIFT 23U

#define FIRST_SPI 32U
#define ALL_LINES 0xffffffffU

static u32 gicd_read(u32 offset)
{
    return hw_read32(paddr(HW_GICD_BASE + offset));
}

static void gicd_write(u32 offset, u32 value)
{
    hw_write32(paddr(HW_GICD_BASE + offset), value);
}

/* Registers with one bit a line: 32 lines in each word. */
static inline __attribute__((always_inline)) void line_write(u32 offset, u32 line)
{
    gicd_write(offset + line / 32U * 4U, 1U << (line % 32U));
}

u32 machine_line_count(void)
{
    return 32U * ((gicd_read(GICD_TYPER) & 0x1fU) + 1U); /* 4.3.2 */
}

/* Firmware's guests may have left interrupts, in more list registers than are used here. */
static void lists_init(void)
{
    machine_lists_off();
    hw_write32(paddr(HW_GICH_BASE + GICH_APR), 0);
    for (u32 i = 0; i <= (hw_read32(paddr(HW_GICH_BASE + GICH_VTR)) & 0x3fU); i++) { /* 5.3.2 */
        machine_list_write(i, 0);
    }
}

void machine_lines_init(void)
{
    u32 lines = machine_line_count();

    /* Nothing is forwarded while state that firmware left is cleaned away. */
    gicc_write(GICC_CTLR, 0);
    gicd_write(GICD_CTLR, 0);
    for (u32 word = 0; word < lines / 32U; word++) {
        gicd_write(GICD_ICENABLER + word * 4U, ALL_LINES);
        gicd_write(GICD_ICPENDR + word * 4U, ALL_LINES);
        gicd_write(GICD_ICACTIVER + word * 4U, ALL_LINES);
        gicd_write(GICD_IGROUPR + word * 4U, 0);
    }
    for (u32 sgi = 0; sgi < 16U; sgi += 4U) {
        gicd_write(GICD_CPENDSGIR + sgi, ALL_LINES); /* GICD_ICPENDR spares SGIs (4.3.8) */
    }
    for (u32 line = 0; line < FIRST_SPI; line++) {
        hw_write8(paddr(HW_GICD_BASE + GICD_IPRIORITYR + line), 0);
    }
    lists_init();
    /* Active priorities that firmware left would hold everything back (4.4, GICC_APRn). */
    gicc_write(GICC_APR, 0);
    gicc_write(GICC_NSAPR, 0);
    gicc_write(GICC_PMR, MACHINE_MASK_ALL);
    gicc_write(GICC_BPR, 0);
    gicd_write(GICD_CTLR, CTLR_ENABLE);
    gicc_write(GICC_CTLR, CTLR_ENABLE | GICC_CTLR_EOIMODE);
    hw_dsb();
}

_Static_assert(MACHINE_LINE_NONE == INTID_SPURIOUS, "no line is pending");

u32 machine_line_take(void)
{
    return gic_take();
}

void machine_line_deactivate(u32 line)
{
    /* The device must have seen its driver's writes, and lowered its line,
     * before the line can fire again. */
    hw_dsb();
    gicc_write(GICC_DIR, line);
}

void machine_line_mask(u32 line)
{
    line_write(GICD_ICENABLER, line);
    /* Done before the caller relies on it. */
    hw_dsb();
}

void machine_line_unmask(u32 line)
{
    line_write(GICD_ISENABLER, line);
}

void machine_line_configure(u32 line, bool edge)
{
    u32 config = GICD_ICFGR + line / 16U * 4U;
    u32 bit = ICFGR_EDGE(line);

    /* Changing the trigger of an enabled line is UNPREDICTABLE (4.3.13). */
    machine_line_mask(line);
    if (line >= FIRST_SPI) {
        /* The targets of the banked lines read as this CPU's bit (4.3.12). */
        u32 self = gicd_read(GICD_ITARGETSR) & 0xffU;

        hw_write8(paddr(HW_GICD_BASE + GICD_ITARGETSR + line), (u8)self);
        gicd_write(config, edge ? gicd_read(config) | bit : gicd_read(config) & ~bit);
    }
}

u32 __attribute__((noinline)) machine_mask(u32 level)
{
    gicc_write(GICC_PMR, MACHINE_MASK_ALL);
    u32 most = hw_read32(paddr(HW_GICC_BASE + GICC_PMR)); /* in the bits that there are (4.4.2) */
    u32 mask = (level + 1U) * (most & (0U - most));

    return mask < most ? mask : most;
}

/* By the distributor: GICC_DIR is for active lines alone, and wants to know the CPU that sent
 * an SGI (4.3.8, 4.4.15). */
void machine_line_end(u32 line)
{
    line_write(GICD_ICACTIVER, line);
    hw_dsb(); /* before it is active anew */
}

void machine_line_again(u32 line)
{
    if ((gicd_read(GICD_ICFGR + line / 16U * 4U) & ICFGR_EDGE(line)) != 0) {
        line_write(GICD_ISPENDR, line);
    }
}

/* ---- virtual interface ---------------------------------------------------------*/

u32 machine_list_word(u32 line, u32 priority, u32 physical, bool told)
{
    u32 how = told ? MACHINE_LIST_TOLD : 0;

    if (physical != MACHINE_LINE_NONE) {
        how = LR_HW | physical << LR_PHYSICAL_SHIFT;
    }
    return how | priority >> 3 << LR_PRIORITY_SHIFT | line;
}

bool machine_virtual_timer_line_unload(void)
{
    bool active = (gicd_read(GICD_ISACTIVER) >> INTID_CNTV & 1U) != 0;

    if (active) {
        machine_line_deactivate(INTID_CNTV);
    }
    line_write(GICD_ICENABLER, INTID_CNTV);
    hw_dsb();
    return active;
}

void machine_virtual_timer_line_load(bool active, bool wanted)
{
    if (active) {
        line_write(GICD_ISACTIVER, INTID_CNTV);
    }
    if (wanted) {
        line_write(GICD_ISENABLER, INTID_CNTV);
    }
}

void machine_interface_store(u32 *words)
{
    words[0] = hw_read32(paddr(HW_GICH_BASE + GICH_VMCR));
    words[1] = hw_read32(paddr(HW_GICH_BASE + GICH_APR));
}

void machine_interface_load(const u32 *words)
{
    hw_write32(paddr(HW_GICH_BASE + GICH_VMCR), words[0]);
    hw_write32(paddr(HW_GICH_BASE + GICH_APR), words[1]);
}

/* A place to look at from outside: bench/arm/masked.sh. */
u32 __attribute__((noinline)) machine_interrupt_pending(void)
{
    return hw_isr_pending();
}
