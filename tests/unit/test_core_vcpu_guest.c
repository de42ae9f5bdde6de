/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest may ask for; and that its next start does not depend on what it did. */
#include <string.h>

#include "vcpu_rig.h"

#define GICV_PMR 0x0004U
#define GICV_BPR 0x0008U

static bool is_offered(u32 number)
{
    return number == THIMBLE_SIGNAL || number == THIMBLE_POLL || number == THIMBLE_YIELD ||
           number == THIMBLE_VERSION || number == THIMBLE_VCPU_LOWER;
}

/* ---- what is offered -----------------------------------------------------------*/

Test(vcpu_guest, is_offered_five_hypercalls)
{
    vm_boot();
    drive_hypercall(THIMBLE_VERSION);
    expect_regs(THIMBLE_OK, THIMBLE_ABI_VERSION);
    drive_hypercall(THIMBLE_YIELD);
    expect_regs(THIMBLE_OK);
    drive_hypercall(THIMBLE_POLL, VM_TAKES);
    expect_regs(THIMBLE_OK, 0);
    drive_hypercall(THIMBLE_SIGNAL, VM_BELL);
    expect_regs(THIMBLE_OK);
    cr_expect_eq(kernel.notifications[0].bits, 0x100);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    expect_runs(NATIVE);
    cr_expect_eq(drive_priority_of(GUEST), 4);
}

/* Whatever it names by them: each slot of its table, and none. */
Test(vcpu_guest, is_refused_all_others_and_nothing_changes)
{
    static const u32 far[] = {31, 32, 33, 3 + 32, 255, 256, 0x10003, 0x80000003, 0xffffffff};

    vm_boot();
    for (u32 number = 0; number < THIMBLE_HYPERCALLS + 4U; number++) {
        for (u32 slot = 0; !is_offered(number) && slot <= VM_SLOTS; slot++) {
            expect_error(THIMBLE_ERR_HYPERCALL, number, slot, 0, 0, 0, 0, 0, 0, 0);
            expect_error(THIMBLE_ERR_HYPERCALL, number, slot, VM_FREE, 1, 1, 0, 0, 0, 0);
            expect_error(THIMBLE_ERR_HYPERCALL, number, slot, THIMBLE_NO_SLOT, 27, 0x80);
        }
    }
    for (u32 i = 0; i < ARRAY_SIZE(far); i++) {
        expect_error(THIMBLE_ERR_HYPERCALL, far[i], VM_BELL);
    }
}

/* The same number, by a native thread of the same cell: it is the vCPU that is refused. */
Test(vcpu_guest, natives_are_offered_what_guests_are_not)
{
    vm_boot();
    expect_error(THIMBLE_ERR_HYPERCALL, THIMBLE_CAP_DELETE, VM_HANDLER);
    vm_vmm_wake();
    drive_hypercall(THIMBLE_CAP_DELETE, VMM_RAM);
    expect_regs(THIMBLE_OK);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_VCPU_LOWER);
}

/* ---- handler and health ----------------------------------------------------------*/

Test(vcpu_guest, does_not_signal_its_health)
{
    vm_boot();
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_SIGNAL, VM_HEALTH);
    cr_expect_eq(kernel.notifications[2].bits, 0);
}

/* The bits that say how it ended are its VMM's. */
Test(vcpu_guest, does_not_poll_its_health)
{
    vm_boot();
    kernel.notifications[2].bits = 0x80;
    *drive_cap(drive_thread(GUEST)->cell, VM_HEALTH) =
        cap_make(THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, 2, 0x80);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_POLL, VM_HEALTH);
    cr_expect_eq(kernel.notifications[2].bits, 0x80);
}

Test(vcpu_guest, without_health_has_nothing_in_its_place)
{
    vm_boot();
    drive_thread(GUEST)->health = THIMBLE_NO_SLOT;
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_SIGNAL, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_POLL, THIMBLE_NO_SLOT);
    drive_hypercall(THIMBLE_SIGNAL, VM_HEALTH); /* a notification like any other then */
    expect_regs(THIMBLE_OK);
    cr_expect_eq(kernel.notifications[2].bits, 0x80);
}

/* Another's health is a capability like any other: the description gave it. */
Test(vcpu_guest, natives_signal_what_is_their_health)
{
    vm_boot();
    drive_thread(NATIVE)->health = NATIVE_BELL;
    vm_sleep();
    expect_runs(NATIVE);
    drive_hypercall(THIMBLE_SIGNAL, NATIVE_BELL);
    expect_regs(THIMBLE_OK);
    cr_expect_eq(kernel.notifications[0].bits, 0x10);
}

Test(vcpu_guest, does_nothing_with_its_handler)
{
    vm_boot();
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_SIGNAL, VM_HANDLER);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_POLL, VM_HANDLER);
    expect_error(THIMBLE_ERR_HYPERCALL, THIMBLE_CALL, VM_HANDLER,
                 THIMBLE_TAG(THIMBLE_LABEL_EXIT, 6), THIMBLE_EXIT_MMIO, 0x08000000);
    expect_error(THIMBLE_ERR_HYPERCALL, THIMBLE_CAP_DELETE, VM_HANDLER);
    expect_error(THIMBLE_ERR_HYPERCALL, THIMBLE_CAP_MOVE, VM_HANDLER, VM_FREE);
}

/* ---- one life and the next ---------------------------------------------------------*/

/* What a guest begins with: the core's state of it, and the hardware's, once it is loaded. */
struct beginning {
    struct vcpu vcpu;
    struct thread thread;
    struct sim_gic_cpu interface;
    u64 compare;
    u32 control;
    u32 irqs;
};

static void begin(struct beginning *b)
{
    vm_vmm_wake();
    if (drive_thread(GUEST)->state != THREAD_STOPPED) {
        drive_hypercall(THIMBLE_THREAD_STOP, VMM_GUEST);
        expect_regs(THIMBLE_OK);
    }
    drive_hypercall(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY, 1, 2, 3, 4);
    expect_regs(THIMBLE_OK);
    vm_vmm_wait();
    expect_runs(GUEST);
    memset(b, 0, sizeof(*b));
    b->vcpu = *vm_of(GUEST);
    b->thread = *drive_thread(GUEST);
    memcpy(b->thread.regs, kernel.cpu[0].regs, sizeof(b->thread.regs));
    /* The record of a fault, of which there is none. */
    cr_assert_eq(b->thread.fault_kind, 0);
    b->thread.fault_value = 0;
    b->interface.vmcr = sim.gic.cpu[0].vmcr;
    b->interface.apr = sim.gic.cpu[0].apr;
    b->interface.hcr = sim.gic.cpu[0].hcr;
    memcpy(b->interface.lr, sim.gic.cpu[0].lr, sizeof(b->interface.lr));
    b->compare = sim.timer.cval[SIM_TIMER_VIRTUAL];
    b->control = sim.timer.ctl[SIM_TIMER_VIRTUAL];
    b->irqs = sim_gic_active(&sim.gic, 0, VM_LINE) |
              sim_gic_active(&sim.gic, 0, machine_line_virtual_timer());
    cr_expect_eq(drive_sc(GUEST)->lowered, 0U);
}

static void expect_same(const struct beginning *a, const struct beginning *b)
{
    cr_expect_eq(memcmp(&a->vcpu, &b->vcpu, offsetof(struct vcpu, level)), 0, "its lines");
    cr_expect_eq(memcmp(&a->thread, &b->thread, sizeof(a->thread)), 0, "its thread");
    cr_expect_eq(memcmp(&a->interface, &b->interface, sizeof(a->interface)), 0, "its interface");
    cr_expect_eq(a->compare, b->compare);
    cr_expect_eq(a->control, b->control);
    cr_expect_eq(a->irqs, b->irqs);
}

static void exits(u32 kind)
{
    for (u32 i = 0; i < VCPU_EXIT_WORDS; i++) {
        vm_of(GUEST)->exit[i] = 0x900 + i;
    }
    vcpu_exit(&kernel.cpu[0], kind);
    vm_settle();
    expect_runs(SERVICE);
}

/* A life that leaves something everywhere that it can reach. */
static void live(void)
{
    vm_bind(VMM_IRQ, 40, 0x60);
    vm_bind(THIMBLE_NO_SLOT, VCPU_LINE_TIMER, 0x40);
    vm_bind(VMM_BELL, 41, 0x20 | THIMBLE_LINE_URGENT);
    drive_line(VM_LINE, true);
    vm_expect(40);
    vm_timer(drive_time());
    vm_expect(VCPU_LINE_TIMER);
    for (u32 i = 0; i < 2U * MACHINE_LISTS; i++) {
        vm_level(44 + i, 0x10);
    }
    vm_take();
    cr_assert(sim_gicv_write(&sim.gic, 0, GICV_PMR, 4, 0x48));
    cr_assert(sim_gicv_write(&sim.gic, 0, GICV_BPR, 4, 5));
    for (u32 i = 0; i < THREAD_REGS; i++) {
        kernel.cpu[0].regs[i] = 0xbad0 + i;
    }
    drive_hypercall(THIMBLE_SIGNAL, VM_BELL);
    drive_hypercall(THIMBLE_VCPU_LOWER);
}

Test(vcpu_guest, begins_alike_after_another_life)
{
    struct beginning first;
    struct beginning second;

    vm_boot();
    begin(&first);
    live();
    begin(&second);
    expect_same(&first, &second);
}

Test(vcpu_guest, begins_alike_after_its_handler_has_stopped_it)
{
    struct beginning first;
    struct beginning second;

    vm_boot();
    begin(&first);
    live();
    exits(THIMBLE_EXIT_HVC);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 1), THIMBLE_FAULT_STOP);
    vm_settle();
    drive_line(VM_LINE, false);
    begin(&second);
    expect_same(&first, &second);
}

/* Unloaded, when it is stopped: by the other guest, which has its own life meanwhile. */
Test(vcpu_guest, begins_alike_after_another_guest)
{
    struct beginning first;
    struct beginning second;

    vm_boot();
    begin(&first);
    live();
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    drive_hypercall(THIMBLE_YIELD);
    vm_settle();
    expect_runs(OTHER);
    vm_sleep();
    drive_line(VM_LINE, false);
    begin(&second);
    expect_same(&first, &second);
}

/* Exits are answered, whatever the life before has tried. */
Test(vcpu_guest, is_served_after_a_hostile_life)
{
    struct beginning b;

    vm_boot();
    for (u32 number = 0; number < THIMBLE_HYPERCALLS; number++) {
        for (u32 slot = VM_HANDLER; number != THIMBLE_VCPU_LOWER && slot <= VM_SLOTS; slot++) {
            drive_hypercall(number, slot, VM_FREE, 1);
            expect_runs(GUEST);
        }
    }
    begin(&b);
    exits(THIMBLE_EXIT_MMIO);
    expect_regs(77, THIMBLE_TAG(THIMBLE_LABEL_EXIT, 6), THIMBLE_EXIT_MMIO, 0x900);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 2), THIMBLE_FAULT_SKIP, 5);
    vm_settle();
    expect_runs(GUEST);
    cr_expect_eq(kernel.notifications[2].bits, 0, "called off, but it runs");
}

/* What was signalled to the life before is the VMM's to forget. */
Test(vcpu_guest, bits_from_before_are_gone_when_its_vmm_polls)
{
    struct beginning b;

    vm_boot();
    vm_bind(VMM_BELL, 41, 0x20);
    drive_hypercall(THIMBLE_SIGNAL, VM_BELL);
    begin(&b);
    vm_expect_none();
    vmm(THIMBLE_POLL, VMM_BELL);
    vm_bind(VMM_BELL, 41, 0x20);
    vm_expect_none();
    drive_hypercall(THIMBLE_SIGNAL, VM_BELL);
    vm_expect(41);
}
