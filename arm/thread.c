/* SPDX-License-Identifier: BSD-2-Clause */
/* Contexts of threads: see context.h. */
#include "arm.h"

#include "boot.h"
#include "hw.h"
#include "image.h"
#include "kernel.h"
#include "klog.h"

_Static_assert(CONTEXT_WORDS == THREAD_MACHINE_WORDS, "a context fits its thread");
_Static_assert((CELL_MAX + 1U) * SPACE_ROOT_SIZE(SPACE_T0SZ) <= SPACE_ROOT_PAGES * PAGE_SIZE,
               "behind the cells' roots is idle's");

/* Takes the stores of a context that is not wanted any more. */
static u32 context_dropped[CONTEXT_WORDS];

void machine_thread_reset(u32 thread)
{
    const struct boot_thread *b = &arm_system.threads[thread - CPU_MAX];
    u32 *context = thread_at(thread)->machine;

    for (u32 i = 0; i < CONTEXT_WORDS; i++) {
        context[i] = 0;
    }
    context[CONTEXT_HCPTR] = HCPTR_CLOSED;
    context[CONTEXT_SP] = b->stack.raw;
    context[CONTEXT_PC] = arm_system.cells[b->cell].image.raw;
    context[CONTEXT_CPSR] = CPSR_USER_THUMB;
    if (VCPU_MAX != 0 && b->vcpu != 0) {
        context[CONTEXT_HCPTR] = HCPTR_GUEST;
        context[CONTEXT_PC] = (u32)arm_guest_enter;
        context[CONTEXT_CPSR] = CPSR_GUEST_ENTER;
    }
    arm_vfp_reset(thread);
    /* Its registers may still be loaded: they must not be stored over these. */
    if (HW_READ32(p15, 4, c13, c0, 2) == (u32)context) {
        HW_WRITE32(p15, 4, c13, c0, 2, (u32)context_dropped);
    }
}

void arm_threads_init(void)
{
    struct thread *idle = thread_at(THREAD_IDLE(0));

    idle->machine[CONTEXT_HCPTR] = HCPTR_CLOSED;
    idle->machine[CONTEXT_PC] = (u32)arm_idle;
    idle->machine[CONTEXT_CPSR] = CPSR_IDLE;
    /* Without mappings: nothing is walked speculatively. */
    idle->space = machine_space_init(CELL_MAX);
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        machine_thread_reset(i);
    }
}

u32 arm_idle_print(void)
{
    (void)(kernel.cpu[0].printing && klog_step(&kernel.cpu[0]));
    /* A timer that waits for ever is off meanwhile: emulators may skip to its end. */
    hw_cnthp_ctl_write((u32)(~kernel.cpu[0].timer >> 63U));
    return kernel.cpu[0].printing;
}

bool machine_instruction_at(u32 cell, u32 pc, u32 *instruction)
{
    paddr_t pa;

    if (!machine_space_memory(cell, gpaddr(pc & ~3U), &pa)) {
        return false;
    }
    /* Caches may have held the line since before an uncached mapping has changed it. */
    hw_dccimvac(pa.raw);
    hw_dsb();
    *instruction = hw_read32(pa) >> ((pc & 2U) != 0 ? 16 : 0);
    return true;
}
