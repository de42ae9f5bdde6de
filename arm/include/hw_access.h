/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hardware accessors on ARM: single instructions. Hyp mode maps all memory and
 * devices where they are (arm/mmu.c), so a physical address is a pointer. See
 * arm/hw.h. Sections: ARM DDI 0406C.
 */
#ifndef HW_ACCESS_H
#define HW_ACCESS_H

#include "board_config.h"
#include "limits_config.h"
#include "types.h"

#define HW_GICD_BASE (board.gicd)
#define HW_GICC_BASE (board.gicc)
#define HW_GICH_BASE (board.gich)
#define HW_CONSOLE_BASE (board.uart)

/* Page-table pages: arm/memory.c. The roots come first. */
extern u8 arm_tables[];
#define HW_TABLES_BASE ((u32)arm_tables)
#define HW_TABLE_PAGES TABLE_PAGE_MAX

static inline u32 hw_read32(paddr_t pa)
{
    return *(volatile const u32 *)pa.raw;
}

static inline void hw_write32(paddr_t pa, u32 value)
{
    *(volatile u32 *)pa.raw = value;
}

static inline u32 hw_read8(paddr_t pa)
{
    return *(volatile const u8 *)pa.raw;
}

static inline void hw_write8(paddr_t pa, u8 value)
{
    *(volatile u8 *)pa.raw = value;
}

/* LDRD and STRD of an aligned doubleword are single-copy atomic with LPAE
 * (A3.5.3). */
static inline u64 hw_table_read(paddr_t pa)
{
    u64 descriptor;

    __asm__ volatile("ldrd %Q0, %R0, [%1]" : "=r"(descriptor) : "r"(pa.raw) : "memory");
    return descriptor;
}

static inline void hw_table_write(paddr_t pa, u64 descriptor)
{
    __asm__ volatile("strd %Q0, %R0, [%1]" : : "r"(descriptor), "r"(pa.raw) : "memory");
}

#define HW_READ64(opc, crm)                                                            \
    ({                                                                                 \
        u64 value_;                                                                    \
        __asm__ volatile("mrrc p15, " #opc ", %Q0, %R0, " #crm : "=r"(value_) : : "memory"); \
        value_;                                                                        \
    })
#define HW_WRITE64(opc, crm, value) \
    __asm__ volatile("mcrr p15, " #opc ", %Q0, %R0, " #crm : : "r"((u64)(value)) : "memory")
#define HW_READ32(coproc, opc1, crn, crm, opc2)                                                  \
    ({                                                                                           \
        u32 value_;                                                                              \
        __asm__ volatile("mrc " #coproc ", " #opc1 ", %0, " #crn ", " #crm ", " #opc2            \
                         : "=r"(value_)                                                          \
                         :                                                                       \
                         : "memory");                                                            \
        value_;                                                                                  \
    })
#define HW_WRITE32(coproc, opc1, crn, crm, opc2, value)                               \
    __asm__ volatile("mcr " #coproc ", " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : : \
                         "r"((u32)(value)) : "memory")

static inline void hw_dsb(void)
{
    __asm__ volatile("dsb" : : : "memory");
}

static inline void hw_isb(void)
{
    __asm__ volatile("isb" : : : "memory");
}

/* A register that is read, or written, as it is. */
#define HW_READER32(name, opc1, crn, crm, opc2) \
    static inline u32 name(void) { return HW_READ32(p15, opc1, crn, crm, opc2); }
#define HW_WRITER32(name, opc1, crn, crm, opc2) \
    static inline void name(u32 value) { HW_WRITE32(p15, opc1, crn, crm, opc2, value); }
#define HW_READER64(name, opc, crm) \
    static inline u64 name(void) { return HW_READ64(opc, crm); }
#define HW_WRITER64(name, opc, crm) \
    static inline void name(u64 value) { HW_WRITE64(opc, crm, value); }
#define HW_OPERATION(name, opc1, crn, crm, opc2) \
    static inline void name(void) { HW_WRITE32(p15, opc1, crn, crm, opc2, 0); }

/* VTTBR (B4.1.173). */
HW_READER64(hw_vttbr_read, 6, c2)
HW_WRITER64(hw_vttbr_write, 6, c2)

/* TLB maintenance (B4.2.2), broadcast in the inner shareable domain. */
HW_OPERATION(hw_tlbi_allnsnhis, 4, c8, c3, 4)
HW_OPERATION(hw_tlbi_allis, 0, c8, c3, 0)

/* Cache maintenance (B4.2.1), by address; the flat map makes that the physical one. CTR. */
HW_READER32(hw_ctr_read, 0, c0, c0, 1)
HW_WRITER32(hw_dccmvac, 0, c7, c10, 1)
HW_WRITER32(hw_dcimvac, 0, c7, c6, 1)
HW_WRITER32(hw_dccimvac, 0, c7, c14, 1)
HW_WRITER32(hw_dccmvau, 0, c7, c11, 1)
HW_WRITER32(hw_icimvau, 0, c7, c5, 1)
HW_OPERATION(hw_icialluis, 0, c7, c1, 0)
HW_OPERATION(hw_bpiallis, 0, c7, c1, 6)

/* Generic timer (B8). The counter must not be read ahead of time (B8.1.1). */
static inline u64 hw_cntpct(void)
{
    hw_isb();
    return HW_READ64(0, c14);
}
HW_WRITER64(hw_cnthp_cval_write, 6, c14)
HW_WRITER32(hw_cnthp_ctl_write, 4, c14, c2, 1)
HW_READER64(hw_cntv_cval_read, 3, c14)
HW_WRITER64(hw_cntv_cval_write, 3, c14)
HW_READER32(hw_cntv_ctl_read, 0, c14, c3, 1)
HW_WRITER32(hw_cntv_ctl_write, 0, c14, c3, 1)
HW_WRITER64(hw_cntvoff_write, 4, c14)
HW_WRITER32(hw_cnthctl_write, 4, c14, c1, 0)

/* ISR (B4.1.93): A, I and F pending. */
static inline u32 hw_isr_pending(void)
{
    return HW_READ32(p15, 0, c12, c1, 0) & 0xc0U;
}

#endif
