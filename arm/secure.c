/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only Secure state can set up, when the image is entered there: then it
 * leaves that state for good, and nothing is kept in it.
 */
#include "arm.h"

#include "hw.h"

#define GICD_IGROUPR 0x080U
#define GICD_TYPER 0x004U
#define GICC_PMR 0x004U
#define NSACR_VFP 0x00000c00U /* B4.1.111: coprocessors 10 and 11 */
#define NSACR_SMP 0x00040000U /* Cortex-A7, -A15: ACTLR.SMP is writable from Non-secure */

void arm_secure_setup(void)
{
    u32 lines = 32U * ((hw_read32(paddr(HW_GICD_BASE + GICD_TYPER)) & 0x1fU) + 1U);

    /* All lines to group 1, which is all that Non-secure state sees (IHI 0048B 4.3.4). */
    for (u32 word = 0; word < lines / 32U; word++) {
        hw_write32(paddr(HW_GICD_BASE + GICD_IGROUPR + 4U * word), 0xffffffffU);
    }
    hw_write32(paddr(HW_GICC_BASE + GICC_PMR), 0xffU);
    HW_WRITE32(p15, 0, c1, c1, 2, NSACR_VFP | NSACR_SMP);
    HW_WRITE32(p15, 0, c14, c0, 0, board.ticks_per_ms * 1000U); /* CNTFRQ */
    hw_isb();
}
