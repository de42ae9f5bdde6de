/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hardware accessors for arm/stage2.c, arm/cache.c, arm/gic.c, arm/timer.c and
 * arm/console_pl011.c, answered by the simulator's models (sim/bus.c). See arm/hw.h.
 */
#ifndef HW_ACCESS_H
#define HW_ACCESS_H

#include "../bus.h"
#include "../sim_limits.h"
#include "sim_clock.h"
#include "types.h"

#define HW_GICD_BASE SIM_GICD_BASE
#define HW_GICC_BASE SIM_GICC_BASE
#define HW_GICH_BASE SIM_GICH_BASE
#define HW_CONSOLE_BASE SIM_UART_BASE

#define HW_TABLE_PAGES SIM_TABLE_PAGES
#define HW_TABLES_BASE (SIM_RAM_BASE + SIM_RAM_SIZE - HW_TABLE_PAGES * PAGE_SIZE)
_Static_assert(HW_TABLES_BASE % PAGE_SIZE == 0, "tables are pages");

/* Device registers. An access that nothing answers stops the machine: it is a
 * bug of the hypervisor. */
u32 hw_read32(paddr_t pa);
void hw_write32(paddr_t pa, u32 value);
void hw_write8(paddr_t pa, u8 value);

/* Page-table descriptors. */
u64 hw_table_read(paddr_t pa);
void hw_table_write(paddr_t pa, u64 descriptor);

u64 hw_vttbr_read(void);
void hw_vttbr_write(u64 vttbr);

/* TLB maintenance, broadcast in the inner shareable domain. */
void hw_tlbi_allnsnhis(void);   /* TLBIALLNSNHIS: all VMIDs */
void hw_tlbi_allis(void);       /* TLBIALLIS: VMID of VTTBR */

/* Caches, by Hyp's addresses, which are physical ones. Those by MVA and those
 * that end in IS reach all CPUs. */
u32 hw_ctr_read(void);        /* CTR */
void hw_dccmvac(u32 mva);     /* DCCMVAC: clean to the point of coherency */
void hw_dcimvac(u32 mva);     /* DCIMVAC: invalidate */
void hw_dccimvac(u32 mva);    /* DCCIMVAC: clean and invalidate */
void hw_dccmvau(u32 mva);     /* DCCMVAU: clean to the point of unification */
void hw_icimvau(u32 mva);     /* ICIMVAU: invalidate instructions */
void hw_icialluis(void);      /* ICIALLUIS: invalidate all instructions */
void hw_bpiallis(void);       /* BPIALLIS: invalidate branch predictors */

/* Generic timer. */
u64 hw_cntpct(void);
void hw_cnthp_cval_write(u64 cval);
void hw_cnthp_ctl_write(u32 ctl);
u64 hw_cntv_cval_read(void);
void hw_cntv_cval_write(u64 cval);
u32 hw_cntv_ctl_read(void);
void hw_cntv_ctl_write(u32 ctl);
void hw_cntvoff_write(u64 offset);
void hw_cnthctl_write(u32 value);

/* Is an interrupt waiting for this CPU (ISR)? */
bool hw_isr_pending(void);

/* What the models have not done yet is done. */
static inline void hw_dsb(void)
{
    if ((sim_clock.late & (SIM_LATE_DATA | SIM_LATE_DEVICE)) != 0) {
        sim_bus_dsb();
    }
}

static inline void hw_isb(void)
{
    if ((sim_clock.late & SIM_LATE_CONTEXT) != 0) {
        sim_bus_isb();
    }
}

#endif
