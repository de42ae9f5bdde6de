/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual lines: injected, bound to irqs and notifications. */
#include "klog.h"
#include "boot.h"
#include "vcpu_rig.h"

#define EDGE THIMBLE_LINE_HIGH
#define LEVEL (THIMBLE_LINE_HIGH | THIMBLE_LINE_LEVEL)
#define LOWER THIMBLE_LINE_LEVEL
#define URGENT THIMBLE_LINE_URGENT

static u32 waiting(void)
{
    const struct vcpu *v = vm_of(GUEST);

    return (u32)__builtin_popcount(v->pending[0]) + (u32)__builtin_popcount(v->pending[1]);
}

/* ---- injected ------------------------------------------------------------------*/

Test(vcpu_lines, an_edge_is_taken_once)
{
    vm_boot();
    vm_expect_none();
    vm_edge(33, 0x80);
    vm_expect(33);
    vm_expect_none();
    vm_end(33);
    vm_expect_none();
}

Test(vcpu_lines, all_64_lines_exist)
{
    vm_boot();
    for (u32 line = 0; line < VCPU_LINES; line++) {
        vm_edge(line, 0x80);
        vm_expect(line);
        vm_end(line);
    }
    vm_expect_none();
}

Test(vcpu_lines, an_edge_while_active_is_pending_after_its_end)
{
    vm_boot();
    vm_edge(33, 0x80);
    vm_expect(33);
    vm_edge(33, 0x80);
    vm_edge(33, 0x80);
    vm_expect_none();
    vm_end(33);
    vm_expect(33);
    vm_end(33);
    vm_expect_none();
}

/* Only of lines that are high it matters at once. */
Test(vcpu_lines, an_edge_ends_without_maintenance)
{
    u32 told = machine_list_word(33, 0, MACHINE_LINE_NONE, true) ^
               machine_list_word(33, 0, MACHINE_LINE_NONE, false);

    vm_boot();
    vm_edge(33, 0x80);
    vm_expect(33);
    vm_edge(33, 0x80); /* not the straight way: it is active */
    cr_expect_eq(sim.gic.cpu[0].lr[0] & told, 0);
    vm_level(33, 0x80);
    cr_expect_eq(sim.gic.cpu[0].lr[0] & told, told);
}

Test(vcpu_lines, lines_are_asked_for)
{
    vm_boot();
    vm_expect_asked(0, 0);
    for (u32 line = 30; line < 36; line++) { /* more than there are list registers */
        vm_edge(line, 0x80);
    }
    vm_expect_asked(0xfc0000000, 0);
    vm_expect(30);
    vm_expect_asked(0xf80000000, 0x40000000);
    vm_edge(30, 0x80); /* both */
    vm_expect_asked(0xfc0000000, 0x40000000);
    vm_end(30);
    for (u32 line = 31; line < 36; line++) {
        vm_inject(line, 0);
    }
    vm_expect_asked(0x40000000, 0);
    vm_expect(30);
    vm_end(30);
    vm_level(63, 0x80); /* it is again, when it has ended */
    vm_expect(63);
    vm_expect_asked(0, 1ULL << 63);
    vm_end(63);
    vm_expect_asked(1ULL << 63, 0);
    vm_inject(63, 0);
    vm_expect_asked(0, 0);
    drive_stop(GUEST);
    vm_expect_asked(0, 0);
}

Test(vcpu_lines, an_interrupt_is_ended_for_the_guest)
{
    vm_boot();
    vm_edge(33, 0x80);
    vm_expect(33);
    vm_edge(33, 0x80);
    vm_inject(33, 0x80); /* low: it is still active */
    vm_expect_asked(0, 1ULL << 33);
    vm_inject(33, THIMBLE_LINE_END | 0x80);
    vm_expect_asked(0, 0);
    vm_end(33);
    vm_edge(33, 0x80);
    vm_expect(33);
    vm_end(33);
    vm_expect_none();
}

/* What a line costs most often: nothing waits, and its list register is its own still. */
Test(vcpu_lines, one_that_has_ended_goes_straight_to_its_list_register)
{
    vm_boot();
    vm_edge(40, 0x80);
    vm_end(vm_take());
    sim_clock.cost[PATH_LIST_STRAIGHT] = 7;
    sim_clock.cost[PATH_LISTS] = 1000;
    u64 before = sim_clock.now;
    vcpu_raise(&kernel.cpu[0], 0, 40);
    cr_expect_eq(sim_clock.now - before, 7);
    vm_expect(40);
}

Test(vcpu_lines, a_level_is_pending_again_until_it_is_lowered)
{
    vm_boot();
    vm_level(34, 0x80);
    for (u32 i = 0; i < 3U; i++) {
        vm_expect(34);
        vm_expect_none();
        vm_end(34);
        cr_assert(vm_interrupted());
    }
    vm_inject(34, LOWER | 0x80);
    vm_expect_none();
    vm_level(34, 0x80);
    vm_expect(34);
    vm_inject(34, LOWER | 0x80); /* while it is active */
    vm_end(34);
    vm_expect_none();
}

Test(vcpu_lines, a_level_raised_again_while_active_can_be_lowered)
{
    vm_boot();
    vm_level(34, 0x80);
    vm_expect(34);
    vm_level(34, 0x80);
    vm_inject(34, 0);
    vm_end(34);
    vm_expect_none();
}

Test(vcpu_lines, an_edge_is_lowered_before_it_is_taken)
{
    vm_boot();
    vm_edge(35, 0x80);
    vm_inject(35, 0);
    vm_expect_none();
    cr_expect_eq(vm_take(), VM_NOTHING);
    vm_edge(35, 0x80);
    vm_expect(35);
}

Test(vcpu_lines, the_most_urgent_first)
{
    vm_boot();
    vm_edge(40, 0x80);
    vm_edge(41, 0x40);
    vm_edge(42, 0xc0);
    vm_expect(41);
    vm_end(41);
    vm_expect(40);
    vm_end(40);
    vm_expect(42);
    vm_end(42);
    vm_expect_none();
}

Test(vcpu_lines, a_more_urgent_one_interrupts)
{
    vm_boot();
    vm_edge(40, 0x80);
    vm_expect(40);
    vm_edge(41, 0x80);
    vm_expect_none();
    vm_edge(42, 0x40);
    vm_expect(42);
    vm_end(42);
    vm_expect_none();
    vm_end(40);
    vm_expect(41);
    vm_end(41);
    vm_expect_none();
}

/* ---- more than there are list registers ------------------------------------------*/

Test(vcpu_lines, more_than_fit_are_all_taken_by_urgency)
{
    vm_boot();
    for (u32 i = 0; i < 20U; i++) {
        vm_edge(20 + i, 0x10 + 8 * (i * 7 % 20)); /* 27 has no source: a line like others */
    }
    cr_expect_eq(waiting(), 20U - MACHINE_LISTS);
    for (u32 i = 0; i < 20U; i++) {
        u32 line = vm_take();
        cr_assert_lt(line, VCPU_LINES);
        cr_expect_eq(vm_of(GUEST)->priority[line], 0x10 + 8 * i);
        vm_end(line);
    }
    vm_expect_none();
    cr_expect_eq(waiting(), 0);
}

Test(vcpu_lines, low_bits_of_a_priority_are_not_looked_at)
{
    vm_boot();
    for (u32 i = 0; i < 8U; i++) {
        vm_edge(63 - i, 0x40 + i); /* all of one urgency: the lowest number first */
    }
    for (u32 line = 56; line < 64U; line++) {
        cr_expect_eq(vm_of(GUEST)->priority[line], 0x40);
        vm_expect(line);
        vm_end(line);
    }
    vm_expect_none();
}

/* Each bit of it decides, in either half of the lines. */
Test(vcpu_lines, the_most_urgent_of_those_that_wait_comes_first)
{
    static const u32 lines[] = {3, 40, 60, 10, 35, 63};

    for (u32 bit = 0x80; bit >= 0x08U; bit >>= 1) {
        for (u32 urgent = 0; urgent < 6U; urgent++) {
            vm_boot();
            for (u32 i = 0; i < MACHINE_LISTS; i++) {
                vm_edge(50 + i, 0);
            }
            for (u32 i = 0; i < 6U; i++) {
                vm_edge(lines[i], i == urgent ? 0xf8U & ~bit : 0xf8U);
            }
            for (u32 i = 0; i < MACHINE_LISTS; i++) {
                vm_expect(50 + i);
                vm_end(50 + i);
            }
            vm_expect(lines[urgent]);
            sim_shutdown();
        }
    }
    vm_boot();
}

/* What memory has of a list register without a line is old: from when it had one. */
Test(vcpu_lines, the_last_line_is_not_mistaken_for_none)
{
    vm_boot();
    vm_level(40, 0x80);
    vm_expect(40);
    vm_sleep();
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    expect_runs(OTHER);
    vm_settle();
    vm_edge(63, URGENT | 0x40);
    vm_inject(40, LOWER | 0x80);
    vm_sleep();
    expect_runs(GUEST);
    vm_end(40);
    vm_expect(63);
    vm_sleep();
    vmm(THIMBLE_VCPU_INJECT, VMM_OTHER, 33, EDGE | URGENT | 0x80);
    expect_runs(OTHER);
    vm_expect(33);
    vm_edge(63, URGENT | 0x40);
    vm_end(33);
    vm_sleep();
    expect_runs(GUEST);
    vm_end(63);
    vm_expect(63);
}

/* It has ended, and its list register is still its own while another waits for one. */
Test(vcpu_lines, one_raised_again_does_not_overtake_a_more_urgent_one)
{
    u32 last = 63 - MACHINE_LISTS + 1U;

    vm_boot();
    vm_nest(MACHINE_LISTS);
    vm_edge(40, 0xf8);
    vm_edge(41, 0xf8);
    cr_expect_eq(waiting(), 2);
    vm_end(last);
    vm_edge(last, 0x80);
    vm_edge(50, 0x10);
    vm_expect(50);
    vm_end(50);
    vm_expect(last);
    vm_end(last);
    vm_expect_none();
}

/* Its end is told at once: not only when the list registers are nearly empty. */
Test(vcpu_lines, one_raised_again_gives_way_when_it_ends)
{
    u32 last = 40 + MACHINE_LISTS - 1U;

    vm_boot();
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(40 + i, 0xa0 - 0x20 * i);
        vm_expect(40 + i);
    }
    vm_edge(last, 0xa0 - 0x20 * (MACHINE_LISTS - 1U));
    vm_edge(50, 0xa0 - 0x20 * (MACHINE_LISTS - 1U)); /* no more urgent than it: waits */
    vm_expect_none();
    vm_end(last);
    u32 first = vm_take();
    vm_end(first);
    cr_expect(first == 50 || first == last);
    vm_expect(first == 50 ? last : 50);
}

Test(vcpu_lines, the_least_urgent_gives_way)
{
    vm_boot();
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(40 + i, 0x80 + 8 * i);
    }
    vm_edge(50, 0x40);
    cr_expect_eq(vm_of(GUEST)->pending[1], 1U << (40U + MACHINE_LISTS - 1U - 32U));
    vm_edge(51, 0xf0); /* less urgent than all: waits */
    cr_expect_eq(waiting(), 2);
    vm_expect(50);
    vm_end(50);
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_expect(40 + i);
        vm_end(40 + i);
    }
    vm_expect(51);
    vm_end(51);
    vm_expect_none();
}

Test(vcpu_lines, active_ones_keep_their_list_registers)
{
    vm_boot();
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(40 + i, 0xa0 - 0x20 * i);
        vm_expect(40 + i);
    }
    vm_edge(50, 0xa0);
    vm_edge(51, 0xa8);
    cr_expect_eq(waiting(), 2);
    cr_expect_eq(vm_of(GUEST)->active[1], 0);
    for (u32 i = MACHINE_LISTS; i-- > 1U;) {
        vm_end(40 + i);
    }
    vm_expect_none();
    vm_end(40);
    vm_expect(50); /* underflow has refilled them */
    vm_end(50);
    vm_expect(51);
    vm_end(51);
    vm_expect_none();
}

Test(vcpu_lines, one_that_waits_can_be_lowered)
{
    vm_boot();
    for (u32 i = 0; i < 6U; i++) {
        vm_edge(40 + i, 0x80);
    }
    for (u32 i = 0; i < 6U; i += 2) {
        vm_inject(40 + i, 0);
    }
    u32 taken = 0;
    while (vm_interrupted()) {
        u32 line = vm_take();
        taken |= 1U << (line - 40U);
        vm_end(line);
    }
    cr_expect_eq(taken, 0x2a);
}

/* The maintenance line has nothing more to say when the last that waited is listed. */
Test(vcpu_lines, the_last_refill_leaves_the_maintenance_line_quiet)
{
    vm_boot();
    for (u32 i = 0; i <= MACHINE_LISTS; i++) {
        vm_edge(40 + i, 0x80);
    }
    for (u32 i = 0; i <= MACHINE_LISTS; i++) {
        vm_end(vm_take());
    }
    vm_expect_none();
    cr_expect_eq(waiting(), 0);
    cr_expect_eq(vm_of(GUEST)->control, machine_list_control(false, false));
    cr_expect_eq(sim.gic.cpu[0].hcr, machine_list_control(false, false));
}

/* While the core itself runs, too: the next preemption point would take it again. */
Test(vcpu_lines, maintenance_is_quiet_within_the_core)
{
    vm_boot();
    for (u32 i = 0; i <= MACHINE_LISTS; i++) {
        vm_edge(40 + i, 0x80);
    }
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        /* Faster than the interrupt: all end before it is taken. */
        sim.gic.cpu[0].lr[i] &= ~MACHINE_LIST_STATE;
    }
    sim_gic_virtual_update(&sim.gic, 0);
    cr_assert(machine_interrupt_pending());
    interrupt_take(&kernel.cpu[0]);
    cr_expect_not(machine_interrupt_pending());
    schedule(&kernel.cpu[0]);
    drive_check();
    cr_assert(vm_interrupted());
}

/* ---- not loaded ------------------------------------------------------------------*/

Test(vcpu_lines, are_injected_into_a_vcpu_that_is_not_loaded)
{
    vm_boot();
    vm_edge(40, 0x80);
    vm_expect(40);
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    vm_vmm_wake();
    drive_hypercall(THIMBLE_YIELD);
    vm_vmm_wait();
    sc_rotate(&kernel.cpu[0], drive_thread(GUEST)->sc);
    drive_schedule();
    vm_settle();
    expect_runs(OTHER);
    vm_expect_none();
    vm_edge(41, 0x40);
    vm_edge(40, 0x80); /* active there */
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(50 + i, 0x60 + 8U * i);
    }
    vm_inject(50, 0);
    vm_expect_none();
    drive_stop(OTHER);
    vm_settle();
    expect_runs(GUEST);
    vm_expect(41);
    vm_end(41);
    for (u32 i = 1; i < MACHINE_LISTS; i++) {
        vm_expect(50 + i);
        vm_end(50 + i);
    }
    vm_end(40);
    vm_expect(40);
    vm_end(40);
    vm_expect_none();
}

Test(vcpu_lines, of_a_stopped_vcpu_are_nothing)
{
    vm_boot_off();
    drive_hypercall(THIMBLE_VCPU_INJECT, VMM_GUEST, 40, LEVEL | URGENT);
    expect_regs(THIMBLE_OK);
    drive_hypercall(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
    vm_vmm_wait();
    vm_expect_none();
}

Test(vcpu_lines, a_stop_ends_all)
{
    vm_boot();
    vm_level(40, 0x80);
    vm_level(41, 0x40);
    for (u32 i = 0; i < 8U; i++) {
        vm_edge(50 + i, 0x60);
    }
    vm_expect(41);
    vmm(THIMBLE_THREAD_STOP, VMM_GUEST);
    expect_runs(NATIVE);
    vmm(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
    expect_runs(GUEST);
    vm_expect_none();
    vm_edge(41, 0x40);
    vm_expect(41);
}

/* ---- bound to an irq ---------------------------------------------------------------*/

static bool line_active(u32 line)
{
    return sim_gic_active(&sim.gic, 0, line);
}

static void line_taken(u32 virtual)
{
    drive_line(VM_LINE, true);
    vm_expect(virtual);
    cr_expect(line_active(VM_LINE));
    drive_line(VM_LINE, false);
}

Test(vcpu_lines, an_irq_is_ended_in_hardware)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    for (u32 i = 0; i < 3U; i++) {
        line_taken(50);
        vm_end(50);
        cr_expect_not(line_active(VM_LINE));
        vm_expect_none();
    }
    drive_line(VM_LINE, true);
    vm_expect(50);
    vm_end(50); /* the device still asks */
    vm_expect(50);
}

Test(vcpu_lines, an_irq_comes_while_another_runs)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    vm_vmm_wake();
    drive_line(VM_LINE, true);
    drive_interrupts();
    expect_runs(VMM);
    vm_vmm_wait();
    vm_expect(50);
    drive_line(VM_LINE, false);
    vm_end(50);
    cr_expect_not(line_active(VM_LINE));
}

Test(vcpu_lines, injecting_at_an_irqs_line_changes_nothing)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    vm_level(50, 0x40);
    vm_expect_none();
    cr_expect_eq(vm_of(GUEST)->priority[50], 0x80);
    drive_line(VM_LINE, true);
    cr_assert(vm_interrupted());
    vm_inject(50, 0); /* would leave the hardware's line active */
    vm_edge(50, 0);
    vm_expect(50);
    drive_line(VM_LINE, false);
    vm_edge(50, 0);
    vm_end(50);
    vm_expect_none();
    cr_expect_not(line_active(VM_LINE));
    line_taken(50);
}

Test(vcpu_lines, unbinding_an_irq_silences_it)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    line_taken(50);
    vm_bind(0, 50, THIMBLE_VCPU_UNBIND);
    cr_expect_not(line_active(VM_LINE));
    drive_line(VM_LINE, true);
    vm_end(50);
    vm_expect_none();
    vm_bind(VMM_IRQ, 50, 0x80);
    vm_expect(50);
}

/* The guest's end, late, must not end the driver's interrupt. */
Test(vcpu_lines, what_is_unbound_does_not_end_in_hardware)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    line_taken(50);
    vmm(THIMBLE_IRQ_BIND, VMM_IRQ, VMM_BELL);
    cr_expect_not(line_active(VM_LINE));
    cr_expect_eq(vm_of(GUEST)->source[50], VCPU_SOURCE_NONE);
    drive_line(VM_LINE, true);
    vm_settle();
    cr_assert(line_active(VM_LINE));
    cr_expect_eq(kernel.irqs[0].active, 1);
    vm_end(50);
    cr_expect(line_active(VM_LINE));
    vm_expect_none();
}

Test(vcpu_lines, an_irq_of_a_driver_becomes_a_guests)
{
    vm_boot();
    vmm(THIMBLE_IRQ_BIND, VMM_IRQ, VMM_BELL);
    drive_line(VM_LINE, true);
    vm_settle();
    cr_expect_eq(kernel.irqs[0].active, 1);
    vm_bind(VMM_IRQ, 50, 0x80);
    cr_expect_eq(kernel.irqs[0].active, 0);
    vm_expect(50);
    drive_line(VM_LINE, false);
    vm_end(50);
    vm_vmm_wake();
    drive_hypercall(THIMBLE_IRQ_ACK, VMM_IRQ);
    expect_regs(THIMBLE_ERR_IDLE);
}

Test(vcpu_lines, an_irq_moves_to_another_line)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    line_taken(50);
    vm_bind(VMM_IRQ, 51, 0x80);
    cr_expect_eq(vm_of(GUEST)->source[50], VCPU_SOURCE_NONE);
    vm_end(50);
    line_taken(51);
    vm_end(51);
    cr_expect_not(line_active(VM_LINE));
}

Test(vcpu_lines, another_irq_takes_the_line)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    line_taken(50);
    vm_bind(VMM_IRQ2, 50, 0x80);
    cr_expect_eq(kernel.irqs[0].cell, IRQ_UNBOUND);
    vm_end(50);
    drive_line(VM_LINE + 1U, true);
    vm_expect(50);
    cr_expect(line_active(VM_LINE + 1U));
    vm_end(50);
    cr_expect_not(line_active(VM_LINE + 1U));
}

Test(vcpu_lines, binding_again_changes_the_urgency_alone)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    line_taken(50);
    vm_bind(VMM_IRQ, 50, 0x40 | URGENT);
    cr_expect_eq(vm_of(GUEST)->priority[50], 0x40);
    cr_expect(line_active(VM_LINE));
    vm_end(50);
    cr_expect_not(line_active(VM_LINE));
}

/* Then it is the second capability's, and the first may go. */
Test(vcpu_lines, binding_again_is_by_the_new_capability)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    vmm(THIMBLE_CAP_COPY, VMM_IRQ, VMM_FREE, THIMBLE_RIGHT_HANDLE, 0);
    vm_bind(VMM_FREE, 50, 0x80);
    line_taken(50);
    vm_end(50);
    vmm(THIMBLE_CAP_DELETE, VMM_FREE);
    drive_line(VM_LINE, true);
    vm_expect_none();
}

Test(vcpu_lines, an_irqs_binding_ends_with_its_capability)
{
    vm_boot();
    vmm(THIMBLE_CAP_COPY, VMM_IRQ, VMM_FREE, THIMBLE_RIGHT_HANDLE, 0);
    vm_bind(VMM_FREE, 50, 0x80);
    vmm(THIMBLE_CAP_MOVE, VMM_FREE, VMM_FREE + 1);
    line_taken(50);
    vmm(THIMBLE_CAP_REVOKE, VMM_IRQ);
    cr_expect_not(line_active(VM_LINE));
    cr_expect_eq(vm_of(GUEST)->source[50], VCPU_SOURCE_NONE);
    drive_line(VM_LINE, true);
    vm_end(50);
    vm_expect_none();
}

Test(vcpu_lines, an_irqs_binding_ends_with_its_binders_restart)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    vm_bind(VMM_BELL, 51, 0x80);
    line_taken(50);
    drive_stop(GUEST);
    vmm(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
    vm_bind(VMM_IRQ, 50, 0x80);
    vm_vmm_wake();
    vm_vmm_wait();
    drive_schedule();
    drive_stop(VMM);
    irq_release(0, 0);
    drive_check();
    drive_line(VM_LINE, true);
    vm_expect_none();
}

Test(vcpu_lines, a_stop_silences_irqs)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    vm_bind(VMM_IRQ2, 51, 0x80);
    line_taken(50);
    vmm(THIMBLE_THREAD_STOP, VMM_GUEST);
    cr_expect_not(line_active(VM_LINE));
    cr_expect_eq(kernel.irqs[0].cell, IRQ_UNBOUND);
    cr_expect_eq(kernel.irqs[1].cell, IRQ_UNBOUND);
    drive_line(VM_LINE, true);
    drive_line(VM_LINE + 1U, true);
    vmm(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
    vm_expect_none();
}

static bool edge_after(u32 slot)
{
    vm_boot();
    vm_bind(VMM_IRQ2, 41, 0x80);
    vm_edge(45, 0x40);
    vm_expect(45); /* so that 41 waits */
    drive_line(VM_LINE + 1U, true);
    drive_line(VM_LINE + 1U, false);
    vm_settle();
    if (slot != THIMBLE_NO_SLOT) {
        vm_bind(slot, slot == VMM_IRQ2 ? 42 : 41, 0x80);
    }
    vm_bind(VMM_IRQ2, 41, THIMBLE_VCPU_UNBIND);
    cr_expect(slot == VMM_IRQ2 || !sim_gic_active(&sim.gic, 0, VM_LINE + 1U));
    vm_bind(VMM_IRQ2, 41, 0x80);
    vm_end(45);
    return vm_interrupted();
}

/* The device has raised it once, and the guest has not taken it. */
Test(vcpu_lines, an_edge_outlives_its_binding)
{
    cr_assert(edge_after(THIMBLE_NO_SLOT));
    vm_expect(41);
    vm_end(41);
    vm_expect_none();
    sim_shutdown();
    cr_assert(edge_after(VMM_IRQ2)); /* to another line, and back */
    vm_expect(41);
    vm_end(41);
    vm_expect_none();
    sim_shutdown();
    cr_assert(edge_after(VMM_BELL)); /* something else has the line meanwhile */
    vm_expect(41);
    vm_end(41);
    vm_expect_none();
}

Test(vcpu_lines, an_edge_that_waits_in_memory_outlives_its_binding)
{
    vm_boot();
    vm_bind(VMM_IRQ2, 41, 0xf0);
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(50 + i, 0x80);
    }
    drive_line(VM_LINE + 1U, true);
    drive_line(VM_LINE + 1U, false);
    vm_settle();
    vm_bind(VMM_IRQ2, 41, THIMBLE_VCPU_UNBIND);
    vm_bind(VMM_IRQ2, 42, 0x08);
    vm_expect(42);
}

/* One that the guest has taken is not raised again; nor is a level that has fallen. */
Test(vcpu_lines, what_has_been_taken_is_not_raised_again)
{
    vm_boot();
    vm_bind(VMM_IRQ2, 41, 0x80);
    drive_line(VM_LINE + 1U, true);
    drive_line(VM_LINE + 1U, false);
    vm_expect(41);
    vm_bind(VMM_IRQ2, 41, THIMBLE_VCPU_UNBIND);
    vm_bind(VMM_IRQ2, 41, 0x80);
    vm_end(41);
    vm_expect_none();
    vm_bind(VMM_IRQ, 40, 0x80);
    drive_line(VM_LINE, true);
    vm_settle();
    vm_bind(VMM_IRQ, 40, THIMBLE_VCPU_UNBIND);
    drive_line(VM_LINE, false);
    vm_bind(VMM_IRQ, 40, 0x80);
    vm_expect_none();
}

/* More irqs than fit: the evicted one's line stays active until it is its turn. */
Test(vcpu_lines, an_irq_that_is_evicted_comes_later)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0xf0);
    drive_line(VM_LINE, true);
    cr_assert(vm_interrupted());
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_edge(40 + i, 0x80);
    }
    cr_expect_eq(waiting(), 1);
    cr_expect(line_active(VM_LINE));
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        vm_end(vm_take());
    }
    vm_expect(50);
    drive_line(VM_LINE, false);
    vm_end(50);
    cr_expect_not(line_active(VM_LINE));
}

/* ---- bound to a notification ---------------------------------------------------------*/

static void signal_bell(void)
{
    vm_settle();
    notification_signal(&kernel.cpu[0], 0, 0x10);
    drive_schedule();
    vm_settle();
}

Test(vcpu_lines, a_signal_makes_its_line_pending)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    vm_expect_none();
    signal_bell();
    vm_expect(48);
    signal_bell();
    vm_end(48);
    vm_expect(48);
    vm_end(48);
    vm_expect_none();
    vm_settle();
    drive_hypercall(THIMBLE_POLL, VM_BELL);
    expect_regs(THIMBLE_OK, 0x10);
}

Test(vcpu_lines, a_guest_signals_itself)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    drive_hypercall(THIMBLE_SIGNAL, VM_BELL);
    expect_regs(THIMBLE_OK);
    vm_expect(48);
}

Test(vcpu_lines, bits_from_before_are_a_signal)
{
    vm_boot();
    signal_bell();
    vm_expect_none();
    vm_bind(VMM_BELL, 48, 0x80);
    vm_expect(48);
    vm_end(48);
    vm_bind(VMM_BELL, 48, 0x40); /* bound already */
    vm_expect_none();
}

Test(vcpu_lines, an_unbound_notification_is_one_like_others)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    signal_bell();
    vm_bind(0, 48, THIMBLE_VCPU_UNBIND);
    vm_expect_none();
    signal_bell();
    vm_expect_none();
    vm_vmm_wake();
    drive_hypercall(THIMBLE_POLL, VMM_BELL);
    expect_regs(THIMBLE_OK, 0x10);
}

Test(vcpu_lines, an_old_binding_does_not_revive)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    vm_bind(VMM_CHIME, 48, 0x80);
    signal_bell();
    vm_expect_none();
    notification_signal(&kernel.cpu[0], 1, 1);
    vm_expect(48);
}

Test(vcpu_lines, a_notification_moves_to_another_line)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    signal_bell();
    vmm(THIMBLE_POLL, VMM_BELL);
    vm_bind(VMM_BELL, 49, 0x80);
    cr_expect_eq(vm_of(GUEST)->source[48], VCPU_SOURCE_NONE);
    vm_expect_none();
    signal_bell();
    vm_expect(49);
}

Test(vcpu_lines, a_waiter_gets_the_signal_instead)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    vm_vmm_wake();
    drive_block(VMM_BELL);
    vm_settle();
    expect_runs(GUEST);
    drive_hypercall(THIMBLE_SIGNAL, VM_BELL); /* the straight way */
    expect_runs(VMM);
    expect_regs(THIMBLE_OK, 0x100);
    drive_block(VMM_BELL);
    vm_settle();
    signal_bell(); /* and the other */
    expect_runs(VMM);
    vm_vmm_wait();
    vm_expect_none();
}

Test(vcpu_lines, a_signal_without_bits_is_one)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    drive_stop(GUEST);
    expect_runs(NATIVE);
    vmm(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
    vm_bind(VMM_BELL, 48, 0x80);
    vm_sleep();
    expect_runs(NATIVE);
    drive_hypercall(THIMBLE_SIGNAL, NATIVE_SIGNAL);
    vm_settle();
    expect_runs(NATIVE); /* woken at its low priority, below */
    drive_stop(NATIVE);
    expect_runs(GUEST);
    vm_expect(48);
}

Test(vcpu_lines, a_stop_unbinds_notifications)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    vmm(THIMBLE_THREAD_STOP, VMM_GUEST);
    signal_bell();
    vmm(THIMBLE_VCPU_START, VMM_GUEST, VM_ENTRY);
    signal_bell();
    vm_expect_none();
    vm_bind(VMM_CHIME, 48, 0x80);
    signal_bell();
    vm_expect_none();
}

Test(vcpu_lines, bindings_replace_each_other)
{
    vm_boot();
    vm_bind(VMM_IRQ, 27, 0x80);
    vm_bind(THIMBLE_NO_SLOT, 27, 0x80);
    cr_expect_eq(kernel.irqs[0].cell, IRQ_UNBOUND);
    vm_bind(VMM_BELL, 27, 0x80);
    cr_expect_eq(vm_of(GUEST)->source[27], VCPU_SOURCE_SIGNAL);
    cr_expect_not(sim_gic_enabled(&sim.gic, 0, machine_line_virtual_timer()));
    vm_bind(VMM_IRQ, 27, 0x80);
    signal_bell();
    vm_expect_none();
    vm_level(28, 0x80);
    vm_bind(VMM_BELL, 28, 0x80); /* what was injected is gone */
    vmm(THIMBLE_POLL, VMM_BELL);
    vm_end(vm_take());
    vm_expect_none();
}

/* ---- and what the core prints --------------------------------------------------------*/

Test(vcpu_lines, are_not_held_up_by_printing)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    vm_sleep();
    expect_runs(NATIVE);
    drive_fault(THIMBLE_FAULT_MEMORY, 0, ACCESS_READ, 0); /* leaves a dump */
    cr_assert(kernel.cpu[0].printing);
    vm_edge(40, 0x80 | URGENT);
    expect_runs(GUEST);
    u32 printed = klog.next;
    drive_line(VM_LINE, true);
    drive_interrupts();
    expect_runs(GUEST);
    cr_expect_eq(klog.next, printed, "printing has delayed the guest");
    vm_end(vm_take());
    vm_expect(50);
    cr_assert(kernel.cpu[0].printing);
    drive_elapse(2U * drive_sc(GUEST)->budget); /* rounds of its budget: the core's timer */
    cr_expect_neq(klog.next, printed, "nothing is ever printed");
}

/* The core's timer and the guest's line at once: its list registers are old after that. */
Test(vcpu_lines, that_come_with_the_timer_are_not_held_up_either)
{
    vm_boot();
    vm_bind(VMM_IRQ, 50, 0x80);
    vm_sleep();
    drive_fault(THIMBLE_FAULT_MEMORY, 0, ACCESS_READ, 0); /* leaves a dump */
    vm_edge(40, 0x80 | URGENT);
    expect_runs(GUEST);
    vm_end(vm_take());
    vm_nest(MACHINE_LISTS + 1U);
    cr_assert(kernel.cpu[0].printing);
    u32 printed = klog.next;
    sim_clock.now = kernel.cpu[0].timer * SIM_TICK_INSTRUCTIONS;
    drive_line(VM_LINE, true);
    drive_interrupts();
    expect_runs(GUEST);
    cr_expect_eq(vm_of(GUEST)->control, 0);
    cr_expect_eq(klog.next, printed, "printing has delayed the guest");
    vm_expect(50);
}

Test(vcpu_lines, a_signal_through_a_binding_wakes_a_more_urgent_sleeper)
{
    vm_boot();
    vm_bind(VMM_BELL, 50, 0x80 | URGENT);
    vm_sleep();
    expect_runs(NATIVE);
    drive_hypercall(THIMBLE_SIGNAL, NATIVE_BELL);
    vm_settle();
    expect_runs(GUEST);
    cr_expect_eq(drive_reg(NATIVE, 0), THIMBLE_OK);
    vm_expect(50);
}

Test(vcpu_lines, a_signal_through_a_binding_does_the_same_while_tracing)
{
    vm_boot();
    vm_bind(VMM_BELL, 50, 0x80 | URGENT);
    vm_sleep();
    expect_runs(NATIVE);
    trace_set(&kernel.cpu[0], true);
    drive_hypercall(THIMBLE_SIGNAL, NATIVE_BELL);
    trace_set(&kernel.cpu[0], false);
    vm_settle();
    expect_runs(GUEST);
    vm_expect(50);
}

Test(vcpu_lines, a_signal_of_somebody_more_urgent_wakes_a_sleeper)
{
    vm_boot();
    vm_bind(VMM_BELL, 50, 0x80 | URGENT);
    vm_sleep();
    vmm(THIMBLE_SIGNAL, VMM_BELL);
    vm_settle();
    expect_runs(GUEST);
    vm_expect(50);
}

/* It was above NATIVE, and is below as long as its lines are not urgent. */
Test(vcpu_lines, a_signal_through_a_binding_leaves_a_sleeper_low)
{
    vm_boot();
    vm_bind(VMM_BELL, 50, 0x80);
    vm_sleep();
    expect_runs(NATIVE);
    drive_hypercall(THIMBLE_SIGNAL, NATIVE_BELL);
    expect_runs(NATIVE);
    cr_expect_eq(drive_thread(GUEST)->state, THREAD_READY);
    cr_expect_eq(drive_priority_of(GUEST), 4);
    drive_stop(NATIVE);
    vm_settle();
    vm_expect(50);
}

Test(vcpu_lines, a_signal_through_a_binding_raises_one_that_does_not_sleep)
{
    vm_boot();
    vm_bind(VMM_BELL, 50, 0x80 | URGENT);
    drive_hypercall(THIMBLE_VCPU_LOWER);
    expect_runs(NATIVE);
    drive_hypercall(THIMBLE_SIGNAL, NATIVE_BELL);
    vm_settle();
    expect_runs(GUEST);
    cr_expect_eq(drive_reg(NATIVE, 0), THIMBLE_OK);
    vm_expect(50);
}

Test(vcpu_lines, a_signal_does_not_follow_an_old_binding)
{
    vm_boot();
    vm_bind(VMM_BELL, 48, 0x80);
    vm_bind(VMM_CHIME, 48, 0x80);
    drive_hypercall(THIMBLE_SIGNAL, VM_BELL);
    expect_regs(THIMBLE_OK);
    vm_expect_none();
    drive_hypercall(THIMBLE_POLL, VM_BELL);
    expect_regs(THIMBLE_OK, 0x100);
}

/* A restart of its cell, preempted, meets it when it has been started since. */
Test(vcpu_lines, a_reset_leaves_alone_what_has_been_started)
{
    vm_boot();
    drive_remember();
    thread_reset(&kernel.cpu[0], boot_thread_index(GUEST));
    cr_assert_null(drive_difference());
    expect_runs(GUEST);
}
