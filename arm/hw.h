/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The accessors through which arm/stage2.c, arm/cache.c, arm/gic.c, arm/timer.c
 * and the console's UART reach hardware. On ARM they are single instructions; the
 * simulator answers them from its models. Which set is meant is decided by the
 * include path.
 */
#ifndef ARM_HW_H
#define ARM_HW_H

#include "types.h"

/* Found on the include path of the chosen machine. Provides:
 *   u32  hw_read32(paddr_t)            device register
 *   void hw_write32(paddr_t, u32)
 *   void hw_write8(paddr_t, u8)        byte-accessible device register
 *   u64  hw_table_read(paddr_t)        page-table descriptor, single-copy atomic
 *   void hw_table_write(paddr_t, u64)
 *   u64  hw_cntpct(void)               counter, after an ISB
 *   void hw_cnthp_cval_write(u64)
 *   void hw_cnthp_ctl_write(u32)
 *   u64/… hw_vttbr_read/write          the space the MMU walks now
 *   u32  hw_isr_pending(void)          ISR.I, ISR.F; or 0
 *   void hw_tlbi_*()                   as stage2.c needs them
 *   u32  hw_ctr_read(void)             cache type: line sizes
 *   void hw_dccmvac(u32 mva) ...       cache maintenance as cache.c needs it
 *   void hw_dsb(void), hw_isb(void)
 *   HW_GICD_BASE, HW_GICC_BASE, HW_CONSOLE_BASE, ... of the board
 */
#include "hw_access.h"

#endif
