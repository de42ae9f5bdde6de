/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VFP and Advanced SIMD for the threads that were created with them, owner-lazy: the
 * registers stay with who used them last, its owner, until another such thread's
 * first instruction traps (HCPTR). HCPTR is part of a thread's context and is open in
 * the owner's only, so a switch between threads does not look at any of this.
 *
 * Invariant: HCPTR_VFP is clear in the context of vfp_owner alone. A guest's FPEXC is
 * part of its registers; a native thread's is always on.
 */
#include "arm.h"

#include "hw.h"
#include "image.h"
#include "kernel.h"

#define FPEXC_EN 0x40000000U /* B4.1.57 */
#define CPACR_VFP 0x00f00000U /* B4.1.40: coprocessors 10 and 11 */

struct vfp_area {
    u64 d[32];
    u32 fpscr;
    u32 fpexc;
};

/* vfp_registers.S */
void arm_vfp_store(struct vfp_area *area);
void arm_vfp_load(const struct vfp_area *area);

static struct vfp_area areas[VFP_MAX];
static u32 vfp_owner;

/* 0: none, else one more than its number. */
static u32 area_of(u32 thread)
{
    return thread < CPU_MAX ? 0 : arm_system.threads[thread - CPU_MAX].vfp;
}

static void hcptr_write(u32 value)
{
    HW_WRITE32(p15, 4, c1, c1, 2, value);
    hw_isb();
}

/* Opens them for a thread that runs; or closes them for one that does not. */
static u32 hcptr_open(u32 thread, bool open)
{
    u32 *hcptr = &thread_at(thread)->machine[CONTEXT_HCPTR];

    *hcptr = open ? *hcptr & ~HCPTR_VFP : *hcptr | HCPTR_VFP;
    return *hcptr;
}

void arm_vfp_init(void)
{
    vfp_owner = NONE;
    if (VFP_MAX == 0) {
        return;
    }
    /* Bits of coprocessors that are not there, or not for Non-secure state
     * (NSACR), read as zero. */
    hcptr_write(HCPTR_CLOSED & ~HCPTR_VFP);
    if ((HW_READ32(p15, 0, c1, c0, 2) & CPACR_VFP) != CPACR_VFP) {
        arm_refuse("no VFP, or it is kept for Secure state");
    }
    hcptr_write(HCPTR_CLOSED);
}

bool arm_vfp_take(u32 thread)
{
    u32 area = VFP_MAX != 0 ? area_of(thread) : 0;

    /* With the registers its own, it was another coprocessor that trapped. */
    if (area == 0 || thread == vfp_owner) {
        return false;
    }
    hcptr_write(hcptr_open(thread, true)); /* it is running */
    if (vfp_owner != NONE) {
        arm_vfp_store(&areas[area_of(vfp_owner) - 1U]);
        (void)hcptr_open(vfp_owner, false);
    }
    arm_vfp_load(&areas[area - 1U]);
    vfp_owner = thread;
    return true;
}

void arm_vfp_reset(u32 thread)
{
    u32 area = VFP_MAX != 0 ? area_of(thread) : 0;

    if (area == 0) {
        return;
    }
    if (vfp_owner == thread) {
        vfp_owner = NONE; /* what the registers hold is nobody's, and loaded over */
    }
    areas[area - 1U] = (struct vfp_area){
        .fpexc = thread_at(thread)->vcpu != 0 ? 0 : FPEXC_EN};
}
