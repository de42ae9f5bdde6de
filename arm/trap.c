/* SPDX-License-Identifier: BSD-2-Clause */
/* From the syndrome of a trap to the core's fault(): DDI 0406C B3.13.6. */
#include "arm.h"

#include "fault.h"
#include "hw.h"
#include "kernel.h"
#include "syndrome.h"

static u32 abort_kind(u32 status)
{
    if (status == STATUS_DEBUG) {
        return THIMBLE_FAULT_UNDEFINED; /* BKPT */
    }
    return (status & 0x38U) == STATUS_EXTERNAL ? THIMBLE_FAULT_BUS : THIMBLE_FAULT_MEMORY;
}

void arm_fault(struct cpu *cpu)
{
    u32 pc = arm_elr_read();
    u32 syndrome = HW_READ32(p15, 4, c5, c2, 0);
    u32 class = syndrome >> EC_SHIFT;
    u32 kind = THIMBLE_FAULT_UNDEFINED;
    u32 address = 0;
    u32 access = 0;

    if (arm_condition_fails(syndrome, arm_spsr_read())) {
        u32 state[2] = {pc, arm_spsr_read()};
        arm_instruction_skip(state, syndrome);
        arm_return_write(state);
        return;
    }
    if (class == EC_COPROCESSOR && arm_vfp_take(cpu->current)) {
        return;
    }
    if (class == EC_PREFETCH) {
        address = HW_READ32(p15, 4, c6, c0, 2); /* HIFAR */
        access = ACCESS_EXECUTE;
    } else if (class == EC_DATA) {
        if (arm_abort_late(syndrome)) {
            return;
        }
        address = HW_READ32(p15, 4, c6, c0, 0); /* HDFAR */
        access = (syndrome & ISS_WRITE) != 0 ? ACCESS_WRITE : ACCESS_READ;
    }
    if (access != 0) {
        kind = abort_kind(syndrome & ISS_FAULT_STATUS);
    }
    if (access == ACCESS_EXECUTE && address == ARM_EXIT_ADDRESS) {
        kind = THIMBLE_FAULT_EXIT;
        address = 0;
        access = 0;
    }
    thread_at(cpu->current)->fault_value = syndrome; /* for machine_fault_skip() */
    fault(cpu, kind, address, access, pc);
}
