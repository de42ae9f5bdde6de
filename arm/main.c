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

/* Asked before caches are on, which would answer for memory that is not there.
 * Smaller memory often shows again behind its end: then a write to the last word
 * changes another, at a distance of a power of two. */
static void memory_try(void)
{
    u32 last = memory_end() - 4U;

    arm_trying = "too little RAM for this system";
    for (u32 distance = PAGE_SIZE; distance <= last - board.ram; distance <<= 1U) {
        u32 was = hw_read32(paddr(last));
        u32 other = hw_read32(paddr(last - distance));
        hw_write32(paddr(last), ~other);
        hw_dsb();
        bool good = hw_read32(paddr(last)) == ~other && hw_read32(paddr(last - distance)) == other;
        hw_write32(paddr(last), was);
        hw_dsb();
        if (!good) {
            arm_refuse(arm_trying);
        }
    }
}

static void interrupt_controller_try(void)
{
    arm_trying = arm_text_no_gic;
    /* GICD_ICPIDR2 and GICC_IIDR: architecture version (IHI 0048B 4.3.18, 4.4.15). */
    if ((hw_read32(paddr(HW_GICC_BASE + 0xfcU)) >> 16 & 0xfU) != 2U) {
        arm_refuse(arm_trying);
    }
    if (machine_line_count() < board.lines) {
        arm_refuse("the GIC has fewer lines than .lines says");
    }
    arm_trying = NULL;
}

/* The description's times are in ticks of the board's counter. What set the register
 * knows its clock (DDI 0406C B8.1.1). */
static void counter_try(void)
{
    u32 frequency = HW_READ32(p15, 0, c14, c0, 0); /* CNTFRQ */

    if (frequency != 0 && frequency != board.ticks_per_ms * 1000U) {
        arm_refuse("the counter's frequency is not this board's");
    }
}

/* RAM holds anything after power-up, and what ran before after a reset: all that
 * cells have begins as zeroes but for what came with the image. */
static void regions_clear(void)
{
    for (u32 i = 0; i < arm_system.region_count; i++) {
        const struct machine_mapping *m = &arm_system.regions[i].map;
        if (m->memory == MEMORY_DEVICE || arm_system.regions[i].loaded) {
            continue;
        }
        machine_memory_clear(m->pa, m->size);
    }
}

static void binaries_load(void)
{
    for (const struct arm_binary *b = arm_binaries; b->start != NULL; b++) {
        volatile u32 *to = (volatile u32 *)b->to.raw;
        for (const u32 *from = b->start; from != b->end; from++) {
            *to++ = *from;
        }
        /* To memory, as zeroes are, and to where instructions are fetched from (A3.5.4). */
        machine_cache_range(b->to, b->size, CACHE_CLEAN | CACHE_INVALIDATE);
        machine_cache_range(b->to, b->size, CACHE_UNIFY);
    }
}

u32 *arm_main(void)
{
    memory_try();
    interrupt_controller_try();
    counter_try();
    arm_mmu_init();
    regions_clear();
    binaries_load();
    arm_traps_init();
    const char *misfit = boot(&arm_system);
    if (misfit != NULL) {
        arm_refuse(misfit);
    }
    arm_vfp_init();
    arm_threads_init();
    return thread_at(kernel.cpu[0].current)->machine;
}
