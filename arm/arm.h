/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the ARM machine know of each other. */
#ifndef ARM_ARM_H
#define ARM_ARM_H

#include "context.h"
#include "types.h"

/* Where a program returns to when it ends: fetching there is reported so. */
#define ARM_EXIT_ADDRESS 0xfffffffcU

struct cpu;

/* start.S, vectors.S */
extern const u32 arm_vectors[];
_Noreturn void arm_stop(void);
void arm_idle(void);

/* main.c: from Hyp mode with everything off to the first thread's context. */
u32 *arm_main(void);
/* secure.c: what only Secure state may set up. */
void arm_secure_setup(void);
/* mmu.c: Hyp mode's flat map and caches; stage 2 and traps for guests. */
void arm_mmu_init(void);
void arm_traps_init(void);

#define ARM_READ(name)                                    \
    ({                                                    \
        u32 value_;                                       \
        __asm__ volatile("mrs %0, " name : "=r"(value_)); \
        value_;                                           \
    })
/* Where the exception came from, and with what CPSR. */
#define arm_elr_read() ARM_READ("elr_hyp")
#define arm_spsr_read() ARM_READ("spsr")

/* It goes on there (with the program counter and CPSR in this order). */
static inline void arm_return_write(const u32 *state)
{
    __asm__ volatile("msr elr_hyp, %0\n\tmsr spsr_cxsf, %1" : : "r"(state[0]), "r"(state[1]));
}

/* trap.c: everything that arrives at the trap vector and is no hypercall. */
void arm_fault(struct cpu *cpu);
/* vfp.c: floating point of the threads that have it. */
void arm_vfp_init(void);
/* Its instruction has trapped: true, if it has the registers now and is to try again. */
bool arm_vfp_take(u32 thread);
/* As at its first start: all zero. */
void arm_vfp_reset(u32 thread);
/* guest.S: where a vCPU's context goes on. trap.c: an instruction of a guest trapped. */
void arm_guest_enter(void);
void arm_exit(struct cpu *cpu);
/* thread.c: idle threads run in Hyp mode, and print. 0: there is nothing to print. */
u32 arm_idle_print(void);
void arm_threads_init(void);

/* panic.c: one line and the end, for a boot that cannot go on; and for an exception
 * of the hypervisor itself. */
_Noreturn void arm_refuse(const char *reason);
_Noreturn void arm_broken(u32 vector);
/* What is being tried: named if it ends in an abort. NULL: nothing special. */
extern const char *volatile arm_trying;
extern const char arm_text_no_gic[];

#endif
