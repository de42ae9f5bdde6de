/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual time: what computing costs, and when interrupts come between. Kernel
 * paths are free here unless a test is about them, so that every time is exact. */
#include "test_sim_support.h"

#include "bus.h"
#include "memory.h"
#include "time.h"

#define AT BUILD_IMAGE_AT
#define TICK SIM_TICK_INSTRUCTIONS
#define LINE 40U
#define GICD_AT 0x20000000U
#define GICD_ISPENDR 0x200U

#define SLOT_NOTIFICATION 1U
#define SLOT_IRQ 2U

/* ---- a more urgent thread that notes when it runs --------------------------------*/

static struct {
    u64 at[64]; /* instructions */
    u32 count;
    u64 every;  /* ticks; the first release too */
    u32 rounds;
    u32 work;   /* instructions each time */
} urgent;

static void urgent_program(u32 argument)
{
    u32 bits;

    (void)argument;
    for (u32 i = 0; i < urgent.rounds; i++) {
        (void)thimble_wait(SLOT_NOTIFICATION, urgent.every * (i + 1), &bits);
        urgent.at[urgent.count++] = sim_clock.now;
        thimble_compute(urgent.work);
    }
    (void)thimble_wait(SLOT_NOTIFICATION, THIMBLE_NEVER, &bits);
}

static u64 begun;
static u64 finished;

/* The urgent thread above `program`; kernel paths cost nothing. */
static void boot_below_urgent(thimble_entry program, u32 argument)
{
    build_begin();
    u32 cell = build_cell("urgent");
    build_active(cell, 20, urgent_program, 0);
    build_grant(cell, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, build_notification(), 1);
    build_active(build_cell("low"), 10, program, argument);
    boot_it();
    paths_are_free();
    /* Back to where the core's accounts end. */
    sim_clock.now = begun = kernel.cpu[0].started * TICK;
}

static void compute_it(u32 argument)
{
    thimble_compute(argument);
    finished = sim_clock.now;
}

static void compute_until(u32 argument)
{
    thimble_compute(argument - (u32)sim_clock.now);
    finished = sim_clock.now;
}

static void expect_releases(void)
{
    cr_assert_eq(urgent.count, urgent.rounds);
    for (u32 i = 0; i < urgent.count; i++) {
        cr_expect_eq(urgent.at[i], urgent.every * (i + 1) * TICK, "release %u at %llu", i,
                     (unsigned long long)urgent.at[i]);
    }
}

/* A device tells only what is to come: who asks again must not forget what has come. */
Test(sim_time, what_is_due_stays_due_until_it_is_run)
{
    sim_machine_reset(1);
    sim.until = SIM_TIME_NEVER;
    sim_timer_set_cval(&sim.timer, SIM_TIMER_HYPERVISOR, 100);
    sim_timer_set_ctl(&sim.timer, SIM_TIMER_HYPERVISOR, SIM_TIMER_ENABLE);
    sim_events_run();
    cr_assert_eq(sim_clock.due, 100 * TICK);
    sim_clock.now = 100 * TICK;
    sim_events_changed();
    cr_expect_leq(sim_clock.due, sim_clock.now);
    sim_events_run();
    cr_expect_eq(sim_clock.due, SIM_TIME_NEVER);
}

Test(sim_time, computing_costs_what_it_says)
{
    urgent.rounds = 0;
    boot_below_urgent(compute_it, 12345);
    sim_run(MS);
    cr_expect_eq(finished - begun, 12345);
}

Test(sim_time, computing_is_interrupted_at_the_deadline)
{
    urgent.every = 100;
    urgent.rounds = 1;
    boot_below_urgent(compute_it, 100000);
    sim_run(MS);
    expect_releases();
    cr_expect_eq(finished - begun, 100000);
}

Test(sim_time, computing_takes_its_own_time_with_any_number_of_preemptions)
{
    urgent.every = 64;
    urgent.rounds = 50;
    urgent.work = 300;
    boot_below_urgent(compute_it, 77777);
    sim_run(MS);
    expect_releases();
    cr_expect_eq(finished - begun, 77777 + 50 * 300);
}

Test(sim_time, an_interrupt_at_the_very_end_of_computing_comes_before_what_follows)
{
    urgent.every = 100;
    urgent.rounds = 1;
    urgent.work = 50;
    boot_below_urgent(compute_until, 100 * TICK);
    sim_run(MS);
    expect_releases();
    cr_expect_eq(finished, 100 * TICK + 50);
}

static void read_often(u32 argument)
{
    for (u32 i = 0; i < argument; i++) {
        (void)thimble_read32(AT);
    }
    finished = sim_clock.now;
}

static void write_often(u32 argument)
{
    for (u32 i = 0; i < argument; i++) {
        thimble_write8(AT, (uint8_t)i);
    }
    finished = sim_clock.now;
}

static void expect_preempted_between(thimble_entry program)
{
    urgent.every = 37;
    urgent.rounds = 5;
    urgent.work = 10;
    boot_below_urgent(program, 5000);
    sim_run(MS);
    expect_releases();
    cr_expect_eq(finished - begun, 5000 + 5 * 10);
}

Test(sim_time, reads_are_preempted_at_the_deadline)
{
    expect_preempted_between(read_often);
}

Test(sim_time, writes_are_preempted_at_the_deadline)
{
    expect_preempted_between(write_often);
}

static void ask_often(u32 argument)
{
    u32 version;

    for (u32 i = 0; i < argument; i++) {
        (void)thimble_version(&version);
    }
    finished = sim_clock.now;
}

Test(sim_time, hypercalls_are_preempted_at_the_first_exit_after_the_deadline)
{
    urgent.every = 100;
    urgent.rounds = 1;
    boot_below_urgent(ask_often, 5000);
    sim_clock.cost[PATH_VERSION] = 7;
    sim_run(MS);
    cr_assert_eq(urgent.count, 1);
    cr_expect_eq(urgent.at[0] - begun, (100U * TICK - begun + 6U) / 7U * 7U);
    cr_expect_eq(finished - begun, 5000 * 7);
}

static void read_clock(u32 argument)
{
    u64 last = 0;

    for (u32 i = 0; i < argument; i++) {
        u64 now = thimble_time();
        cr_expect_eq(now, sim_clock.now / TICK);
        cr_expect_geq(now, last);
        last = now;
        thimble_compute(i % 37U);
    }
    finished = sim_clock.now;
}

Test(sim_time, the_counter_never_runs_backwards)
{
    urgent.every = 10;
    urgent.rounds = 20;
    urgent.work = 33;
    boot_below_urgent(read_clock, 1000);
    sim_run(MS);
    cr_assert_eq(urgent.count, 20);
    cr_expect_neq(finished, 0);
}

/* ---- interrupts of devices ----------------------------------------------------------*/

static u32 order[8];
static u32 steps;

static void note(u32 what)
{
    order[steps++] = what;
}

static void drive_line(u32 argument)
{
    u32 bits;

    (void)argument;
    (void)thimble_irq_bind(SLOT_IRQ, SLOT_NOTIFICATION);
    for (;;) {
        (void)thimble_wait(SLOT_NOTIFICATION, THIMBLE_NEVER, &bits);
        note(bits);
        urgent.at[urgent.count++] = sim_clock.now;
        (void)thimble_irq_ack(SLOT_IRQ);
    }
}

/* Makes the line pending by a plain store to the distributor. */
static void raise_line(u32 argument)
{
    note(1);
    thimble_write32(GICD_AT + GICD_ISPENDR + LINE / 32U * 4U, 1U << LINE % 32U);
    note(2);
    finished = sim_clock.now;
    (void)thimble_poll(argument, &(u32){0});
    note(3);
}

static void boot_with_driver(thimble_entry program, u32 argument)
{
    build_begin();
    u32 driver = build_cell("driver");
    u32 low = build_cell("low");
    build_active(driver, 20, drive_line, 0);
    build_active(low, 10, program, argument);
    build_grant(driver, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, build_notification(), 0x100);
    build_grant(driver, THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, build_irq(LINE, true), 0);
    build_region(low, (struct machine_mapping){.gpa = gpaddr(GICD_AT),
                                               .pa = paddr(SIM_GICD_BASE),
                                               .size = PAGE_SIZE,
                                               .memory = MEMORY_DEVICE,
                                               .access = ACCESS_READ | ACCESS_WRITE});
    boot_it();
    paths_are_free();
}

Test(sim_time, an_interrupt_that_a_store_raises_comes_right_after_it)
{
    static const u32 wanted[] = {1, 0x100, 2, 3};

    boot_with_driver(raise_line, 0);
    sim_run(MS);
    cr_assert_eq(steps, 4);
    cr_expect_arr_eq(order, wanted, sizeof(wanted));
    cr_expect_eq(urgent.at[0], finished);
}

Test(sim_time, an_interrupt_raised_between_runs_comes_first_in_the_next)
{
    boot_with_driver(compute_it, 100000);
    sim_run(1000);
    sim_gic_line_set(&sim.gic, LINE, true);
    sim_run(2000);
    cr_assert_eq(urgent.count, 1);
    cr_expect_eq(urgent.at[0], 1000);
}

/* Notes its steps; the third asks for the end of the run. */
static void step_and_stop(void *state, u32 *regs, struct sim_action *action)
{
    (void)state;
    (void)regs;
    note(steps);
    if (steps == 3) {
        sim_stop();
    }
    *action = (struct sim_action){.step = SIM_STEP_WRITE, .address = AT};
}

Test(sim_time, an_interrupt_raised_between_runs_comes_before_a_scripts_next_step)
{
    static const u32 wanted[] = {0, 1, 2, 0x100, 4};

    boot_with_driver(NULL, 0);
    sim_guest_script(boot_thread_index(1), step_and_stop, NULL, 0);
    cr_assert_eq(sim_run(MS), SIM_END_REQUEST);
    sim_gic_line_set(&sim.gic, LINE, true);
    sim_run(sim_clock.now + 1);
    cr_assert_eq(steps, 5);
    cr_expect_arr_eq(order, wanted, sizeof(wanted));
}

Test(sim_time, an_interrupt_ends_idling_at_once)
{
    boot_with_driver(ask_often, 0);
    cr_assert_eq(sim_run(5000), SIM_END_IDLE);
    sim_gic_line_set(&sim.gic, LINE, true);
    sim_run(6000);
    cr_assert_eq(urgent.count, 1);
}

/* ---- ends of runs --------------------------------------------------------------------*/

Test(sim_time, a_run_ends_at_the_time_asked_for)
{
    urgent.rounds = 0;
    boot_below_urgent(compute_it, 1000000);
    for (u64 until = begun + 1; until < begun + 2000; until += 13) {
        cr_assert_eq(sim_run(until), SIM_END_TIME);
        cr_assert_eq(sim_clock.now, until);
    }
    cr_expect_eq(sim_run(5), SIM_END_TIME, "a time that is over");
    cr_expect_eq(finished, 0);
}

Test(sim_time, idle_time_jumps_to_the_end_of_the_run)
{
    urgent.every = 1000;
    urgent.rounds = 1;
    boot_below_urgent(ask_often, 0);
    cr_expect_eq(sim_run(15999), SIM_END_TIME);
    cr_expect_eq(sim_clock.now, 15999);
    cr_expect_eq(urgent.count, 0);
    cr_expect_eq(sim_run(16000), SIM_END_TIME);
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    expect_releases();
}

static void stop_it(u32 argument)
{
    (void)argument;
    thimble_compute(500);
    sim_stop();
    thimble_compute(500);
    finished = sim_clock.now;
}

Test(sim_time, a_stop_takes_no_time)
{
    urgent.rounds = 0;
    boot_below_urgent(stop_it, 0);
    cr_expect_eq(sim_run(MS), SIM_END_REQUEST);
    cr_expect_eq(sim_clock.now - begun, 500);
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    cr_expect_eq(finished - begun, 1000);
}
