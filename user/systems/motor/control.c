/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control loop: the sensor's interrupt says that samples are there; their mean against
 * the speed that is wanted gives the motor's new duty. What it records is how long that took
 * from the last sample on. A step that is late, or samples that were lost, are a miss.
 */
#include "motor.h"
#include "pwm_motor.h"
#include "self.h"
#include "stats.h"
#include "tachometer.h"
#include "thimble.h"
#include "time.h"

#define PWM_CYCLES 1000
/* Nothing for so long: the sensor is dead, and the motor must not run on blindly. */
#define SILENCE (5U * THIMBLE_TICKS_PER_MS)
#define DEADLINE (MOTOR_DEADLINE_US * THIMBLE_TICKS_PER_MS / 1000U)
#define INTEGRAL_MAX (400 * PWM_CYCLES)

static int32_t limit(int32_t value, int32_t least, int32_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* Proportional and integral, on top of what the motor would need without a load. */
static uint32_t controller(int32_t wanted, int32_t rpm, int32_t *integral)
{
    int32_t error = wanted - rpm;

    thimble_compute(1500);
    *integral = limit(*integral + error * 40, -INTEGRAL_MAX, INTEGRAL_MAX);
    int32_t duty = wanted * PWM_CYCLES / (int32_t)MOTOR_RPM_MAX + error * 2 + *integral / 1000;
    return (uint32_t)limit(duty, 0, PWM_CYCLES);
}

static int32_t wanted_rpm(uint32_t step)
{
    return step / MOTOR_HOLD % 2U == 0 ? MOTOR_RPM_LOW : MOTOR_RPM_HIGH;
}

/* False: samples were lost. */
static int control_step(uint32_t step, int32_t *integral)
{
    uint32_t sum;
    int lost;
    uint32_t count = tacho_take(MOTOR_TACHO_AT, &sum, &lost);

    if (count != 0) {
        uint32_t duty = controller(wanted_rpm(step), (int32_t)(sum / count), integral);
        pwm_duty(MOTOR_PWM_AT, duty);
    }
    return !lost;
}

PROGRAM(motor_control)
{
    uint32_t stats = thimble_stats();
    int32_t integral = 0;

    stats_start(stats);
    (void)thimble_irq_bind(MOTOR_SLOT_IRQ, MOTOR_SLOT_SAMPLES);
    pwm_start(MOTOR_PWM_AT, PWM_CYCLES);
    tacho_start(MOTOR_TACHO_AT, MOTOR_SAMPLES);
    for (uint32_t step = 0;; step++) {
        uint32_t bits;
        uint64_t until = thimble_time() + SILENCE;
        if (thimble_wait(MOTOR_SLOT_SAMPLES, until, &bits) != THIMBLE_OK) {
            pwm_duty(MOTOR_PWM_AT, 0);
            stats_miss(stats);
            continue;
        }
        int complete = control_step(step, &integral);
        uint32_t age = tacho_age(MOTOR_TACHO_AT);
        uint32_t late = (uint32_t)((uint64_t)age * THIMBLE_TICKS_PER_MS / 1000000U);
        stats_record(stats, late);
        if (!complete || late > DEADLINE) {
            stats_miss(stats);
        }
        (void)thimble_irq_ack(MOTOR_SLOT_IRQ);
    }
}
