/* SPDX-License-Identifier: BSD-2-Clause */
/* VMs for tests: see vcpu_rig.h. */
#include "vcpu_rig.h"

#include "sim_vcpu.h"

#define GICV_CTLR 0x0000U
#define GICV_PMR 0x0004U
#define GICV_IAR 0x000cU
#define GICV_EOIR 0x0010U

static u32 sleep_bell;

static void slot(u32 found, u32 wanted)
{
    cr_assert_eq(found, wanted, "the tables of vcpu_rig.h are not as they say");
}

static void grant_vmm(u32 cell, u32 vms)
{
    u32 ram = build_region(cell, (struct machine_mapping){.gpa = gpaddr(0x20000000U),
                                                          .pa = paddr(SIM_RAM_BASE + 8U * MIB),
                                                          .size = PAGE_SIZE,
                                                          .memory = MEMORY_NORMAL,
                                                          .access = ACCESS_READ});

    slot(build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, GUEST, 0), VMM_GUEST);
    slot(build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, OTHER, 0), VMM_OTHER);
    slot(cap_notification(cell, 0, 1), VMM_BELL);
    slot(cap_notification(cell, 1, 2), VMM_CHIME);
    slot(cap_irq(cell, 0), VMM_IRQ);
    slot(cap_irq(cell, 1), VMM_IRQ2);
    slot(cap_notification(cell, sleep_bell, 1), VMM_SLEEP);
    slot(build_grant(cell, THIMBLE_CAP_REGION, ACCESS_READ, ram, 0), VMM_RAM);
    slot(cap_call(cell, SERVICE, 1), VMM_CALL);
    slot(build_grant(cell, THIMBLE_CAP_CELL, THIMBLE_RIGHT_CONTROL, vms, 0), VMM_MANAGER);
    build_slots(cell, VMM_SLOTS);
}

static void build(void)
{
    build_begin();
    u32 monitor = build_cell("vmm");
    u32 vms = build_cell("vm");
    u32 native = build_cell("native");
    slot(build_active(monitor, 20, NULL, 0), VMM);
    slot(build_passive(monitor, 6, NULL, 0), SERVICE);
    slot(build_active(vms, 10, NULL, 0), GUEST);
    slot(build_active(vms, 10, NULL, 0), OTHER);
    slot(build_active(native, 7, NULL, 0), NATIVE);
    build_vcpu(GUEST, 4);
    build_vcpu(OTHER, 4);
    build_handler(GUEST, VM_HANDLER, VM_HEALTH);
    build_handler(OTHER, VM_HANDLER, VM_HEALTH);
    (void)build_notification();
    (void)build_notification();
    (void)build_notification();
    sleep_bell = build_notification();
    (void)build_irq(VM_LINE, false);
    (void)build_irq(VM_LINE + 1U, true);
    grant_vmm(monitor, vms);
    slot(cap_notification(native, 0, 0x10), NATIVE_BELL);
    slot(cap_irq(native, 0), NATIVE_IRQ);
    slot(build_grant(native, THIMBLE_CAP_CELL, THIMBLE_RIGHT_CONTROL, monitor, 0),
         NATIVE_MANAGER);
    slot(cap_call(native, SERVICE, 3), NATIVE_CALL);
    slot(cap_notification(native, 0, 0), NATIVE_SIGNAL);
    slot(cap_call(vms, SERVICE, 77), VM_HANDLER);
    slot(cap_notification(vms, 2, 0x80), VM_HEALTH);
    slot(cap_notification(vms, 0, 0x100), VM_BELL);
    slot(build_grant(vms, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, GUEST, 0), VM_SELF);
    slot(build_grant(vms, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, 1, 0), VM_TAKES);
    build_slots(vms, VM_SLOTS);
}

void vm_boot_off(void)
{
    build();
    drive_boot();
    expect_runs(VMM);
}

void vm_boot(void)
{
    vm_boot_off();
    drive_hypercall(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY, 10, 11, 12, 13);
    expect_regs(THIMBLE_OK);
    vm_vmm_wait();
    expect_runs(GUEST);
    vm_settle();
}

void vm_vmm_wake(void)
{
    notification_signal(&kernel.cpu[0], sleep_bell, 1);
    drive_schedule();
    vm_settle();
    expect_runs(VMM);
}

void vm_vmm_wait(void)
{
    drive_block(VMM_SLEEP);
    vm_settle();
}

void vm_vmm(const u32 *call, size_t count)
{
    vm_vmm_wake();
    drive_trap(call, count);
    cr_assert_eq(kernel.cpu[0].regs[0], THIMBLE_OK, "hypercall %u: status %u", call[0],
                 kernel.cpu[0].regs[0]);
    vm_vmm_wait();
}

/* A guest that is loaded for the first time turns its interface on. */
void vm_settle(void)
{
    u32 value;

    sim_vcpu_settle();
    if (drive_running() != DRIVE_IDLE && thread_at(kernel.cpu[0].current)->vcpu != 0 &&
        sim_gicv_read(&sim.gic, 0, GICV_CTLR, 4, &value) && value == 0) {
        cr_assert(sim_gicv_write(&sim.gic, 0, GICV_CTLR, 4, 1));
        cr_assert(sim_gicv_write(&sim.gic, 0, GICV_PMR, 4, 0xff));
    }
    /* Leaving for the guest may raise the maintenance line again, step by step. */
    for (u32 i = 0; i == 0 || machine_interrupt_pending(); i++) {
        cr_assert_leq(i, VCPU_LINES, "the guest never runs");
        drive_interrupts();
        sim_vcpu_settle();
    }
    drive_check();
}

bool vm_interrupted(void)
{
    vm_settle();
    return sim_gic_virq(&sim.gic, 0);
}

u32 vm_take(void)
{
    u32 line;

    vm_settle();
    cr_assert(sim_gicv_read(&sim.gic, 0, GICV_IAR, 4, &line));
    vm_settle();
    return line;
}

void vm_end(u32 line)
{
    cr_assert(sim_gicv_write(&sim.gic, 0, GICV_EOIR, 4, line));
    vm_settle();
}

void vm_sleep(void)
{
    vcpu_sleep(&kernel.cpu[0]);
    drive_check();
    vm_settle();
}

void vm_timer(u64 at)
{
    machine_virtual_timer_start(1, at);
    vm_settle();
}

void vm_timer_off(void)
{
    machine_virtual_timer_start(0, 0);
    vm_settle();
}

struct vcpu *vm_of(u32 thread)
{
    return &kernel.vcpus[drive_thread(thread)->vcpu - 1U];
}

void vm_nest(u32 count)
{
    for (u32 i = 0; i < count; i++) {
        vm_edge(63U - i, 0xe8U - 8U * i);
        vm_expect(63U - i);
    }
}

void vm_expect_asked(u64 pending, u64 active)
{
    vm_vmm_wake();
    drive_hypercall(THIMBLE_VCPU_INJECT, VMM_GUEST, 0,
                    THIMBLE_LINE_ASK | THIMBLE_LINE_HIGH | THIMBLE_LINE_LEVEL | 0x80U);
    expect_regs(THIMBLE_OK, (u32)pending, (u32)(pending >> 32), (u32)active, (u32)(active >> 32));
    vm_vmm_wait();
}
