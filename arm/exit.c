/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What traps of a guest: done here, if it is the core's business; else an exit, with
 * the words of abi.h.
 */
#include "arm.h"

#include "guest.h"
#include "hw.h"
#include "hypercall.h"
#include "kernel.h"
#include "syndrome.h"

#define CPSR_MODE 0x1fU
#define CPSR_I 0x80U
#define CPSR_E 0x200U
#define CPSR_J 0x01000000U
#define MODE_USR 0x10U
#define MODE_FIQ 0x11U
#define MODE_IRQ 0x12U
#define MODE_ABT 0x17U
#define MODE_UND 0x1bU
#define SCTLR_C (1U << 2)
#define SCTLR_V (1U << 13)
#define SCTLR_EE (1U << 25)
#define SCTLR_TE (1U << 30)
#define VECTORS_HIGH 0xffff0000U

#define ISS_WFE 1U
#define ISS_READ 1U /* of coprocessor accesses */
#define ISS_TARGET(iss) ((iss) >> 5 & 0xfU)
#define ISS_TARGET_2(iss) ((iss) >> 10 & 0xfU) /* of MCRR, MRRC */
#define ISS_TABLE_WALK (1U << 7)

/* Coprocessor 15, 32 bits: CRn, CRm, opc2 of opc1 0. */
#define CP15(crn, crm, opc2) ((crn) << 7 | (crm) << 3 | (opc2))

/* ---- registers of the guest ---------------------------------------------------*/

/* SP of each privileged mode in struct guest's banked registers, by the mode's low bits. */
static const u8 banked_sp[16] = {
    [MODE_FIQ & 15U] = BANKED_FIQ + 5U, [MODE_IRQ & 15U] = BANKED_IRQ,
    [MODE_ABT & 15U] = BANKED_ABT,      [MODE_UND & 15U] = BANKED_UND, /* else BANKED_SVC */
};

/* Where register `n` of the guest's mode is kept, from r8 on. Banked ones are brought to
 * memory. */
static u32 __attribute__((noinline)) *register_at(struct cpu *cpu, u32 thread, u32 n)
{
    struct thread *t = thread_at(thread);
    struct guest *g = &arm_guests[t->vcpu - 1U];
    u32 mode = g->cpsr & CPSR_MODE;

    if (mode != MODE_USR && mode != CPSR_MODE && (n >= 13U || mode == MODE_FIQ)) {
        if (cpu->vcpu == t->vcpu - 1U) {
            vcpu_unload(cpu);
        }
        return &g->banked[n < 13U ? BANKED_FIQ + n - 8U : banked_sp[mode & 15U] + n - 13U];
    }
    return n == 13U ? &t->machine[CONTEXT_SP]
           : n == 14U ? &t->machine[CONTEXT_LR]
                      : &t->machine[CONTEXT_R8 + n - 8U];
}

/* Of the running guest. */
static inline u32 register_read(struct cpu *cpu, u32 n)
{
    if (n < THREAD_REGS) {
        return cpu->regs[n];
    }
    return n == 15U ? 0 : *register_at(cpu, cpu->current, n);
}

/* Of a guest that waits for its answer. */
static inline void register_write(struct cpu *cpu, u32 thread, u32 n, u32 value)
{
    if (n < THREAD_REGS) {
        thread_at(thread)->regs[n] = value;
    } else if (n != 15U) {
        *register_at(cpu, thread, n) = value;
    }
}

static inline void instruction_skip(struct guest *g, u32 syndrome)
{
    g->pc += (syndrome & SYNDROME_LONG) != 0 ? 4U : 2U;
    if ((g->cpsr & CPSR_IT_MASK) != 0) {
        g->cpsr = arm_it_advance(g->cpsr);
    }
}

/* ---- done here -------------------------------------------------------------------*/

#define STAGE1(crn, crm, opc2)                                \
    case CP15(crn, crm, opc2):                                \
        HW_WRITE32(p15, 0, c##crn, c##crm, opc2, value);      \
        break

/* Until its caches are on, writes to what turns them on are seen (HCR.TVM): SCTLR, TTBR0,
 * TTBR1, TTBCR, DACR, DFSR, IFSR, DFAR, IFAR, MAIR0, MAIR1, CONTEXTIDR. The rest, ADFSR,
 * AIFSR, AMAIR0 and AMAIR1, holds nothing of use in Cortex-A7 and -A15. */
static void stage1_write(u32 name, u32 value)
{
    switch (name) {
        STAGE1(1, 0, 0);
        STAGE1(2, 0, 0);
        STAGE1(2, 0, 1);
        STAGE1(2, 0, 2);
        STAGE1(3, 0, 0);
        STAGE1(5, 0, 0);
        STAGE1(5, 0, 1);
        STAGE1(6, 0, 0);
        STAGE1(6, 0, 2);
        STAGE1(10, 2, 0);
        STAGE1(10, 2, 1);
        STAGE1(13, 0, 1);
    default:
        break;
    }
}

/* The registers whose writes HCR.TVM traps, by CRn (B1.14.7). */
#define STAGE1_CRN 0x246eU

/* MCR to coprocessor 15, or MCRR to TTBR0 or TTBR1; true: done, go on behind it. */
static bool stage1_access(struct cpu *cpu, const struct guest *g, u32 syndrome)
{
    bool wide = syndrome >> EC_SHIFT == EC_CP15_64;
    u32 name = CP15(syndrome >> 10 & 0xfU, syndrome >> 1 & 0xfU, syndrome >> 17 & 7U);

    if ((g->hcr & HCR_TVM) == 0 || (syndrome & ISS_READ) != 0) {
        return false;
    }
    if (wide ? (syndrome >> 1 & 0xfU) != 2U || (syndrome >> 16 & 0xfU) > 1U
             : (syndrome >> 14 & 7U) != 0 || (STAGE1_CRN >> (name >> 7) & 1U) == 0 ||
                   name == CP15(1, 0, 1)) {
        return false;
    }
    u64 value = register_read(cpu, ISS_TARGET(syndrome));
    if (wide) {
        value |= (u64)register_read(cpu, ISS_TARGET_2(syndrome)) << 32;
    } else if (name == CP15(1, 0, 0) && (value & SCTLR_C) != 0) {
        return false;
    }
    vcpu_enter(cpu); /* it goes on at once: what was brought to memory is loaded again */
    if (!wide) {
        stage1_write(name, (u32)value);
    } else if ((syndrome >> 16 & 1U) == 0) {
        HW_WRITE64(0, c2, value);
    } else {
        HW_WRITE64(1, c2, value);
    }
    return true;
}

/* Behind the instruction that has trapped, which is done. */
static void instruction_done(struct guest *g, u32 syndrome)
{
    instruction_skip(g, syndrome);
    __asm__ volatile("msr elr_hyp, %0\n\tmsr spsr_cxsf, %1" : : "r"(g->pc), "r"(g->cpsr));
}

/* ---- exits ------------------------------------------------------------------------*/

/* The words of an exit but for the program counter. Returns its kind. */
static inline u32 exit_abort(struct cpu *cpu, u32 syndrome, u32 *words)
{
    u32 status = syndrome & ISS_FAULT_STATUS;
    u32 page = HW_READ32(p15, 4, c6, c0, 4) << 8; /* HPFAR */
    bool fetch = syndrome >> EC_SHIFT == EC_PREFETCH;
    u32 address = fetch ? HW_READ32(p15, 4, c6, c0, 2) : HW_READ32(p15, 4, c6, c0, 0);

    words[0] = page | (address & (PAGE_SIZE - 1U));
    words[1] = fetch ? ACCESS_EXECUTE : ACCESS_READ;
    if (status - 4U > 11U) { /* 4 to 15: translation, access flag, permission */
        return THIMBLE_FAULT_BUS;
    }
    if (fetch || (syndrome & ISS_TABLE_WALK) != 0) {
        return THIMBLE_FAULT_MEMORY;
    }
    if ((syndrome & ISS_WRITE) != 0) {
        words[1] = ACCESS_WRITE;
    }
    if ((syndrome & ISS_VALID) != 0) {
        words[1] |= ISS_SIZE(syndrome) << 8;
        if ((syndrome & ISS_WRITE) != 0) {
            words[3] = register_read(cpu, ISS_REGISTER(syndrome));
        }
    }
    return THIMBLE_EXIT_MMIO;
}

static u32 exit_register(struct cpu *cpu, u32 syndrome, u32 *words)
{
    u32 class = syndrome >> EC_SHIFT;
    u32 coproc = class == EC_CP14 || class == EC_CP14_64 ? 14U : 15U;
    bool wide = class == EC_CP15_64 || class == EC_CP14_64;
    u32 crm = syndrome >> 1 & 0xfU;

    words[0] = THIMBLE_EXIT_REGISTER_NAME(coproc, syndrome >> 14 & 7U, syndrome >> 10 & 0xfU, crm,
                                          syndrome >> 17 & 7U);
    words[1] = (syndrome & ISS_READ) != 0 ? ACCESS_READ : ACCESS_WRITE;
    if (wide) {
        words[0] = THIMBLE_EXIT_REGISTER_64 |
                   THIMBLE_EXIT_REGISTER_NAME(coproc, syndrome >> 16 & 0xfU, 0U, crm, 0U);
    }
    if ((syndrome & ISS_READ) == 0) {
        words[3] = register_read(cpu, ISS_TARGET(syndrome));
        words[4] = wide ? register_read(cpu, ISS_TARGET_2(syndrome)) : 0;
    }
    return THIMBLE_EXIT_REGISTER;
}

/* Kind and words of what is not done here. */
static u32 exit_make(struct cpu *cpu, struct guest *g, u32 syndrome, u32 *words)
{
    for (u32 i = 0; i < VCPU_EXIT_WORDS; i++) {
        words[i] = 0;
    }
    words[2] = g->pc;
    switch (syndrome >> EC_SHIFT) {
    case EC_PREFETCH:
        return exit_abort(cpu, syndrome, words);
    case EC_HVC:
    case EC_SMC:
        for (u32 i = 0; i < 4U; i++) {
            words[i] = cpu->regs[i];
        }
        words[4] = g->pc;
        return syndrome >> EC_SHIFT == EC_HVC ? THIMBLE_EXIT_HVC : THIMBLE_EXIT_SMC;
    case EC_CP15:
        if ((g->hcr & HCR_TVM) != 0 && (syndrome & 0x000ffe1fU) == 1U << 10) {
            /* The write to SCTLR turns the caches on: tried again, it is its own. */
            g->hcr &= ~HCR_TVM;
            return THIMBLE_EXIT_CACHE;
        }
        return exit_register(cpu, syndrome, words);
    case EC_CP15_64:
    case EC_CP14:
    case EC_CP14_64:
        return exit_register(cpu, syndrome, words);
    default:
        return THIMBLE_FAULT_UNDEFINED;
    }
}

/* Everything but hypercalls, and data aborts, which are what devices are emulated by. */
static void __attribute__((noinline)) exit_other(struct cpu *cpu, u32 syndrome)
{
    struct guest *g = arm_guest;
    struct thread *t = thread_at(cpu->current);

    switch (syndrome >> EC_SHIFT) {
    case EC_WFI:
        instruction_done(g, syndrome);
        if ((syndrome & ISS_WFE) == 0) {
            vcpu_sleep(cpu);
        }
        return;
    case EC_COPROCESSOR:
        if (arm_vfp_take(cpu->current)) {
            return;
        }
        break;
    case EC_CP15:
    case EC_CP15_64:
        if (stage1_access(cpu, g, syndrome)) {
            instruction_done(g, syndrome);
            return;
        }
        break;
    default:
        break;
    }
    t->fault_value = syndrome;
    vcpu_exit(cpu, exit_make(cpu, g, syndrome, vcpu_at(t->vcpu - 1U)->exit));
}

/* ---- answers -------------------------------------------------------------------------*/

void machine_exit_skip(struct cpu *cpu, u32 thread, u32 syndrome, const u32 *values)
{
    struct guest *g = &arm_guests[thread_at(thread)->vcpu - 1U];
    u32 class = syndrome >> EC_SHIFT;

    if (class == EC_DATA) {
        if ((syndrome & (ISS_VALID | ISS_WRITE)) == ISS_VALID) {
            u32 value = values[0];
            if (ISS_SIZE(syndrome) != 4U) {
                value = arm_value_extend(syndrome, value);
            }
            register_write(cpu, thread, ISS_REGISTER(syndrome), value);
        }
        instruction_skip(g, syndrome);
        return;
    }
    if (thread_at(thread)->fault_kind == THIMBLE_EXIT_CACHE) {
        return; /* the instruction runs again: see exit_make() */
    }
    if (class == EC_HVC || class == EC_SMC) {
        for (u32 i = 0; i < 4U; i++) {
            thread_at(thread)->regs[i] = values[i];
        }
        if (class == EC_HVC) {
            return; /* it returns behind itself */
        }
    } else if (class >= EC_CP15 && class <= EC_CP14_64 && (syndrome & ISS_READ) != 0) {
        register_write(cpu, thread, ISS_TARGET(syndrome), values[0]);
        if (class == EC_CP15_64 || class == EC_CP14_64) {
            register_write(cpu, thread, ISS_TARGET_2(syndrome), values[1]);
        }
    }
    instruction_skip(g, syndrome);
}

/* B1.9.2, as hardware takes it. */
void machine_exit_undefined(struct cpu *cpu, u32 thread)
{
    struct guest *g = &arm_guests[thread_at(thread)->vcpu - 1U];
    u32 thumb = (g->cpsr & CPSR_THUMB) != 0;

    if (cpu->vcpu == thread_at(thread)->vcpu - 1U) {
        vcpu_unload(cpu);
    }
    g->banked[BANKED_UND + 1U] = g->pc + (thumb ? 2U : 4U);
    g->banked[BANKED_UND + 2U] = g->cpsr;
    g->cpsr &= ~(CPSR_MODE | CPSR_THUMB | CPSR_IT_MASK | CPSR_J | CPSR_E);
    g->cpsr |= MODE_UND | CPSR_I | ((g->sctlr & SCTLR_TE) != 0 ? CPSR_THUMB : 0) |
               ((g->sctlr & SCTLR_EE) != 0 ? CPSR_E : 0);
    g->pc = ((g->sctlr & SCTLR_V) != 0 ? VECTORS_HIGH : g->stage1[STAGE1_VBAR]) + 4U;
}

void arm_exit(struct cpu *cpu)
{
    u32 syndrome = HW_READ32(p15, 4, c5, c2, 0); /* HSR */
    u32 class = syndrome >> EC_SHIFT;
    struct guest *g = arm_guest;

    if (class == EC_HVC && (syndrome & 0xffU) != 0) {
        hypercall(cpu, syndrome & 0xffU);
        return;
    }
    g->pc = arm_elr_read();
    g->cpsr = arm_spsr_read();
    if (class != EC_DATA) {
        exit_other(cpu, syndrome);
        return;
    }
    struct thread *t = thread_at(cpu->current);
    u32 *words = vcpu_at(t->vcpu - 1U)->exit;
    t->fault_value = syndrome;
    words[2] = g->pc;
    words[3] = 0;
    words[4] = 0;
    vcpu_exit(cpu, exit_abort(cpu, syndrome, words));
}
