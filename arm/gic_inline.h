/* SPDX-License-Identifier: BSD-2-Clause */
/* What machine.h has of interrupts that is shorter than a call of it: INTIDs, and list
 * registers (IHI 0048B 5.3). For the core on both machines. */
#ifndef ARM_GIC_INLINE_H
#define ARM_GIC_INLINE_H

#include "hw.h"

/* Cortex-A7 and -A15, all boards. */
#define INTID_MAINTENANCE 25U
#define INTID_CNTHP 26U
#define INTID_CNTV 27U

#define LISTS_CONTROL 0x000U /* GICH_HCR */
#define LISTS_ENABLE 1U
#define LISTS_UNDERFLOW 2U
#define LISTS_AT 0x100U /* GICH_LR0 */

static inline u32 machine_line_timer(void)
{
    return INTID_CNTHP;
}

static inline u32 machine_line_maintenance(void)
{
    return INTID_MAINTENANCE;
}

static inline u32 machine_line_virtual_timer(void)
{
    return INTID_CNTV;
}

static inline u32 machine_list_read(u32 list)
{
    return hw_read32(paddr(HW_GICH_BASE + LISTS_AT + list * 4U));
}

static inline void machine_list_write(u32 list, u32 word)
{
    hw_write32(paddr(HW_GICH_BASE + LISTS_AT + list * 4U), word);
}

static inline u32 machine_list_control(bool more)
{
    return LISTS_ENABLE | (more ? LISTS_UNDERFLOW : 0);
}

static inline void machine_lists_off(void)
{
    hw_write32(paddr(HW_GICH_BASE + LISTS_CONTROL), 0);
}

#endif
