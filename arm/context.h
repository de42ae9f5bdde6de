/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What thread.machine[] holds on ARM: all that a thread has in registers beside
 * r0 to r7. The order is that of the LDM and STM in vectors.S.
 */
#ifndef ARM_CONTEXT_H
#define ARM_CONTEXT_H

#define CONTEXT_HCPTR 0U /* closed, or open for the owner of the VFP registers */
#define CONTEXT_SP 1U
#define CONTEXT_PC 2U
#define CONTEXT_CPSR 3U
#define CONTEXT_R8 4U /* to r12 */
#define CONTEXT_LR 9U
#define CONTEXT_WORDS 10U

/* HCPTR (DDI 0406C B4.1.60): traps every coprocessor, trace, and CPACR; open, all
 * but VFP and Advanced SIMD. Guests have their own CPACR. */
#define HCPTR_CLOSED 0x8010bfffU
#define HCPTR_GUEST 0x0010bfffU
#define HCPTR_VFP 0x00008c00U

/* CPSR of a thread at its program's entry: User mode, Thumb. */
#define CPSR_USER_THUMB 0x30U
/* Hyp mode, interrupts taken, aborts not; nothing taken: a guest's way in (guest.S). */
#define CPSR_IDLE 0x11aU
#define CPSR_GUEST_ENTER 0x1daU

/* HCR (B4.1.67): TGE, TWE, TWI, DC, AMO, IMO, FMO, SWIO, VM. */
#define HCR_NATIVE 0x0800703bU
/* HSTR (B4.1.79): ThumbEE, Jazelle, and coprocessor 15's registers c0 to c3, c5, c6,
 * c8 to c13, c15. c7 holds the barriers of old code, c14 the timers. */
#define HSTR_NATIVE 0x0003bf6fU
/* HDCR (B4.1.62): debug ROM, OS and other debug registers, performance monitors; of native
 * threads debug exceptions, too (BKPT: HCR.TGE wants that), of guests their kernels take them.
 * HPMN: one counter is PL1's, which has none of them. */
#define HDCR_NATIVE 0x00000f61U
#define HDCR_GUEST 0x00000e61U
/* SCTLR of User mode under TGE (B4.1.130): SBO bits, CP15BEN, Z, C, I; no MMU, as TGE
 * demands, no alignment check. HCR.DC makes all memory write-back for stage 1; C and I
 * are on so that no reading of B3.2.1 makes it less. */
#define SCTLR_NATIVE 0x00c5187cU
#define CPACR_NATIVE 0x00f00000U /* VFP is HCPTR's business */
#define CNTKCTL_NATIVE 3U        /* both counters readable (B4.1.26) */

/* HCR of guests: TSW, TAC, TIDCP, TSC, TWI, BSU inner, FB, AMO, IMO, FMO, PTW (its tables are
 * in memory, not in devices), SWIO, VM; and until it has turned its caches on, TVM. */
#define HCR_GUEST 0x0078263fU
#define HCR_TVM 0x04000000U
/* ThumbEE and Jazelle are nobody's. */
#define HSTR_GUEST 0x00030000U

#endif
