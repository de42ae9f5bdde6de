/* SPDX-License-Identifier: BSD-2-Clause */
/* The interface of this CPU to the interrupt controller (IHI 0048B 4.1.3, 4.4), and what an
 * interrupt does there first: inline, for the core's hot path, and for arm/gic.c. */
#ifndef ARM_GIC_TAKE_H
#define ARM_GIC_TAKE_H

#include "config.h"
#include "hw.h"

#define GICC_CTLR 0x0000U
#define GICC_PMR 0x0004U
#define GICC_BPR 0x0008U
#define GICC_IAR 0x000cU
#define GICC_EOIR 0x0010U
#define GICC_APR 0x00d0U
#define GICC_NSAPR 0x00e0U
#define GICC_DIR 0x1000U
#define GICC_CTLR_EOIMODE (1U << 9)

#define INTID_MASK 0x3ffU
#define INTID_SPURIOUS 1023U /* as all special ones, above any line (3.2.5) */

static inline void gicc_write(u32 offset, u32 value)
{
    hw_write32(paddr(HW_GICC_BASE + offset), value);
}

/* The line that is pending, acknowledged; or INTID_SPURIOUS. */
static inline u32 gic_take(void)
{
    u32 iar = hw_read32(paddr(HW_GICC_BASE + GICC_IAR));
    u32 line = iar & INTID_MASK;

    if (line >= LINE_MAX) {
        return INTID_SPURIOUS;
    }
    gicc_write(GICC_EOIR, iar); /* 4.4.5: priority drop only */
    return line;
}

#endif
