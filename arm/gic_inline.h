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

/* GICD_IPRIORITYR: the level before the mask; GICC_PMR; GICH_HCR: En, UIE, NPIE; GICH_APR;
 * GICH_VMCR.VEM; the priority in GICH_LRn; GICH_LR0. */
#define machine_line_timer() INTID_CNTHP
#define machine_line_maintenance() INTID_MAINTENANCE
#define machine_line_virtual_timer() INTID_CNTV
#define machine_line_urgency(line, mask) \
    hw_write8(paddr(HW_GICD_BASE + 0x400U + (line)), (u8)((mask) - 1U))
#define machine_mask_set(mask) hw_write32(paddr(HW_GICC_BASE + 4U), mask)
#define machine_list_control(more, none) (!(more) ? 1U : (none) ? 0xbU : 3U)
#define machine_interface_levels() hw_read32(paddr(HW_GICH_BASE + 0xf0U))
#define machine_interface_nests() \
    ((hw_read32(paddr(HW_GICH_BASE + 8U)) & 1U << 9) != 0 ? 0 : machine_interface_levels())
#define machine_list_level(word) ((word) >> 23 & 31U)
#define machine_lists_off() hw_write32(paddr(HW_GICH_BASE), 0)

static inline paddr_t list_at(u32 list)
{
    return paddr(HW_GICH_BASE + 0x100U + list * 4U);
}

#define machine_list_read(list) hw_read32(list_at(list))
#define machine_list_write(list, word) hw_write32(list_at(list), word)

#endif
