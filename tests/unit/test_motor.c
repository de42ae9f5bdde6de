/* SPDX-License-Identifier: BSD-2-Clause */
/* The system `motor`: its models alone, register by register, and its control loop. */
#include "../../user/systems/motor/pwm_motor.h"
#include "../../user/systems/motor/tachometer.h"

#include "bus.h"
#include <stdlib.h>

#include "stats.h"
#include "test_sim_support.h"

#define thimble_system motor_system
#include "../../user/systems/motor/control.c"
#include "../../user/systems/motor/pwm_motor.c"
#include "../../user/systems/motor/tachometer.c"
#include "../../user/systems/motor/worker.c"

#include "../../user/systems/motor/system.c"
#undef thimble_system

#define MOTOR SIM_DEVICES_BASE
#define TACHO (SIM_DEVICES_BASE + PAGE_SIZE)
#define TACHO_LINE 50U

static void prepare(void)
{
    static const struct device_place places[] = {
        {.name = "motor", .model = &device_model_pwm_motor, .at = MOTOR,
         .senses = SIM_SENSES_NOTHING},
        {.name = "tacho", .model = &device_model_tachometer, .at = TACHO, .line = TACHO_LINE,
         .senses = 0, .sensed = SPEED},
        {0},
    };

    sim_machine_reset(1);
    sim_host = (struct sim_host){.running = false};
    cr_assert_null(sim_devices_place(places, 1));
}

TestSuite(motor, .init = prepare);

static u32 get(u32 at)
{
    u32 value;

    cr_assert(sim_bus_read(paddr(at), 4, &value));
    return value;
}

static void set(u32 at, u32 value)
{
    cr_assert(sim_bus_write(paddr(at), 4, value));
}

static i32 value_of(u32 device, u32 index)
{
    return sim.devices.each[device].values[index];
}

static void milliseconds(u32 ms)
{
    for (u64 until = sim_clock.now + (u64)ms * MS; sim_clock.now < until;) {
        sim_clock.now += 10000;
        sim_bus_update();
    }
}

/* ---- the motor -------------------------------------------------------------------------*/

Test(motor, registers_keep_what_is_written)
{
    set(MOTOR + PWM_PERIOD, 1000);
    set(MOTOR + PWM_PERIOD, 0); /* is none */
    set(MOTOR + PWM_DUTY, 250);
    set(MOTOR + PWM_CONTROL, 3);
    cr_expect_eq(get(MOTOR + PWM_PERIOD), 1000);
    cr_expect_eq(get(MOTOR + PWM_DUTY), 250);
    cr_expect_eq(get(MOTOR + PWM_CONTROL), PWM_ON);
    cr_expect_eq(value_of(0, DUTY), 250);
    set(MOTOR + PWM_DUTY, 2000);
    cr_expect_eq(value_of(0, DUTY), 1000);
    u32 value;
    stream_keep(stderr);
    cr_expect_not(sim_bus_read(paddr(MOTOR), 2, &value));
    cr_expect_not(sim_bus_write(paddr(MOTOR), 1, 0));
    (void)stream_kept();
}

Test(motor, it_has_inertia)
{
    milliseconds(20);
    cr_expect_eq(value_of(0, SPEED), 0, "it stands, whatever the load");
    set(MOTOR + PWM_PERIOD, 100);
    set(MOTOR + PWM_DUTY, 100);
    set(MOTOR + PWM_CONTROL, PWM_ON);
    milliseconds(50);
    i32 end = (i32)MOTOR_RPM_MAX - value_of(0, LOAD);
    /* 1 - 1/e of it after one time constant. */
    cr_expect_geq(value_of(0, SPEED), end * 61 / 100);
    cr_expect_leq(value_of(0, SPEED), end * 65 / 100);
    set(MOTOR + PWM_CONTROL, 0);
    i32 fast = value_of(0, SPEED);
    milliseconds(5);
    cr_expect_lt(value_of(0, SPEED), fast);
    cr_expect_gt(value_of(0, SPEED), fast / 2);
    milliseconds(500);
    cr_expect_eq(value_of(0, SPEED), 0);
}

Test(motor, a_load_slows_it_down)
{
    i32 least = (i32)MOTOR_RPM_MAX;
    i32 most = 0;

    set(MOTOR + PWM_PERIOD, 100);
    set(MOTOR + PWM_DUTY, 100);
    set(MOTOR + PWM_CONTROL, PWM_ON);
    milliseconds(300);
    for (u32 i = 0; i < 20; i++) {
        milliseconds(100);
        i32 sum = value_of(0, SPEED) + value_of(0, LOAD);
        cr_expect_lt(abs(sum - (i32)MOTOR_RPM_MAX), 100, "%d", sum); /* nearly there */
        least = value_of(0, SPEED) < least ? value_of(0, SPEED) : least;
        most = value_of(0, SPEED) > most ? value_of(0, SPEED) : most;
    }
    cr_expect_gt(most - least, 200);
}

/* ---- the sensor -----------------------------------------------------------------------*/

static void sample(u32 count)
{
    for (u32 i = 0; i < count; i++) {
        sim_clock.now += SAMPLE_NS;
        sim_bus_update();
    }
}

Test(motor, nothing_is_sampled_before_it_is_on)
{
    sample(5);
    cr_expect_eq(get(TACHO + TACHO_STATUS), 0);
    cr_expect_eq(get(TACHO + TACHO_DATA), 0);
    cr_expect_not(sim_gic_pending(&sim.gic, 0, TACHO_LINE));
}

Test(motor, its_line_is_high_from_the_level_on)
{
    set(TACHO + TACHO_LEVEL, 3);
    set(TACHO + TACHO_LEVEL, 17); /* is none */
    set(TACHO + TACHO_CONTROL, TACHO_ON);
    cr_expect_eq(get(TACHO + TACHO_LEVEL), 3);
    cr_expect_eq(get(TACHO + TACHO_CONTROL), TACHO_ON);
    sample(2);
    cr_expect_not(sim_gic_pending(&sim.gic, 0, TACHO_LINE));
    sample(1);
    cr_expect(sim_gic_pending(&sim.gic, 0, TACHO_LINE));
    sim_clock.now += 1234;
    cr_expect_eq(get(TACHO + TACHO_AGE), 1234);
    cr_expect_eq(get(TACHO + TACHO_STATUS), 3);
    (void)get(TACHO + TACHO_DATA);
    cr_expect_not(sim_gic_pending(&sim.gic, 0, TACHO_LINE));
}

Test(motor, samples_are_near_the_speed_and_the_oldest_come_first)
{
    set(MOTOR + PWM_PERIOD, 1);
    set(MOTOR + PWM_DUTY, 1);
    set(MOTOR + PWM_CONTROL, PWM_ON);
    milliseconds(20);
    set(TACHO + TACHO_CONTROL, TACHO_ON);
    i32 speeds[8];
    for (u32 i = 0; i < 8; i++) {
        sample(1);
        speeds[i] = value_of(0, SPEED);
    }
    cr_expect_gt(speeds[7], speeds[0] + 4 * NOISE);
    for (u32 i = 0; i < 8; i++) {
        i32 rpm = (i32)get(TACHO + TACHO_DATA);
        /* The motor may have made a step since. */
        cr_expect_leq(abs(rpm - speeds[i]), NOISE + 6, "%u: %d, not %d", i, rpm, speeds[i]);
    }
    cr_expect_eq(get(TACHO + TACHO_STATUS), 0);
}

Test(motor, samples_that_do_not_fit_are_lost_and_that_is_told)
{
    set(TACHO + TACHO_CONTROL, TACHO_ON);
    sample(TACHO_FIFO);
    cr_expect_eq(get(TACHO + TACHO_STATUS), TACHO_FIFO);
    sample(1);
    cr_expect_eq(get(TACHO + TACHO_STATUS), TACHO_FIFO | TACHO_OVERRUN);
    set(TACHO + TACHO_STATUS, TACHO_OVERRUN);
    cr_expect_eq(get(TACHO + TACHO_STATUS), TACHO_FIFO);
    u32 value;
    stream_keep(stderr);
    cr_expect_not(sim_bus_write(paddr(TACHO + TACHO_DATA), 4, 0));
    cr_expect_not(sim_bus_read(paddr(TACHO), 1, &value));
    (void)stream_kept();
}

/* ---- the whole ------------------------------------------------------------------------------*/

static u32 stat(const struct boot *b, u32 index)
{
    u32 offset = b->cells[0].stats.raw - b->regions[0].map.gpa.raw;

    return sim_ram_read32(&sim.ram, paddr(b->regions[0].map.pa.raw + offset + 4U * index));
}

Test(motor, its_control_loop_keeps_speed_and_deadline_with_all_seeds)
{
    u64 first = 0;

    for (u64 seed = 1; seed <= 20; seed++) {
        const struct boot *b = boot_system(
            &motor_system, &(struct sim_options){.seed = seed, .observe = true, .boot_time = true});
        cr_assert_eq(sim_run(240 * MS), SIM_END_TIME);
        cr_expect_lt(abs(value_of(0, SPEED) - MOTOR_RPM_LOW), 60, "seed %llu: %d",
                     (unsigned long long)seed, value_of(0, SPEED));
        cr_assert_eq(sim_run(490 * MS), SIM_END_TIME);
        cr_expect_lt(abs(value_of(0, SPEED) - MOTOR_RPM_HIGH), 60, "seed %llu: %d",
                     (unsigned long long)seed, value_of(0, SPEED));
        cr_expect_geq(stat(b, STATS_COUNT), 489);
        cr_expect_eq(stat(b, STATS_MISSES), 0);
        cr_expect_lt(stat(b, STATS_MAX), DEADLINE);
        cr_expect_neq(observe.hash, first, "the seed makes no difference");
        first = observe.hash;
    }
}

Test(motor, without_samples_the_motor_is_stopped)
{
    const struct boot *b = boot_system(&motor_system, &(struct sim_options){.seed = 1});

    (void)sim_run(100 * MS);
    cr_expect_gt(value_of(0, DUTY), 0);
    sim.devices.each[1].wake_at = SIM_TIME_NEVER; /* the sensor is dead */
    (void)sim_run(110 * MS);
    cr_expect_eq(value_of(0, DUTY), 0);
    cr_expect_geq(stat(b, STATS_MISSES), 1);
}
