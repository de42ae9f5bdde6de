/* SPDX-License-Identifier: BSD-2-Clause */
/* Nested handlers of a guest: more of them than there are list registers. */
#include "boot.h"
#include "klog.h"
#include "vcpu_rig.h"

Test(vcpu_nested, a_more_urgent_one_interrupts_any_number_of_nested_ones)
{
    vm_boot();
    vm_nest(24);
    for (u32 i = 24; i-- > 0;) {
        vm_expect_none();
        vm_end(63 - i);
    }
    cr_expect_eq(sim.gic.cpu[0].apr, 0);
    vm_expect_none();
    vm_expect_asked(0, 0);
    vm_edge(40, 0xf0);
    vm_expect(40);
}

Test(vcpu_nested, nested_ones_are_active_wherever_they_are)
{
    vm_boot();
    vm_nest(6);
    vm_expect_asked(0, 0xfc00000000000000);
    vm_edge(63, 0xe8); /* again, while it is active */
    vm_expect_asked(1ULL << 63, 0xfc00000000000000);
    for (u32 i = 6; i-- > 0;) {
        vm_expect_none();
        vm_end(63 - i);
    }
    vm_expect(63);
    vm_end(63);
    vm_expect_none();
}

Test(vcpu_nested, a_level_in_memory_is_pending_again_after_its_end)
{
    vm_boot();
    vm_level(33, 0xf0);
    vm_expect(33);
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(40 + i, 0x80 - 0x20 * i);
        vm_expect(40 + i);
    }
    for (u32 i = MACHINE_LISTS; i-- > 0;) {
        vm_end(40 + i);
    }
    vm_expect_none();
    vm_end(33);
    vm_expect(33);
    vm_inject(33, 0xf0);
    vm_end(33);
    vm_expect_none();
}

/* The guest ends lines before anybody looks: those of vm_nest(), then these. */
static void end_unseen(u32 nested, u32 line, u32 count)
{
    for (u32 i = nested; i-- > 0;) {
        cr_assert(sim_gicv_write(&sim.gic, 0, 0x10U, 4, 63U - i));
    }
    for (u32 i = count; i-- > 0;) {
        cr_assert(sim_gicv_write(&sim.gic, 0, 0x10U, 4, line + i));
    }
}

Test(vcpu_nested, what_ends_in_memory_ends)
{
    vm_boot();
    vm_level(33, 0xf0);
    vm_expect(33);
    vm_nest(3);
    vm_level(34, 0xc8);
    vm_expect(34);
    vm_edge(45, 0x10);
    vm_expect(45);
    vm_edge(46, 0x08);
    vm_expect(46);
    cr_assert_eq(vm_of(GUEST)->active[1], 1U << 1U | 3U << 30U); /* 33, 63, 62 */
    vm_end(46);
    vm_end(45);
    vm_inject(34, 0xc8);
    vm_end(34);
    end_unseen(3, 33, 1);
    vm_expect(33); /* it is high */
    vm_inject(33, 0xf0);
    vm_end(33);
    vm_expect_none();
    vm_expect_asked(0, 0);
}

Test(vcpu_nested, all_that_end_in_memory_end)
{
    vm_boot();
    vm_nest(7); /* 63, 62, 61 are in memory */
    vm_edge(40, 0xf0); /* waits */
    cr_assert_eq(vm_of(GUEST)->active[1], 7U << 29U);
    end_unseen(7, 0, 0);
    vm_expect(40);
    vm_end(40);
    vm_expect_none();
    vm_expect_asked(0, 0);
    for (u32 i = 0; i < 7U; i++) {
        vm_edge(63 - i, 0x80);
        vm_expect(63 - i);
        vm_end(63 - i);
    }
}

Test(vcpu_nested, one_in_memory_is_lowered_and_ended_for_the_guest)
{
    vm_boot();
    vm_level(33, 0xf0);
    vm_expect(33);
    vm_nest(5);
    vm_inject(33, 0xf0); /* low, and still active */
    vm_expect_asked(0, 0xf800000200000000);
    vm_inject(33, THIMBLE_LINE_END | 0xf0);
    vm_expect_asked(0, 0xf800000000000000);
    for (u32 i = 5; i-- > 0;) {
        vm_end(63 - i);
    }
    vm_end(33); /* that is of its priority alone */
    cr_expect_eq(sim.gic.cpu[0].apr, 0);
    vm_edge(33, 0xf0);
    vm_expect(33);
}

/* The guest's end is the hardware's, too, though no list register names the line. */
Test(vcpu_nested, an_irq_in_memory_is_ended_in_hardware)
{
    vm_boot();
    vm_bind(VMM_IRQ, 34, 0xf0);
    drive_line(VM_LINE, true);
    vm_expect(34);
    vm_nest(MACHINE_LISTS);
    cr_assert_eq(vm_of(GUEST)->active[1], 1U << 2U);
    drive_line(VM_LINE, false);
    cr_expect(sim_gic_active(&sim.gic, 0, VM_LINE));
    end_unseen(MACHINE_LISTS, 34, 1);
    vm_expect_none();
    cr_expect_not(sim_gic_active(&sim.gic, 0, VM_LINE));
    drive_line(VM_LINE, true);
    vm_expect(34);
}

/* What the guest does with it is of no account from then on, and it begins anew. */
Test(vcpu_nested, one_in_memory_is_unbound)
{
    vm_boot();
    vm_bind(VMM_IRQ, 34, 0xf0);
    drive_line(VM_LINE, true);
    vm_expect(34);
    vm_nest(MACHINE_LISTS);
    cr_assert_eq(vm_of(GUEST)->active[1], 1U << 2U);
    drive_line(VM_LINE, false);
    vm_bind(VMM_IRQ, 34, THIMBLE_VCPU_UNBIND);
    cr_expect_eq(vm_of(GUEST)->active[1], 0);
    vm_bind(VMM_IRQ, 34, 0x08);
    drive_line(VM_LINE, true);
    vm_expect(34);
    drive_line(VM_LINE, false);
    vm_end(34);
    for (u32 i = MACHINE_LISTS; i-- > 0;) {
        vm_end(63 - i);
    }
    vm_expect_none();
}

/* While another's turn has come, nothing moves; the first that is due then comes at once. */
Test(vcpu_nested, a_more_urgent_one_comes_while_not_loaded)
{
    vm_boot();
    vm_nest(MACHINE_LISTS);
    vcpu_unload(&kernel.cpu[0]);
    vcpu_raise(&kernel.cpu[0], 0, 45);
    cr_expect_eq(vm_of(GUEST)->active[1], 0);
    vm_settle();
    vm_expect(45);
    cr_expect_eq(vm_of(GUEST)->active[1], 1U << 31U);
    vcpu_unload(&kernel.cpu[0]);
    vcpu_raise(&kernel.cpu[0], 0, 44);
    cr_expect_eq(vm_of(GUEST)->active[1], 1U << 31U);
    vm_settle();
    vm_end(45);
    vm_expect(44);
}

/* What is said of one that is not loaded is what is in memory. */
Test(vcpu_nested, active_ones_are_told_of_while_not_loaded)
{
    vm_boot();
    vm_nest(MACHINE_LISTS);
    vcpu_unload(&kernel.cpu[0]);
    vm_expect_asked(0, 0xfULL << 60U);
}

/* It enters a list register again when the guest goes on, not before. */
Test(vcpu_nested, one_in_memory_stays_there_while_not_loaded)
{
    vm_boot();
    vm_nest(MACHINE_LISTS + 1U);
    cr_assert(sim_gicv_write(&sim.gic, 0, 0x10, 4, 63U - MACHINE_LISTS)); /* its end */
    vcpu_unload(&kernel.cpu[0]);
    vm_expect_asked(0, 0xfULL << 60U);
    vm_settle();
    cr_expect_eq(vm_of(GUEST)->active[1], 0);
    vm_expect_none();
}

/* Less urgent than all that are active: nobody is asked, until one at most is left. */
Test(vcpu_nested, a_less_urgent_one_waits_in_peace)
{
    vm_boot();
    vm_nest(MACHINE_LISTS + 1U);
    vm_inject(45, THIMBLE_LINE_HIGH | 0xf0);
    cr_expect_not(machine_interrupt_pending());
    for (u32 i = MACHINE_LISTS + 1U; i-- > 0;) {
        vm_expect_none();
        vm_end(63 - i);
    }
    vm_expect(45);
}

/* Its timer's line is one for all guests: what has ended must not end another's. */
Test(vcpu_nested, a_timer_in_memory_ends_when_it_is_loaded_again)
{
    vm_boot();
    vm_bind(THIMBLE_NO_SLOT, VCPU_LINE_TIMER, 0xf0);
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    vm_timer(0);
    vm_expect(VCPU_LINE_TIMER);
    vm_timer_off();
    vm_nest(MACHINE_LISTS);
    end_unseen(MACHINE_LISTS, VCPU_LINE_TIMER, 1);
    vcpu_unload(&kernel.cpu[0]); /* another one's turn has come meanwhile */
    cr_assert_eq(vm_of(GUEST)->timer_active, 1);
    drive_line_activate(machine_line_virtual_timer()); /* that one's */
    vcpu_raise(&kernel.cpu[0], 0, 45);
    cr_expect_eq(vm_of(GUEST)->timer_active, 1);
    cr_expect(sim_gic_active(&sim.gic, 0, machine_line_virtual_timer()));
    vm_settle();
    cr_expect_not(sim_gic_active(&sim.gic, 0, machine_line_virtual_timer()));
    vm_expect(45);
}

/* Where an end is none, or the level that runs is none of the line's own, what is active stays
 * where the hardware sees its end. */
Test(vcpu_nested, nested_ones_stay_where_their_end_is_not_known)
{
    static const u32 modes[] = {1U << 9, 3U << 21, 0x7U << 21};

    for (u32 i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        vm_boot();
        sim.gic.cpu[0].vmcr = (sim.gic.cpu[0].vmcr & ~(7U << 21)) | modes[i];
        for (u32 k = 0; k < MACHINE_LISTS; k++) {
            vm_edge(40 + k, 0xa8 - 0x20 * k);
            if (vm_interrupted()) {
                vm_expect(40 + k);
            }
        }
        u64 before = sim.gic.cpu[0].apr;
        vm_edge(50, 0x08);
        vm_edge(51, 0x00);
        cr_expect_eq(vm_of(GUEST)->active[0] | vm_of(GUEST)->active[1], 0);
        cr_expect_eq(sim.gic.cpu[0].apr, before);
        sim_shutdown();
    }
    vm_boot();
}

/* A guest that ends, masks and writes what it likes is its own affair: the core's state is
 * whole, and no interrupt keeps it from running. */
Test(vcpu_nested, a_guest_that_does_anything)
{
    static const u32 registers[] = {0x0U, 0x4U, 0x8U, 0x10U, 0xd0U, 0x1000U};
    u32 random = 1;

    vm_boot();
    vm_bind(VMM_IRQ, 34, 0x90);
    for (u32 step = 0; step < 20000; step++) {
        random = random * 1664525U + 1013904223U;
        u32 what = random >> 28;
        u32 line = 30U + (random >> 16) % 12U;
        if (what < 6U) {
            vm_inject(line, (random >> 8 & 0xf8U) | (what < 4U ? THIMBLE_LINE_HIGH : 0) |
                                (what < 2U ? THIMBLE_LINE_LEVEL : 0) |
                                (what == 5U ? THIMBLE_LINE_END : 0));
        } else if (what < 10U) {
            (void)vm_take();
        } else if (what < 13U) {
            vm_end(line);
        } else {
            u32 offset = registers[(random >> 8) % 6U];
            hw_write32(paddr(SIM_GICV_BASE + offset),
                       offset == 0x1000U || offset == 0x10U ? line : random >> 16 & 0x3ffU);
            vm_settle();
        }
        drive_line(VM_LINE, (random >> 12 & 3U) == 0);
        vm_settle();
        cr_assert_not(machine_interrupt_pending());
        expect_runs(GUEST);
        drive_check();
    }
}
