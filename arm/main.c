/* SPDX-License-Identifier: BSD-2-Clause */
/* From Hyp mode with everything off to the first thread. */
#include "arm.h"

#include "hw.h"
#include "image.h"
#include "kernel.h"
#include "machine.h"

/* The end of what the image uses: cells' memory included. */
static u32 memory_end(void)
{
    u32 end = 0;

    for (u32 i = 0; i < arm_system.region_count; i++) {
        const struct machine_mapping *m = &arm_system.regions[i].map;
        if (m->memory != MEMORY_DEVICE && m->pa.raw + m->size > end) {
            end = m->pa.raw + m->size;
        }
    }
    return end;
}

/* Caches hold nothing for an address without memory, so this is asked before
 * they are on. */
static void memory_try(void)
{
    paddr_t last = paddr(memory_end() - 4U);

    arm_trying = "too little RAM for this system";
    hw_write32(last, 0x5aa55aa5U);
    hw_dsb();
    if (hw_read32(last) != 0x5aa55aa5U) {
        arm_refuse(arm_trying);
    }
}

static void interrupt_controller_try(void)
{
    arm_trying = "no GICv2 where this board has it";
    /* GICD_ICPIDR2 and GICC_IIDR: architecture version (IHI 0048B 4.3.18, 4.4.15). */
    if (machine_line_count() < 32U || (hw_read32(paddr(HW_GICC_BASE + 0xfcU)) >> 16 & 0xfU) != 2U) {
        arm_refuse(arm_trying);
    }
    arm_trying = NULL;
}

static void binaries_load(void)
{
    for (u32 i = 0; i < arm_system.cell_count; i++) {
        const struct arm_binary *b = &arm_binaries[i];
        volatile u32 *to = (volatile u32 *)b->to.raw;
        u32 words = b->size / 4U;
        for (const u32 *from = b->start; from != b->end; from++) {
            *to++ = *from;
            words--;
        }
        for (; words != 0; words--) {
            *to++ = 0;
        }
    }
}

u32 *arm_main(void)
{
    if (arm_image_magic != ARM_IMAGE_MAGIC) {
        arm_refuse("the image is cut short");
    }
    memory_try();
    interrupt_controller_try();
    arm_mmu_init();
    binaries_load();
    arm_code_written();
    arm_traps_init();
    const char *misfit = boot(&arm_system);
    if (misfit != NULL) {
        arm_refuse(misfit);
    }
    arm_threads_init();
    return thread_at(kernel.cpu[0].current)->machine;
}
