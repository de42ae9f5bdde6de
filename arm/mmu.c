/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hyp mode's own translation: memory and devices where they are, in blocks of
 * 1 GiB, so that the core can use caches and physical addresses alike (DDI 0406C
 * B3.6). And what holds for all native threads: stage 2 on, everything that
 * User mode could share with others trapped.
 */
#include "arm.h"

#include "hw.h"
#include "machine.h"

#define GIB 0x40000000U
#define ACTLR_SMP 0x00000040U

/* Blocks (B3.6.1): AF, SH inner, AP[1] as Hyp's PL2 regime wants it. */
#define BLOCK_MEMORY 0x741U              /* attribute 0 */
#define BLOCK_DEVICE 0x40000000000445ULL /* attribute 1, XN */
#define HMAIR0_VALUE 0x000004ffU         /* 0: write-back; 1: Device */

/* HTCR, VTCR (B4.1.76, B4.1.174): write-back inner-shareable walks; 4 GiB. Stage 2 starts
 * at level 1 (SL0 1), and with less than that at level 2. */
#define HTCR_VALUE 0x80803500U
#define VTCR_VALUE (0x80003500U | (SPACE_T0SZ == 0 ? 0x40U : SPACE_T0SZ))
/* HSCTLR (B4.1.75): SBO bits, CP15BEN, I, C, M. */
#define HSCTLR_VALUE 0x30c5187dU

#define VMPIDR_VALUE 0x80000000U
_Alignas(32) static u64 hyp_table[4];

/* Drops what caches may hold for the image, so that turning them on shows no
 * content from before. Nothing is dirty: start.S has seen to that, and everything
 * since went past them; but an instruction fetch may have brought a line in. */
static void cache_forget(void)
{
    extern const u8 arm_start[];
    extern const u8 arm_bss_end[];
    u32 line = 4U << (hw_ctr_read() >> 16 & 0xfU); /* DminLine */

    for (u32 at = (u32)arm_start & ~(line - 1U); at < (u32)arm_bss_end; at += line) {
        hw_dcimvac(at);
    }
    hw_dsb();
}

/* ACTLR.SMP of Cortex-A7 and -A15 (their manuals, "Auxiliary Control Register"): before
 * caches and MMU are on. Where Secure state has kept it, it has set it. */
static void coherency_join(void)
{
    u32 actlr = HW_READ32(p15, 0, c1, c0, 1);

    if ((actlr & ACTLR_SMP) == 0) {
        HW_WRITE32(p15, 0, c1, c0, 1, actlr | ACTLR_SMP);
        hw_isb();
    }
}

void arm_mmu_init(void)
{
    coherency_join();
    for (u32 i = 0; i < 4U; i++) {
        bool memory = board.ram / GIB == i;
        hyp_table[i] = (u64)i * GIB + (memory ? BLOCK_MEMORY : BLOCK_DEVICE);
    }
    cache_forget();
    HW_WRITE32(p15, 4, c10, c2, 0, HMAIR0_VALUE);
    HW_WRITE32(p15, 4, c2, c0, 2, HTCR_VALUE);
    HW_WRITE64(4, c2, (u32)hyp_table); /* HTTBR */
    HW_WRITE32(p15, 4, c8, c7, 0, 0);  /* TLBIALLH */
    HW_WRITE32(p15, 0, c7, c5, 0, 0);  /* ICIALLU */
    hw_dsb();
    hw_isb();
    HW_WRITE32(p15, 4, c1, c0, 0, HSCTLR_VALUE);
    hw_isb();
}

void arm_traps_init(void)
{
    HW_WRITE32(p15, 4, c2, c1, 2, VTCR_VALUE);
    HW_WRITE32(p15, 4, c1, c1, 0, HCR_NATIVE);
    HW_WRITE32(p15, 4, c1, c1, 3, HSTR_NATIVE);
    HW_WRITE32(p15, 4, c1, c1, 1, HDCR_NATIVE);
    HW_WRITE32(p15, 0, c1, c0, 0, SCTLR_NATIVE);
    HW_WRITE32(p15, 0, c1, c0, 2, CPACR_NATIVE);
    HW_WRITE32(p15, 0, c14, c1, 0, CNTKCTL_NATIVE);
    HW_WRITE32(p15, 0, c14, c2, 1, 0); /* CNTP_CTL, CNTV_CTL: off, whoever used them */
    HW_WRITE32(p15, 0, c14, c3, 1, 0);
    HW_WRITE32(p15, 0, c9, c14, 0, 0); /* PMUSERENR */
    HW_WRITE32(p15, 0, c9, c14, 2, ~0U); /* PMINTENCLR */
    HW_WRITE32(p15, 0, c13, c0, 2, 0); /* TPIDRURW */
    HW_WRITE32(p15, 0, c13, c0, 3, 0); /* TPIDRURO */
    /* What guests see (B4.1.175, B4.1.168): this CPU, the only one of its cluster. */
    HW_WRITE32(p15, 4, c0, c0, 0, HW_READ32(p15, 0, c0, c0, 0));
    HW_WRITE32(p15, 4, c0, c0, 5, VMPIDR_VALUE);
    hw_isb();
}
