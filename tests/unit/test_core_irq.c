/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt lines: bound to notifications, once until acknowledged. */
#include <string.h>

#include "rig.h"

#define LEVEL_LINE 40U
#define EDGE_LINE 41U
#define STRAY_LINE 50U /* no irq object */

static u32 slot_level;
static u32 slot_edge;
static u32 slot_done; /* a notification that nobody waits on */

static void prepare(void)
{
    rig_build();
    slot_level = cap_irq(rig.cell, build_irq(LEVEL_LINE, false));
    slot_edge = cap_irq(rig.cell, build_irq(EDGE_LINE, true));
    slot_done = cap_notification(rig.cell, build_notification(), 4);
    rig_boot();
}

TestSuite(irq, .init = prepare);

static void raise(u32 line)
{
    drive_line(line, true);
    drive_interrupts();
}

static void lower(u32 line)
{
    drive_line(line, false);
    drive_interrupts();
}

static void bind(u32 irq, u32 notification)
{
    drive_hypercall(THIMBLE_IRQ_BIND, irq, notification);
    expect_regs(THIMBLE_OK);
    drive_interrupts();
}

static void ack(u32 irq)
{
    drive_hypercall(THIMBLE_IRQ_ACK, irq);
    expect_regs(THIMBLE_OK);
    drive_interrupts();
}

/* How many bits there were in slot_done since last asked. */
static void expect_done(u32 bits)
{
    drive_hypercall(THIMBLE_POLL, slot_done);
    expect_regs(THIMBLE_OK, bits);
}

static const struct irq *irq_of(u32 slot)
{
    return &kernel.irqs[cap_object(*drive_cap(rig.cell, slot))];
}

static bool enabled(u32 line)
{
    return sim_gic_enabled(&sim.gic, 0, line);
}

/* ---- bind and unbind ------------------------------------------------------------------*/

Test(irq, unbound_line_is_masked)
{
    cr_assert_not(enabled(LEVEL_LINE));
    raise(LEVEL_LINE);
    cr_assert_not(irq_of(slot_level)->active);
}

Test(irq, bound_line_signals_its_notification)
{
    bind(slot_level, slot_done);
    cr_assert(enabled(LEVEL_LINE));
    raise(LEVEL_LINE);
    expect_done(4);
}

Test(irq, handler_runs_at_once_if_it_is_more_urgent)
{
    bind(slot_level, rig.bell_high);
    raise(LEVEL_LINE);
    expect_runs(rig.high);
    expect_regs(THIMBLE_OK, 1);
}

Test(irq, handler_waits_its_turn_if_it_is_not)
{
    bind(slot_level, rig.bell_mid);
    rig_ring(rig.bell_high);
    raise(LEVEL_LINE);
    expect_runs(rig.high);
    rig_sleep();
    expect_runs(rig.mid);
}

/* Both lines are mid's, and come while high is woken: by its deadline, and by a line that is
 * told by way of another thread's notification. */
static void prepare_handled(void)
{
    rig_build();
    u32 level = build_irq(LEVEL_LINE, false);
    u32 edge = build_irq(EDGE_LINE, true);
    slot_level = cap_irq(rig.cell, level);
    slot_edge = cap_irq(rig.cell, edge);
    build_budget(rig.high, 50, 200);
    build_handled(level, RIG_PRIORITY_MID);
    build_handled(edge, RIG_PRIORITY_MID);
    rig_boot();
    bind(slot_level, rig.bell_mid);
    bind(slot_edge, rig.bell_mid);
    rig_ring(rig.bell_high);
}

static void lines_rise(void)
{
    drive_line(LEVEL_LINE, true);
    drive_line(EDGE_LINE, true);
}

static void expect_untaken(void)
{
    expect_runs(rig.high);
    cr_expect_not(irq_of(slot_level)->active, "taken before who is more urgent");
    cr_expect_not(irq_of(slot_edge)->active, "taken before who is more urgent");
    rig_sleep();
    drive_interrupts();
    expect_runs(rig.mid);
    cr_expect(irq_of(slot_level)->active && irq_of(slot_edge)->active);
}

Test(irq, lines_of_others_wait_for_who_is_woken_by_its_deadline, .init = prepare_handled)
{
    drive_wait(rig.bell_high, 100);
    expect_runs(rig.low);
    lines_rise();
    drive_elapse(100);
    expect_untaken();
}

Test(irq, lines_of_others_wait_for_who_gets_a_new_budget, .init = prepare_handled)
{
    const struct sc *sc = drive_sc(rig.high);

    drive_elapse(sc->remaining);
    expect_runs(rig.low);
    lines_rise();
    drive_elapse(drive_deadline(rig.high) - drive_time());
    expect_untaken();
}

Test(irq, interrupt_ends_idling)
{
    bind(slot_level, rig.bell_mid);
    rig_sleep();
    expect_idle();
    raise(LEVEL_LINE);
    expect_runs(rig.mid);
}

Test(irq, interrupt_for_the_lowest_priority_ends_idling_too)
{
    rig_build();
    u32 lowest = build_active(rig.cell, 0, NULL, 0);
    u32 bell = cap_notification(rig.cell, build_notification(), 1);
    u32 slot = cap_irq(rig.cell, build_irq(LEVEL_LINE, false));
    rig_boot();
    bind(slot, bell);
    rig_sleep();
    expect_runs(lowest);
    drive_block(bell);
    expect_idle();
    raise(LEVEL_LINE);
    expect_runs(lowest);
}

Test(irq, line_that_is_up_when_bound_fires_then)
{
    raise(LEVEL_LINE);
    expect_done(0);
    bind(slot_level, slot_done);
    expect_done(4);
}

Test(irq, edge_before_the_binding_is_seen_after_it)
{
    raise(EDGE_LINE);
    lower(EDGE_LINE);
    bind(slot_edge, slot_done);
    expect_done(4);
}

Test(irq, new_binding_replaces_the_old)
{
    bind(slot_level, rig.bell_high);
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    expect_runs(rig.low);
    expect_done(4);
}

Test(irq, new_binding_of_a_line_in_service_still_wants_its_ack)
{
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    bind(slot_level, rig.bell_high);
    expect_runs(rig.low);
    ack(slot_level);
    expect_runs(rig.high);
}

Test(irq, unbound_again_it_is_masked)
{
    bind(slot_level, slot_done);
    bind(slot_level, THIMBLE_NO_SLOT);
    cr_assert_not(enabled(LEVEL_LINE));
    cr_assert_eq(irq_of(slot_level)->target, NONE);
    raise(LEVEL_LINE);
    expect_done(0);
}

Test(irq, unbinding_a_line_in_service_deactivates_it)
{
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    cr_assert(sim_gic_active(&sim.gic, 0, LEVEL_LINE));
    bind(slot_level, THIMBLE_NO_SLOT);
    cr_assert_not(sim_gic_active(&sim.gic, 0, LEVEL_LINE));
    expect_error(THIMBLE_ERR_IDLE, THIMBLE_IRQ_ACK, slot_level);
}

Test(irq, unbinding_what_is_not_bound_is_no_error)
{
    bind(slot_level, THIMBLE_NO_SLOT);
    bind(slot_level, THIMBLE_NO_SLOT);
    cr_assert_not(enabled(LEVEL_LINE));
}

Test(irq, line_unbound_in_service_fires_when_bound_again)
{
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    expect_done(4);
    bind(slot_level, THIMBLE_NO_SLOT);
    bind(slot_level, slot_done);
    expect_done(4);
}

Test(irq, refused_binding_leaves_the_old_one)
{
    bind(slot_level, slot_done);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_IRQ_BIND, slot_level, 0);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_IRQ_BIND, slot_level, rig.slot[0]);
    raise(LEVEL_LINE);
    expect_done(4);
}

Test(irq, passive_thread_may_bind_and_ack)
{
    rig_serve();
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    lower(LEVEL_LINE);
    ack(slot_level);
    expect_done(4);
}

/* ---- once until acknowledged ----------------------------------------------------------*/

Test(irq, line_fires_once_until_it_is_acknowledged)
{
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    expect_done(4);
    lower(LEVEL_LINE);
    raise(LEVEL_LINE);
    drive_elapse(1000);
    expect_done(0);
}

Test(irq, level_that_is_still_up_fires_again_after_the_ack)
{
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    expect_done(4);
    ack(slot_level);
    expect_done(4);
}

Test(irq, level_that_went_down_is_quiet_after_the_ack)
{
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    expect_done(4);
    lower(LEVEL_LINE);
    ack(slot_level);
    expect_done(0);
    raise(LEVEL_LINE);
    expect_done(4);
}

Test(irq, edge_fires_once_though_the_line_stays_up)
{
    bind(slot_edge, slot_done);
    raise(EDGE_LINE);
    expect_done(4);
    ack(slot_edge);
    expect_done(0);
}

Test(irq, edges_in_service_fire_once_more_after_the_ack)
{
    bind(slot_edge, slot_done);
    raise(EDGE_LINE);
    expect_done(4);
    for (u32 i = 0; i < 3; i++) {
        lower(EDGE_LINE);
        raise(EDGE_LINE);
    }
    expect_done(0);
    ack(slot_edge);
    expect_done(4);
    ack(slot_edge);
    expect_done(0);
}

Test(irq, ack_of_a_line_that_has_not_fired_is_refused)
{
    expect_error(THIMBLE_ERR_IDLE, THIMBLE_IRQ_ACK, slot_level);
    bind(slot_level, slot_done);
    expect_error(THIMBLE_ERR_IDLE, THIMBLE_IRQ_ACK, slot_level);
}

Test(irq, second_ack_is_refused)
{
    bind(slot_edge, slot_done);
    raise(EDGE_LINE);
    ack(slot_edge);
    expect_error(THIMBLE_ERR_IDLE, THIMBLE_IRQ_ACK, slot_edge);
}

Test(irq, lines_do_not_wait_for_each_others_ack)
{
    bind(slot_level, slot_done);
    bind(slot_edge, slot_done);
    raise(LEVEL_LINE);
    expect_done(4);
    raise(EDGE_LINE);
    expect_done(4);
}

Test(irq, signals_accumulate_while_nobody_waits)
{
    u32 n = cap_object(*drive_cap(rig.cell, slot_done));

    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    drive_hypercall(THIMBLE_SIGNAL, slot_done);
    cr_assert_eq(kernel.notifications[n].bits, 4U);
    expect_done(4);
}

/* ---- bindings that went bad -----------------------------------------------------------*/

/* The line fires, and finds no capability to signal through: it is silenced. */
static void expect_silenced(void)
{
    raise(LEVEL_LINE);
    expect_runs(rig.low);
    cr_assert_not(enabled(LEVEL_LINE));
    cr_assert_not(sim_gic_active(&sim.gic, 0, LEVEL_LINE));
    cr_assert_eq(irq_of(slot_level)->cell, IRQ_UNBOUND);
    expect_error(THIMBLE_ERR_IDLE, THIMBLE_IRQ_ACK, slot_level);
}

/* ---- the irq capability goes --------------------------------------------------------------*/

static void expect_silent(u32 line)
{
    const struct irq *irq = &kernel.irqs[kernel.line_irq[line]];

    cr_assert_not(enabled(line));
    cr_assert_not(sim_gic_active(&sim.gic, 0, line));
    cr_assert_eq(irq->cell, IRQ_UNBOUND);
    cr_assert_not(irq->active);
}

Test(irq, deleted_irq_capability_ends_its_binding)
{
    bind(slot_level, slot_done);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_level);
    expect_regs(THIMBLE_OK);
    expect_silent(LEVEL_LINE);
    raise(LEVEL_LINE);
    expect_done(0);
}

/* Else it would stay active for ever: nobody could acknowledge it. */
Test(irq, deleted_irq_capability_deactivates_a_line_in_service)
{
    bind(slot_level, slot_done);
    raise(LEVEL_LINE);
    cr_assert(sim_gic_active(&sim.gic, 0, LEVEL_LINE));
    drive_hypercall(THIMBLE_CAP_DELETE, slot_level);
    expect_silent(LEVEL_LINE);
}

Test(irq, deleted_irq_capability_spares_other_lines)
{
    bind(slot_level, slot_done);
    bind(slot_edge, slot_done);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_edge);
    expect_silent(EDGE_LINE);
    raise(LEVEL_LINE);
    expect_done(4);
}

Test(irq, deleted_capability_of_an_unbound_line_changes_nothing_else)
{
    drive_hypercall(THIMBLE_CAP_DELETE, slot_level);
    expect_regs(THIMBLE_OK);
    cr_assert_not(enabled(LEVEL_LINE));
}

/* slot_edge gets a copy of slot_level. */
static void derive_irq(void)
{
    drive_hypercall(THIMBLE_CAP_DELETE, slot_edge);
    drive_hypercall(THIMBLE_CAP_COPY, slot_level, slot_edge, THIMBLE_RIGHT_HANDLE, 0);
    expect_regs(THIMBLE_OK);
}

Test(irq, revoked_irq_capability_ends_its_binding)
{
    derive_irq();
    bind(slot_edge, slot_done);
    raise(LEVEL_LINE);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_level);
    expect_regs(THIMBLE_OK);
    expect_silent(LEVEL_LINE);
}

Test(irq, revocation_spares_a_binding_by_the_original)
{
    derive_irq();
    bind(slot_level, slot_done);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_level);
    raise(LEVEL_LINE);
    expect_done(4);
}

Test(irq, binding_by_another_capability_outlives_the_first)
{
    derive_irq();
    bind(slot_edge, slot_done);
    bind(slot_level, slot_done);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_edge);
    raise(LEVEL_LINE);
    expect_done(4);
}

Test(irq, moved_irq_capability_keeps_its_binding)
{
    drive_hypercall(THIMBLE_CAP_DELETE, slot_edge);
    bind(slot_level, slot_done);
    drive_hypercall(THIMBLE_CAP_MOVE, slot_level, slot_edge);
    expect_regs(THIMBLE_OK);
    raise(LEVEL_LINE);
    expect_done(4);
    ack(slot_edge);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_edge);
    expect_silent(LEVEL_LINE);
}

Test(irq, revoked_line_works_for_its_next_owner)
{
    derive_irq();
    bind(slot_edge, slot_done);
    raise(LEVEL_LINE);
    expect_done(4);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_level);
    bind(slot_level, slot_done);
    expect_done(4);
    ack(slot_level);
    expect_done(4);
}

Test(irq, revoked_notification_silences_the_line)
{
    bind(slot_level, rig.bell_high);
    *drive_cap(rig.cell, rig.bell_high) = 0;
    expect_silenced();
}

Test(irq, marked_notification_silences_the_line)
{
    bind(slot_level, rig.bell_high);
    drive_mark(rig.cell, rig.bell_high);
    expect_silenced();
}

Test(irq, notification_without_the_right_signal_silences_the_line)
{
    bind(slot_level, rig.bell_high);
    *drive_cap(rig.cell, rig.bell_high) &= ~((cap_t)THIMBLE_RIGHT_SIGNAL << CAP_RIGHTS_SHIFT);
    expect_silenced();
}

Test(irq, other_object_in_the_slot_silences_the_line)
{
    bind(slot_level, rig.bell_high);
    *drive_cap(rig.cell, rig.bell_high) = *drive_cap(rig.cell, rig.slot[0]);
    expect_silenced();
}

Test(irq, silenced_line_can_be_bound_again)
{
    bind(slot_level, rig.bell_high);
    *drive_cap(rig.cell, rig.bell_high) = 0;
    expect_silenced();
    bind(slot_level, slot_done);
    expect_done(4);
}

Test(irq, binding_signals_through_the_slot_as_it_is_then)
{
    bind(slot_level, rig.bell_high);
    *drive_cap(rig.cell, rig.bell_high) = *drive_cap(rig.cell, slot_done);
    raise(LEVEL_LINE);
    expect_runs(rig.low);
    expect_done(4);
}

/* ---- what hardware may do ---------------------------------------------------------------*/

Test(irq, spurious_interrupt_changes_nothing)
{
    drive_remember();
    sim_gic_inject_spurious(&sim.gic, 0);
    drive_interrupts();
    cr_assert_eq(memcmp(&kernel, &drive_before, sizeof(kernel)), 0);
}

Test(irq, line_without_an_object_is_masked_when_it_fires)
{
    machine_line_unmask(STRAY_LINE);
    drive_remember();
    raise(STRAY_LINE);
    cr_assert_eq(memcmp(&kernel, &drive_before, sizeof(kernel)), 0);
    cr_assert_not(enabled(STRAY_LINE));
    cr_assert_not(sim_gic_active(&sim.gic, 0, STRAY_LINE));
}

Test(irq, unbound_line_that_fires_all_the_same_is_masked)
{
    machine_line_unmask(LEVEL_LINE);
    raise(LEVEL_LINE);
    cr_assert_not(enabled(LEVEL_LINE));
    cr_assert_not(sim_gic_active(&sim.gic, 0, LEVEL_LINE));
}

Test(irq, storm_comes_at_the_pace_of_the_acks)
{
    bind(slot_edge, slot_done);
    sim_gic_inject_storm(&sim.gic, EDGE_LINE, 100);
    drive_interrupts();
    for (u32 i = 0; i < 100; i++) {
        expect_done(4);
        drive_elapse(10);
        expect_done(0);
        ack(slot_edge);
    }
    expect_done(0);
}

Test(irq, storm_on_an_unbound_line_is_never_noticed)
{
    sim_gic_inject_storm(&sim.gic, LEVEL_LINE, 1000);
    drive_remember();
    drive_interrupts();
    cr_assert_eq(memcmp(&kernel, &drive_before, sizeof(kernel)), 0);
}

Test(irq, timer_and_device_at_the_same_time_are_both_taken)
{
    rig_ring(rig.bell_high);
    bind(slot_level, slot_done);
    drive_wait(rig.bell_high, 50);
    drive_elapse(49);
    drive_line(LEVEL_LINE, true);
    sim_clock.now += SIM_TICK_INSTRUCTIONS;
    drive_interrupts();
    expect_runs(rig.high);
    expect_regs(THIMBLE_ERR_TIMEOUT);
    expect_done(4);
}

Test(irq, late_timer_interrupt_still_ends_the_wait)
{
    sim.timer.late_max = 20;
    drive_wait(rig.bell_low, 50);
    drive_elapse(49);
    expect_idle();
    drive_elapse(21);
    expect_runs(rig.low);
    expect_regs(THIMBLE_ERR_TIMEOUT);
}

Test(irq, lost_edge_does_not_stop_the_next)
{
    bind(slot_edge, slot_done);
    sim_gic_inject_lost(&sim.gic, EDGE_LINE);
    raise(EDGE_LINE);
    expect_done(0);
    lower(EDGE_LINE);
    raise(EDGE_LINE);
    expect_done(4);
}

Test(irq, line_beyond_all_that_the_core_knows_is_let_go)
{
    bind(slot_level, slot_done);
    bind(slot_edge, slot_done);
    drive_remember();
    irq_fire(&kernel.cpu[0], LINE_MAX);
    cr_assert_eq(memcmp(&kernel, &drive_before, sizeof(kernel)), 0);
    drive_check();
}
