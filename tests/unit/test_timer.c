/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "bus.h"
#include "hw_access.h"
#include "machine.h"
#include "sim.h"

static void prepare(void)
{
    sim_machine_reset(1);
    sim_gic_reset(&sim.gic, 1);
    sim_timer_reset(&sim.timer, 1);
    sim_clock.now = 0;
    machine_lines_init();
    machine_timer_init();
    machine_line_configure(machine_line_timer(), false);
    machine_line_unmask(machine_line_timer());
}

/* Lets virtual time come to a count of ticks. */
static void time_to(u64 ticks)
{
    sim_clock.now = ticks * SIM_TICK_INSTRUCTIONS;
    sim_bus_update();
}

static bool fired(void)
{
    return machine_interrupt_pending();
}

TestSuite(timer, .init = prepare);

Test(timer, counts_one_tick_in_16_instructions)
{
    sim_clock.now = 15;
    cr_assert_eq(machine_time(), 0U);
    sim_clock.now = 16;
    cr_assert_eq(machine_time(), 1U);
    sim_clock.now = (u64)1 << 40;
    cr_assert_eq(machine_time(), (u64)1 << 36);
}

Test(timer, fires_at_its_deadline_and_not_before)
{
    machine_timer_set(100);
    sim_clock.now = 100 * SIM_TICK_INSTRUCTIONS - 1;
    sim_bus_update();
    cr_assert_not(fired());
    time_to(100);
    cr_assert(fired());
    cr_assert_eq(machine_line_take(), SIM_LINE_CNTHP);
}

Test(timer, deadline_in_the_past_fires_at_once)
{
    time_to(1000);
    machine_timer_set(1000);
    cr_assert(fired());
    machine_timer_set(2000);
    cr_assert_not(fired());
    machine_timer_set(0);
    cr_assert(fired());
}

Test(timer, deadlines_use_all_64_bits)
{
    time_to((u64)1 << 40);
    machine_timer_set(((u64)1 << 40) + 10);
    cr_assert_not(fired());
    time_to(((u64)1 << 40) + 10);
    cr_assert(fired());
}

Test(timer, never_turns_it_off)
{
    machine_timer_set(100);
    machine_timer_set(MACHINE_TIME_NEVER);
    time_to((u64)1 << 50);
    cr_assert_not(fired());
    cr_assert_eq(sim_timer_next(&sim.timer, sim_clock.now), SIM_TIME_NEVER);
}

Test(timer, is_quiet_after_the_core_has_handled_it)
{
    machine_timer_set(100);
    time_to(100);
    cr_assert_eq(machine_line_take(), SIM_LINE_CNTHP);
    machine_timer_set(MACHINE_TIME_NEVER);
    machine_line_deactivate(SIM_LINE_CNTHP);
    cr_assert_not(fired());
    cr_assert_eq(sim.gic.unpredictable, 0U);
}

Test(timer, init_stops_what_firmware_left)
{
    sim_timer_set_cval(&sim.timer, SIM_TIMER_HYPERVISOR, 5);
    sim_timer_set_ctl(&sim.timer, SIM_TIMER_HYPERVISOR, SIM_TIMER_ENABLE);
    sim.timer.cntvoff = 77;
    sim.timer.cnthctl = 3;
    time_to(10);
    cr_assert(fired());
    machine_timer_init();
    cr_assert_not(fired());
    cr_assert_eq(sim.timer.cntvoff, 0U);
    cr_assert_eq(sim.timer.cnthctl, 1U, "PL1 must not own the physical timer");
}

Test(timer, next_is_when_the_output_changes)
{
    time_to(10);
    cr_assert_eq(sim_timer_next(&sim.timer, sim_clock.now), SIM_TIME_NEVER);
    machine_timer_set(100);
    cr_assert_eq(sim_timer_next(&sim.timer, sim_clock.now), 100U * SIM_TICK_INSTRUCTIONS);
    sim_timer_set_cval(&sim.timer, SIM_TIMER_VIRTUAL, 50);
    sim_timer_set_ctl(&sim.timer, SIM_TIMER_VIRTUAL, SIM_TIMER_ENABLE);
    cr_assert_eq(sim_timer_next(&sim.timer, sim_clock.now), 50U * SIM_TICK_INSTRUCTIONS);
    time_to(50);
    cr_assert_eq(sim_timer_next(&sim.timer, sim_clock.now), 100U * SIM_TICK_INSTRUCTIONS);
    machine_timer_set(SIM_TIME_NEVER - 1U);
    cr_assert_eq(sim_timer_next(&sim.timer, sim_clock.now), SIM_TIME_NEVER, "overflow");
}

Test(timer, masked_output_shows_only_in_the_status)
{
    u32 all = SIM_TIMER_ENABLE | SIM_TIMER_IMASK | SIM_TIMER_ISTATUS;

    sim_timer_set_cval(&sim.timer, SIM_TIMER_HYPERVISOR, 5);
    sim_timer_set_ctl(&sim.timer, SIM_TIMER_HYPERVISOR, SIM_TIMER_ENABLE | SIM_TIMER_IMASK);
    time_to(4);
    cr_assert_eq(sim_timer_ctl(&sim.timer, SIM_TIMER_HYPERVISOR, sim_clock.now), 3U);
    time_to(5);
    cr_assert_eq(sim_timer_ctl(&sim.timer, SIM_TIMER_HYPERVISOR, sim_clock.now), all);
    cr_assert_not(fired());
}

Test(timer, virtual_timer_counts_from_its_offset)
{
    sim.timer.cntvoff = 1000;
    sim_timer_set_cval(&sim.timer, SIM_TIMER_VIRTUAL, 50);
    sim_timer_set_ctl(&sim.timer, SIM_TIMER_VIRTUAL, SIM_TIMER_ENABLE);
    time_to(1049);
    cr_assert_not(sim_gic_pending(&sim.gic, 0, SIM_LINE_CNTV));
    time_to(1050);
    cr_assert(sim_gic_pending(&sim.gic, 0, SIM_LINE_CNTV));
    cr_assert_not(sim_gic_pending(&sim.gic, 0, SIM_LINE_CNTP));
}

Test(timer, late_knob_delays_within_its_bound)
{
    bool late = false;

    sim.timer.late_max = 20;
    for (u64 deadline = 1000; deadline < 20000U; deadline += 1000U) {
        machine_timer_set(deadline);
        time_to(deadline - 1U);
        cr_assert_not(fired(), "never early");
        time_to(deadline);
        late = late || !fired();
        time_to(deadline + 20U);
        cr_assert(fired(), "never later than the bound");
    }
    cr_assert(late);
}
