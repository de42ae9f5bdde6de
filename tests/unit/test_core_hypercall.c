/* SPDX-License-Identifier: BSD-2-Clause */
/* Every hypercall with hostile arguments, by every kind of thread: a named
 * error and nothing changed, or what the contract says. */
#include <string.h>

#include "rig.h"

static u32 slot_irq;

static void prepare(void)
{
    rig_build();
    slot_irq = cap_irq(rig.cell, build_irq(40, false));
    rig_boot();
}

TestSuite(hypercall, .init = prepare);

Test(hypercall, version_is_told_and_nothing_else_changes)
{
    for (u32 i = 0; i < THREAD_REGS; i++) {
        kernel.cpu[0].regs[i] = 0xa0U + i;
    }
    drive_remember();
    drive_hypercall(THIMBLE_VERSION);
    expect_regs(THIMBLE_OK, THIMBLE_ABI_VERSION, 0xa2U);
    drive_before.cpu[0].regs[0] = THIMBLE_OK;
    drive_before.cpu[0].regs[1] = THIMBLE_ABI_VERSION;
    cr_assert_null(drive_difference());
}

static void expect_unknown_numbers_refused(void)
{
    for (u32 number = THIMBLE_HYPERCALLS; number < 300; number++) {
        expect_error(THIMBLE_ERR_HYPERCALL, number);
    }
    expect_error(THIMBLE_ERR_HYPERCALL, 0x80000000U);
    expect_error(THIMBLE_ERR_HYPERCALL, 0xffffffffU);
}

Test(hypercall, unknown_numbers_are_refused)
{
    expect_unknown_numbers_refused();
}

Test(hypercall, unknown_numbers_are_refused_to_servers_too)
{
    rig_serve();
    expect_unknown_numbers_refused();
}

/* What is wrong with these whoever makes them. */
static void expect_hostile_slots_refused(void)
{
    static const u32 hostile[] = {0, 1000, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x10000, 0x10001,
                                  0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};

    for (u32 i = 0; i < ARRAY_SIZE(hostile); i++) {
        expect_error(THIMBLE_ERR_SLOT, THIMBLE_CALL, hostile[i], hostile[i], hostile[i]);
        expect_error(THIMBLE_ERR_SLOT, THIMBLE_SIGNAL, hostile[i]);
        expect_error(THIMBLE_ERR_SLOT, THIMBLE_POLL, hostile[i]);
        expect_error(THIMBLE_ERR_SLOT, THIMBLE_IRQ_ACK, hostile[i]);
        expect_error(THIMBLE_ERR_SLOT, THIMBLE_IRQ_BIND, hostile[i], rig.bell_low);
        if (hostile[i] != THIMBLE_NO_SLOT) {
            expect_error(THIMBLE_ERR_SLOT, THIMBLE_IRQ_BIND, slot_irq, hostile[i]);
        }
    }
}

Test(hypercall, hostile_slots_of_an_active_thread_are_refused)
{
    expect_hostile_slots_refused();
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_WAIT, 0xffffffffU, 0, 0);
}

Test(hypercall, hostile_slots_of_a_server_are_refused)
{
    rig_serve();
    expect_hostile_slots_refused();
}

Test(hypercall, hostile_slots_of_a_helped_server_are_refused)
{
    rig_help();
    expect_hostile_slots_refused();
}

Test(hypercall, hostile_slots_of_a_server_that_lost_its_caller_are_refused)
{
    rig_help();
    drive_stop(rig.low);
    expect_hostile_slots_refused();
}

Test(hypercall, hostile_slots_of_a_fault_handler_are_refused)
{
    rig_build();
    slot_irq = cap_irq(rig.cell, build_irq(40, false));
    build_handler(rig.low, rig.slot[3], THIMBLE_NO_SLOT);
    rig_boot();
    drive_fault(THIMBLE_FAULT_MEMORY, 0, ACCESS_READ, 0);
    expect_hostile_slots_refused();
}

/* Errors of a server: by level, kind, tag and caller. */
static void expect_server_errors(void)
{
    expect_error(THIMBLE_ERR_LEVEL, THIMBLE_CALL, rig.slot[3], 0);
    expect_error(THIMBLE_ERR_LEVEL, THIMBLE_CALL, rig.slot[7], 0);
    expect_error(THIMBLE_ERR_TAG, THIMBLE_CALL, rig.slot[0], THIMBLE_TAG(0, 65));
    expect_error(THIMBLE_ERR_TAG, THIMBLE_REPLY_RECV, 0, 0xffffffffU);
    expect_error(THIMBLE_ERR_PASSIVE, THIMBLE_WAIT, rig.bell_low, 0, 0);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_CALL, rig.bell_low, 0);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_SIGNAL, rig.slot[0]);
    expect_error(THIMBLE_ERR_IDLE, THIMBLE_IRQ_ACK, slot_irq);
}

Test(hypercall, errors_of_a_server_change_nothing)
{
    rig_serve();
    expect_server_errors();
    expect_error(THIMBLE_ERR_CALLER, THIMBLE_RECV);
}

Test(hypercall, errors_of_a_helped_server_change_nothing)
{
    rig_help();
    expect_server_errors();
    expect_error(THIMBLE_ERR_CALLER, THIMBLE_RECV);
}

Test(hypercall, errors_of_a_nested_server_change_nothing)
{
    rig_call(7);
    rig_call(3);
    expect_server_errors();
    expect_error(THIMBLE_ERR_CALLER, THIMBLE_RECV);
}

Test(hypercall, errors_of_a_server_that_lost_its_caller_change_nothing)
{
    rig_help();
    drive_stop(rig.low);
    expect_server_errors();
}

Test(hypercall, errors_of_a_server_with_late_interrupts_change_nothing)
{
    rig_serve();
    drive_line(40, true);
    expect_server_errors();
}

Test(hypercall, thread_whose_table_is_empty_can_do_nothing_but_yield)
{
    build_begin();
    u32 thread = build_active(build_cell("bare"), 1, NULL, 0);
    drive_boot();
    for (u32 slot = 0; slot < 3; slot++) {
        expect_error(THIMBLE_ERR_SLOT, THIMBLE_CALL, slot, 0);
        expect_error(THIMBLE_ERR_SLOT, THIMBLE_WAIT, slot, 0, 0);
    }
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(thread);
    expect_regs(THIMBLE_OK);
}

/* ---- at random ------------------------------------------------------------------------------*/

static u32 random_state;

static u32 pick(u32 below)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (random_state >> 8) % below;
}

/* A number that is mostly small, sometimes odd. */
static u32 pick_argument(void)
{
    switch (pick(16)) {
    case 0:
        return 0xffffffffU;
    case 1:
        return pick(0x1000) * PAGE_SIZE;
    case 2:
        return THIMBLE_TAG(pick(4), pick(70));
    default:
        return pick(kernel.cells[rig.cell].slots + 2U);
    }
}

static void random_hypercall(void)
{
    u32 call[9];

    call[0] = pick(4) == 0 ? pick(THIMBLE_HYPERCALLS + 2U) : pick(THIMBLE_YIELD);
    for (u32 i = 1; i < ARRAY_SIZE(call); i++) {
        call[i] = pick_argument();
    }
    if (call[0] == THIMBLE_WAIT) {
        u64 deadline = pick(20) == 0 ? THIMBLE_NEVER : drive_time() + pick(300);
        call[2] = (u32)deadline;
        call[3] = (u32)(deadline >> 32);
    }
    drive_trap(call, pick(3) == 0 ? ARRAY_SIZE(call) : 4U);
}

static void random_outside(void)
{
    switch (pick(8)) {
    case 0:
        drive_line(40, pick(2) != 0);
        break;
    case 1:
        notification_signal(&kernel.cpu[0], pick(3), 1);
        drive_schedule();
        break;
    case 2:
        sim_gic_inject_spurious(&sim.gic, 0);
        break;
    default:
        drive_elapse(pick(60));
        break;
    }
    drive_interrupts();
}

static void random_step(void)
{
    u32 dice = pick(100);

    if (drive_running() == DRIVE_IDLE || dice < 25) {
        random_outside();
    } else if (dice < 30) {
        drive_fault(1 + pick(5), pick_argument(), 1U << pick(3), pick_argument());
    } else if (dice < 31) {
        drive_stop(pick(11));
    } else if (dice < 32) {
        u32 slot = 1 + pick(8);
        if (cap_type(*drive_cap(rig.cell, slot)) == THIMBLE_CAP_THREAD && pick(2) != 0) {
            *drive_cap(rig.cell, slot) ^= (cap_t)THIMBLE_RIGHT_CALL << CAP_RIGHTS_SHIFT;
        }
    } else {
        random_hypercall();
    }
}

/* Regions to map and to derive from, a cell to map into and to restart, and
 * empty slots. */
static void random_memory(void)
{
    u32 neighbour = build_cell("neighbour");
    u32 passive = build_passive(neighbour, 0, NULL, 0);

    (void)build_active(neighbour, RIG_PRIORITY_LOW, NULL, 0);
    (void)build_grant(rig.cell, THIMBLE_CAP_THREAD, 0x3, passive, 0);
    (void)build_grant(rig.cell, THIMBLE_CAP_CELL, 0x3, neighbour, 0);
    for (u32 i = 0; i < 3; i++) {
        u32 region = build_region(
            rig.cell, (struct machine_mapping){.pa = paddr(SIM_RAM_BASE + (4U + 2U * i) * MIB),
                                               .size = (1U + 300U * i) * PAGE_SIZE,
                                               .access = ACCESS_READ | ACCESS_WRITE});
        build_unmapped(region);
        (void)build_grant(rig.cell, THIMBLE_CAP_REGION, ACCESS_READ | ACCESS_WRITE, region, 0);
    }
    build_slots(rig.cell, 32);
}

static void random_system(void)
{
    rig_build();
    slot_irq = cap_irq(rig.cell, build_irq(40, false));
    random_memory();
    build_budget(rig.low, 10 + pick(90), 100);
    build_budget(rig.mid, 10 + pick(90), 100 + pick(100));
    build_budget(rig.high, 5 + pick(50), 200);
    for (u32 level = 1; level < LEVELS; level++) {
        build_handler(rig.server[level], rig.slot[pick(level)], rig.bell_low + pick(3));
    }
    build_handler(rig.low, rig.slot[3], rig.bell_high);
    build_handler(rig.mid, rig.slot[2], rig.bell_low);
    drive_boot();
}

static void random_run(u32 seed)
{
    random_state = seed;
    for (u32 systems = 0; systems < 100; systems++) {
        random_system();
        for (u32 steps = 0; steps < 100; steps++) {
            random_step();
        }
    }
}

Test(hypercall, random_steps_break_no_invariant)
{
    random_run(1);
}

Test(hypercall, other_random_steps_break_no_invariant)
{
    random_run(20011);
}

Test(hypercall, random_steps_end_alike_twice)
{
    static struct kernel first;

    random_run(7);
    first = kernel;
    random_run(7);
    cr_assert_eq(memcmp(&first, &kernel, sizeof(first)), 0);
}
