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

/* A fault of translation with ISV, and not of a walk: what devices are emulated by. */
#define PLAIN_MASK (ISS_VALID | ISS_TABLE_WALK | 0x3cU)
#define PLAIN (ISS_VALID | 0x04U)

/* PAR (B4.1.112): above 4 GiB, a supersection (0 with long descriptors), failed. */
#define PAR_NOT_A_PAGE 0xff00000003ULL

/* Coprocessor 15, of opc1 0. */
#define CP15(crn, crm, opc2) THIMBLE_EXIT_REGISTER_NAME(15U, 0U, crn, crm, opc2)
#define CP15_64(opc1, crm) \
    (THIMBLE_EXIT_REGISTER_64 | THIMBLE_EXIT_REGISTER_NAME(15U, opc1, 0U, crm, 0U))
#define SCTLR CP15(1U, 0U, 0U)
#define SET_WAY CP15(7U, 0U, 2U) /* DCISW, DCCSW, DCCISW: CRm tells them apart */
#define WITHOUT_CRM (~CP15(0U, 15U, 0U) | CP15(0U, 0U, 0U))

/* ---- registers of the guest ---------------------------------------------------*/

/* SP of each privileged mode in struct guest's banked registers, by the mode's low bits. */
static const u8 banked_sp[16] = {
    [MODE_FIQ & 15U] = BANKED_FIQ + 5U, [MODE_IRQ & 15U] = BANKED_IRQ,
    [MODE_ABT & 15U] = BANKED_ABT,      [MODE_UND & 15U] = BANKED_UND, /* else BANKED_SVC */
};

/* Where register `n` is kept that the thread, or the guest's mode, has, from r8 on. Banked ones
 * are brought to memory: to be read, if it runs, or to be loaded anew. */
static u32 __attribute__((noinline)) *register_at(struct cpu *cpu, u32 thread, u32 n)
{
    struct thread *t = thread_at(thread);
    struct guest *g = &arm_guests[t->vcpu - 1U];
    u32 mode = t->vcpu != 0 ? g->cpsr & CPSR_MODE : MODE_USR;

    if (mode != MODE_USR && mode != CPSR_MODE && (n >= 13U || mode == MODE_FIQ)) {
        if (cpu->vcpu == t->vcpu - 1U && thread == cpu->current) {
            machine_vcpu_store(cpu->vcpu);
        } else if (cpu->vcpu == t->vcpu - 1U) {
            vcpu_unload(cpu);
        }
        return &g->banked[n < 13U ? BANKED_FIQ + n - 8U : banked_sp[mode & 15U] + n - 13U];
    }
    return &t->machine[n == 13U ? CONTEXT_SP : n == 14U ? CONTEXT_LR : CONTEXT_R8 + n - 8U];
}

/* Of the running guest. */
static inline u32 register_read(struct cpu *cpu, u32 n)
{
    if (n < THREAD_REGS) {
        return cpu->regs[n];
    }
    return n == 15U ? 0 : *register_at(cpu, cpu->current, n);
}

/* Of a thread that waits for its answer. */
static inline void register_write(struct cpu *cpu, u32 thread, u32 n, u32 value)
{
    if (n < THREAD_REGS) {
        thread_at(thread)->regs[n] = value;
    } else if (n != 15U) {
        *register_at(cpu, thread, n) = value;
    }
}

/* ---- exits ------------------------------------------------------------------------*/

/* To a guest-physical address, as the guest's stage 1 has it now; PAR is the guest's. The walk
 * reads memory only (HCR.PTW), so that it cannot end in an external abort. */
static bool guest_translate(u32 *address)
{
    u64 kept = HW_READ64(0, c7);

    HW_WRITE32(p15, 0, c7, c8, 0, *address); /* ATS1CPR */
    hw_isb();
    u64 par = HW_READ64(0, c7);
    HW_WRITE64(0, c7, kept);
    *address = ((u32)par & ~(PAGE_SIZE - 1U)) | (*address & (PAGE_SIZE - 1U));
    return (par & PAR_NOT_A_PAGE) == 0;
}

/* A data abort without ISV: which instruction that is, and how long. */
static u32 exit_instruction(struct thread *t, const struct guest *g, u32 syndrome, u32 *words)
{
    u32 pc = g->pc;

    if (guest_translate(&pc)) {
        (void)machine_instruction_at(t->cell, pc, &words[4]);
    }
    t->fault_value = arm_length_set(syndrome, g->cpsr, words[4]);
    return THIMBLE_EXIT_MMIO;
}

/* What is no plain access to where nothing is mapped. Returns the exit's kind. */
static u32 __attribute__((noinline)) exit_abort(struct cpu *cpu, const struct guest *g,
                                                u32 syndrome, u32 *words)
{
    u32 page = HW_READ32(p15, 4, c6, c0, 4) << 8; /* HPFAR */
    bool fetch = syndrome >> EC_SHIFT == EC_PREFETCH;
    u32 address = fetch ? HW_READ32(p15, 4, c6, c0, 2) : HW_READ32(p15, 4, c6, c0, 0);

    words[0] = page | (address & (PAGE_SIZE - 1U));
    words[1] = fetch ? ACCESS_EXECUTE : ACCESS_READ;
    if (!arm_page_known(syndrome)) {
        words[0] = address;
        if ((syndrome & ISS_FAULT_STATUS) >> 2 != STATUS_PERMISSION) {
            return THIMBLE_FAULT_BUS; /* it may have been a walk's, which is not tried again */
        }
        if (!guest_translate(&words[0])) {
            words[0] = 0; /* the guest's tables are not what they were */
        }
    }
    if (fetch || (syndrome & ISS_TABLE_WALK) != 0) {
        return THIMBLE_FAULT_MEMORY;
    }
    return (syndrome & ISS_VALID) != 0
               ? THIMBLE_EXIT_MMIO
               : exit_instruction(thread_at(cpu->current), g, syndrome, words);
}

static u32 exit_register(struct cpu *cpu, const struct guest *g, u32 syndrome, u32 *words)
{
    u32 class = syndrome >> EC_SHIFT;
    u32 coproc = class > EC_CP15_64 ? 14U : 15U;
    bool wide = EC_IS_WIDE(class);
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
    if ((g->hcr & HCR_TVM) != 0 && words[0] == SCTLR && (words[3] & SCTLR_C) != 0) {
        return THIMBLE_EXIT_CACHE;
    }
    return THIMBLE_EXIT_REGISTER;
}

/* Until the caches are on, writes to what turns them on are seen (HCR.TVM, B1.14.7): SCTLR, and
 * these, in the order of stage1[]; of what has 64 bits the second word. (ADFSR, AIFSR, AMAIR0
 * and AMAIR1 are left to the VMM: they hold nothing in Cortex-A7 and -A15.) */
static const u16 stage1_names[] = {
    (u16)CP15(2U, 0U, 0U),  (u16)CP15_64(0U, 2U),   (u16)CP15(2U, 0U, 1U),
    (u16)CP15_64(1U, 2U),   (u16)CP15(2U, 0U, 2U),  (u16)CP15(3U, 0U, 0U),
    (u16)CP15(5U, 0U, 0U),  (u16)CP15(5U, 0U, 1U),  (u16)CP15(6U, 0U, 0U),
    (u16)CP15(6U, 0U, 2U),  (u16)CP15(10U, 2U, 0U), (u16)CP15(10U, 2U, 1U),
    (u16)CP15(12U, 0U, 0U), (u16)CP15(13U, 0U, 1U),
};
#define STAGE1_NAMES (sizeof(stage1_names) / sizeof(stage1_names[0]))

/* True: it was the core's business. Of a sweep by set and way, which would reach everybody's
 * lines (HCR.TSW), only what is of set 0 and way 0 is the VMM's, and the rest is nothing. (Bit
 * 16 tells coprocessor 15 from 14.) */
static bool register_done(struct cpu *cpu, struct guest *g, const u32 *words)
{
    u32 i = 0;

    if ((words[0] & WITHOUT_CRM) == SET_WAY) {
        return words[3] >> 4 != 0;
    }
    if ((g->hcr & HCR_TVM) == 0 || words[1] == ACCESS_READ || (words[0] & 1U << 16) == 0) {
        return false;
    }
    if (words[0] == SCTLR) {
        HW_WRITE32(p15, 0, c1, c0, 0, words[3]);
        return true;
    }
    while (stage1_names[i] != (u16)words[0]) {
        if (++i == STAGE1_NAMES) {
            return false;
        }
    }
    if (cpu->vcpu != NONE) {
        vcpu_at(cpu->vcpu)->control = 0; /* so that it is loaded before it goes on */
        vcpu_unload(cpu);
    }
    g->stage1[i] = words[3];
    if ((words[0] & THIMBLE_EXIT_REGISTER_64) != 0) {
        g->stage1[i - 1U] = words[3];
        g->stage1[i] = words[4];
    }
    return true;
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
        return exit_abort(cpu, g, syndrome, words);
    case EC_HVC:
        g->pc -= 4U; /* it was behind it already, as no other (B1.8.1) */
        arm_return_write(&g->pc);
        /* fallthrough */
    case EC_SMC:
        for (u32 i = 0; i < 4U; i++) {
            words[i] = cpu->regs[i];
        }
        words[4] = g->pc;
        return syndrome >> EC_SHIFT == EC_HVC ? THIMBLE_EXIT_HVC : THIMBLE_EXIT_SMC;
    case EC_CP15:
    case EC_CP15_64:
    case EC_CP14:
    case EC_CP14_64:
        if ((g->cpsr & CPSR_MODE) == MODE_USR) {
            return THIMBLE_FAULT_UNDEFINED; /* a matter between a process and its kernel */
        }
        return exit_register(cpu, g, syndrome, words);
    default:
        return THIMBLE_FAULT_UNDEFINED;
    }
}

/* Everything but hypercalls, and data aborts, which are what devices are emulated by. */
static void __attribute__((noinline)) exit_other(struct cpu *cpu, u32 syndrome)
{
    struct guest *g = arm_guest;
    u32 class = syndrome >> EC_SHIFT;
    bool fails = arm_condition_fails(syndrome, g->cpsr);

    if (class != EC_WFI && !fails) {
        struct thread *t = thread_at(cpu->current);
        u32 *words = vcpu_at(t->vcpu - 1U)->exit;
        if (class == EC_COPROCESSOR && arm_vfp_take(cpu->current)) {
            return;
        }
        t->fault_value = syndrome;
        u32 kind = exit_make(cpu, g, syndrome, words);
        if (kind != THIMBLE_EXIT_REGISTER || !register_done(cpu, g, words)) {
            vcpu_exit(cpu, kind);
            return;
        }
    }
    arm_instruction_skip(&g->pc, syndrome);
    arm_return_write(&g->pc);
    if (class == EC_WFI && (syndrome & ISS_WFE) == 0 && !fails) {
        vcpu_sleep(cpu);
    }
}

/* ---- answers -------------------------------------------------------------------------*/

/* Its handler has run since, so that its registers are in its context. */
void machine_fault_skip(u32 thread, u32 syndrome, u32 value)
{
    struct thread *t = thread_at(thread);
    u32 *state = &t->machine[CONTEXT_PC];
    u32 instruction = 0;

    _Static_assert(CONTEXT_CPSR == CONTEXT_PC + 1U, "as arm_instruction_skip() has it");
    if (syndrome >> EC_SHIFT == EC_DATA && (syndrome & ISS_VALID) != 0) {
        if ((syndrome & ISS_WRITE) == 0) {
            value = arm_value_moved(syndrome, state[1], value);
            register_write(&kernel.cpu[0], thread, ISS_REGISTER(syndrome), value);
        }
    } else if (syndrome >> EC_SHIFT == EC_PREFETCH &&
               (syndrome & ISS_FAULT_STATUS) != STATUS_DEBUG) {
        /* Nothing is known of what would stand there: back to where it came from. */
        u32 back = t->machine[CONTEXT_LR];
        state[0] = back & ~((back & 1U) != 0 ? 1U : 3U);
        state[1] = (state[1] & ~(CPSR_THUMB | CPSR_IT_MASK)) | ((back & 1U) != 0 ? CPSR_THUMB : 0);
        return;
    } else if (!arm_length_known(syndrome)) {
        (void)machine_instruction_at(t->cell, state[0], &instruction);
        syndrome = arm_length_set(syndrome, state[1], instruction);
    }
    arm_instruction_skip(state, syndrome);
}

void machine_exit_skip(struct cpu *cpu, u32 thread, u32 syndrome, const u32 *values)
{
    struct guest *g = &arm_guests[thread_at(thread)->vcpu - 1U];
    u32 class = syndrome >> EC_SHIFT;

    if (class == EC_DATA) {
        if ((syndrome & (ISS_VALID | ISS_WRITE)) == ISS_VALID) {
            u32 value = values[0];
            if (ISS_SIZE(syndrome) != 4U || (g->cpsr & CPSR_E) != 0) {
                value = arm_value_moved(syndrome, g->cpsr, value);
            }
            register_write(cpu, thread, ISS_REGISTER(syndrome), value);
        }
    } else if (thread_at(thread)->fault_kind == THIMBLE_EXIT_CACHE) {
        g->hcr &= ~HCR_TVM; /* the instruction runs again, and is the guest's own */
        return;
    } else if (class == EC_PREFETCH) {
        return; /* there is none: it is tried again */
    } else if (class == EC_HVC || class == EC_SMC) {
        for (u32 i = 0; i < 4U; i++) {
            thread_at(thread)->regs[i] = values[i];
        }
    } else if (class >= EC_CP15 && class <= EC_CP14_64 && (syndrome & ISS_READ) != 0) {
        register_write(cpu, thread, ISS_TARGET(syndrome), values[0]);
        if (EC_IS_WIDE(class)) {
            register_write(cpu, thread, ISS_TARGET_2(syndrome), values[1]);
        }
    }
    arm_instruction_skip(&g->pc, syndrome);
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
        hypercall_guest(cpu, syndrome & 0xffU);
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
    if ((syndrome & PLAIN_MASK) == PLAIN) {
        u32 address = HW_READ32(p15, 4, c6, c0, 0); /* HDFAR */
        words[0] = HW_READ32(p15, 4, c6, c0, 4) << 8 | (address & (PAGE_SIZE - 1U));
    } else if (arm_abort_late(syndrome)) {
        return;
    } else {
        u32 kind = exit_abort(cpu, g, syndrome, words);
        if (kind != THIMBLE_EXIT_MMIO) {
            vcpu_exit(cpu, kind);
            return;
        }
    }
    words[1] = (syndrome & ISS_WRITE) != 0 ? ACCESS_WRITE : ACCESS_READ;
    if ((syndrome & ISS_VALID) != 0) {
        words[1] |= ISS_SIZE(syndrome) << 8;
        if ((syndrome & ISS_WRITE) != 0) {
            words[3] = register_read(cpu, ISS_REGISTER(syndrome));
            if ((g->cpsr & CPSR_E) != 0) {
                words[3] = arm_value_moved(syndrome, g->cpsr, words[3]);
            }
        }
    }
    vcpu_exit(cpu, THIMBLE_EXIT_MMIO);
}
