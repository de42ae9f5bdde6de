/* SPDX-License-Identifier: BSD-2-Clause */
/* From the syndrome of a trap to the core's fault(): DDI 0406C B3.13.6. */
#include "arm.h"

#include "fault.h"
#include "hw.h"
#include "kernel.h"
#include "syndrome.h"

/* PAR (B4.1.112): the translation failed. */
#define PAR_FAILED 1U

/* What the MMU says of the space that has just faulted takes the same time whatever
 * is mapped there (B4.2.4, ATS12NSOUR). */
static bool thumb_is_long(u32 pc)
{
    HW_WRITE32(p15, 0, c7, c8, 6, pc);
    hw_isb();
    u64 par = HW_READ64(0, c7);
    if ((par & PAR_FAILED) != 0) {
        return false;
    }
    u32 first = *(const volatile u16 *)(((u32)par & ~(PAGE_SIZE - 1U)) | (pc & (PAGE_SIZE - 2U)));
    return first >> 11 >= 0x1dU; /* A6.1 */
}

/* IL is unknown for prefetch aborts, data aborts without ISV, and where the class is
 * unknown (B3.13.6): looked up then. */
static u32 syndrome_complete(u32 syndrome, u32 pc)
{
    u32 class = syndrome >> EC_SHIFT;

    if (class != EC_UNKNOWN && class != EC_PREFETCH &&
        (class != EC_DATA || (syndrome & ISS_VALID) != 0)) {
        return syndrome;
    }
    bool is_long = (arm_spsr_read() & CPSR_THUMB) == 0 || thumb_is_long(pc);
    return (syndrome & ~SYNDROME_LONG) | (is_long ? SYNDROME_LONG : 0);
}

static u32 abort_kind(u32 status)
{
    if (status == STATUS_DEBUG) {
        return THIMBLE_FAULT_UNDEFINED; /* BKPT */
    }
    return (status & 0x38U) == STATUS_EXTERNAL ? THIMBLE_FAULT_BUS : THIMBLE_FAULT_MEMORY;
}

void arm_fault(struct cpu *cpu, u32 code)
{
    u32 pc = arm_elr_read();
    u32 syndrome = HW_READ32(p15, 4, c5, c2, 0);
    u32 kind = THIMBLE_FAULT_UNDEFINED;
    u32 address = 0;
    u32 access = 0;

    (void)code;
    switch (syndrome >> EC_SHIFT) {
    case EC_COPROCESSOR:
        if (arm_vfp_take(cpu->current)) {
            return;
        }
        break;
    case EC_PREFETCH:
        kind = abort_kind(syndrome & ISS_FAULT_STATUS);
        address = HW_READ32(p15, 4, c6, c0, 2); /* HIFAR */
        access = ACCESS_EXECUTE;
        if (address == ARM_EXIT_ADDRESS) {
            kind = THIMBLE_FAULT_EXIT;
            address = 0;
            access = 0;
        }
        break;
    case EC_DATA:
        kind = abort_kind(syndrome & ISS_FAULT_STATUS);
        address = HW_READ32(p15, 4, c6, c0, 0); /* HDFAR */
        access = (syndrome & ISS_WRITE) != 0 ? ACCESS_WRITE : ACCESS_READ;
        break;
    default:
        break;
    }
    /* For machine_fault_skip(). */
    thread_at(cpu->current)->fault_value = syndrome_complete(syndrome, pc);
    fault(cpu, kind, address, access, pc);
}

/* The IT block goes on by one instruction (A2.5.2, ITAdvance). */
u32 arm_it_advance(u32 cpsr)
{
    u32 it = CPSR_IT_HIGH(cpsr) << 2 | CPSR_IT_LOW(cpsr);

    it = (it & 7U) == 0 ? 0 : (it & 0xe0U) | (it << 1 & 0x1fU);
    return (cpsr & ~CPSR_IT_MASK) | (it & 3U) << 25 | it >> 2 << 10;
}

u32 arm_value_extend(u32 syndrome, u32 value)
{
    u32 size = ISS_SIZE(syndrome);

    if (size == 4U) {
        return value;
    }
    u32 bits = 8U * size;
    value &= (1U << bits) - 1U;
    if ((syndrome & ISS_SIGNED) != 0 && (value >> (bits - 1U)) != 0) {
        value |= ~0U << bits;
    }
    return value;
}

static void register_write(u32 thread, u32 number, u32 value)
{
    struct thread *t = thread_at(thread);

    if (number < THREAD_REGS) {
        t->regs[number] = value;
    } else if (number <= 12U) {
        t->machine[CONTEXT_R8 + number - THREAD_REGS] = value;
    } else if (number == 13U) {
        t->machine[CONTEXT_SP] = value;
    } else if (number == 14U) {
        t->machine[CONTEXT_LR] = value;
    }
}

/* Its handler has run since, so that its registers are in its context. */
void machine_fault_skip(u32 thread, u32 syndrome, u32 value)
{
    u32 *context = thread_at(thread)->machine;
    u32 cpsr = context[CONTEXT_CPSR];

    if (syndrome >> EC_SHIFT == EC_PREFETCH && (syndrome & ISS_FAULT_STATUS) != STATUS_DEBUG) {
        /* Nothing is known of what would stand there: back to where it came from. */
        u32 back = context[CONTEXT_LR];
        context[CONTEXT_PC] = back & ~1U;
        context[CONTEXT_CPSR] = (back & 1U) != 0 ? cpsr | CPSR_THUMB : cpsr & ~CPSR_THUMB;
        return;
    }
    if (syndrome >> EC_SHIFT == EC_DATA && (syndrome & (ISS_VALID | ISS_WRITE)) == ISS_VALID) {
        register_write(thread, ISS_REGISTER(syndrome), arm_value_extend(syndrome, value));
    }
    context[CONTEXT_PC] += (syndrome & SYNDROME_LONG) != 0 ? 4U : 2U;
    context[CONTEXT_CPSR] = arm_it_advance(cpsr);
}
