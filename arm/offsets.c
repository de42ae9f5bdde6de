/* SPDX-License-Identifier: BSD-2-Clause */
/* What the assembly must know of the core's structs: compiled to assembly, from
 * which the build takes the #defines. */
#include "context.h"
#include "guest.h"
#include "hw.h"
#include "kernel.h"

#define OFFSET(name, value) __asm__ volatile("@define " #name " %c0" : : "i"(value))

void offsets(void);
void offsets(void)
{
    OFFSET(CPU_CURRENT, offsetof(struct cpu, current));
    OFFSET(KERNEL_MACHINE_0, offsetof(struct kernel, threads) + offsetof(struct thread, machine));
    OFFSET(MACHINE_TO_SPACE, offsetof(struct thread, machine) - offsetof(struct thread, space));
    OFFSET(MACHINE_TO_REGS, offsetof(struct thread, machine) - offsetof(struct thread, regs));
    OFFSET(CONTEXT_SP_AT, 4U * CONTEXT_SP);
    OFFSET(CONTEXT_R8_AT, 4U * CONTEXT_R8);
    OFFSET(CPU_VCPU, offsetof(struct cpu, vcpu));
    OFFSET(MACHINE_TO_VCPU, offsetof(struct thread, machine) - offsetof(struct thread, vcpu));
    OFFSET(GICH_AT, HW_GICH_BASE);
    OFFSET(NATIVE_HCR, HCR_NATIVE);
    OFFSET(NATIVE_HSTR, HSTR_NATIVE);
    OFFSET(NATIVE_HDCR, HDCR_NATIVE);
    OFFSET(NATIVE_SCTLR, SCTLR_NATIVE);
    OFFSET(NATIVE_CPACR, CPACR_NATIVE);
    OFFSET(GUEST_CONTROL, offsetof(struct guest, control));
    OFFSET(THREAD_SHIFT, __builtin_ctz(sizeof(struct thread)));
}

_Static_assert(offsetof(struct kernel, cpu) == 0 && offsetof(struct cpu, regs) == 0,
               "the stack pointer of Hyp mode rests on the register file");
