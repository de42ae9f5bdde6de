/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model of the motor (pwm_motor.h). Its speed goes towards what the duty asks for, less
 * what the load takes off, with a time constant of 50 ms. The load changes every 100 ms: at
 * random, or as the bytes of the run's input for it say, 10 rpm each.
 */
#include "pwm_motor.h"

#include "device_model.h"

#define STEP_NS 100000U
#define STEPS_OF_INERTIA 500 /* 50 ms */
#define STEPS_OF_LOAD 1000U  /* 100 ms */
#define LOAD_MAX 600U        /* rpm */
#define FRACTION 65536       /* speeds are in parts of an rpm */

enum { SPEED, DUTY, LOAD }; /* values */

struct pwm_motor {
    int64_t speed; /* in 1/FRACTION rpm */
    uint32_t on;
    uint32_t period;
    uint32_t duty;
    uint32_t load; /* rpm */
    uint32_t steps;
    uint32_t unused;
};

static void motor_reset(void *state)
{
    struct pwm_motor *motor = state;

    motor->period = 1;
    device_wake_at(STEP_NS);
}

static uint32_t duty_used(const struct pwm_motor *motor)
{
    return motor->on == 0 ? 0 : motor->duty < motor->period ? motor->duty : motor->period;
}

static uint32_t load_next(void)
{
    int byte = device_input();

    return byte >= 0 ? (uint32_t)byte * 10U : device_random() % LOAD_MAX;
}

static void motor_event(void *state, uint64_t now)
{
    struct pwm_motor *motor = state;

    if (motor->steps % STEPS_OF_LOAD == 0) {
        motor->load = load_next();
    }
    motor->steps++;
    int64_t drive = (int64_t)MOTOR_RPM_MAX * duty_used(motor) / motor->period;
    int64_t towards = (drive - (int64_t)motor->load) * FRACTION;
    motor->speed += (towards - motor->speed) / STEPS_OF_INERTIA;
    if (motor->speed < 0) {
        motor->speed = 0; /* a load brakes; it does not turn the motor back */
    }
    device_value(SPEED, (int32_t)(motor->speed / FRACTION));
    device_value(LOAD, (int32_t)motor->load);
    device_wake_at(now + STEP_NS);
}

static bool motor_read(void *state, uint32_t offset, uint32_t size, uint32_t *value)
{
    const struct pwm_motor *motor = state;

    if (offset == PWM_CONTROL) {
        *value = motor->on;
    } else if (offset == PWM_PERIOD) {
        *value = motor->period;
    } else {
        *value = motor->duty;
    }
    return size == 4U;
}

static bool motor_write(void *state, uint32_t offset, uint32_t size, uint32_t value)
{
    struct pwm_motor *motor = state;

    if (size != 4U) {
        return false;
    }
    if (offset == PWM_CONTROL) {
        motor->on = value & PWM_ON;
    } else if (offset == PWM_DUTY) {
        motor->duty = value & PWM_PERIOD_MAX;
    } else if ((value & PWM_PERIOD_MAX) != 0) {
        motor->period = value & PWM_PERIOD_MAX;
    }
    device_value(DUTY, (int32_t)(1000U * duty_used(motor) / motor->period));
    return true;
}

DEVICE_MODEL(pwm_motor, struct pwm_motor, .registers = PWM_DUTY + 4U, .reset = motor_reset,
             .event = motor_event, .read = motor_read, .write = motor_write,
             .values = {[SPEED] = "speed", [DUTY] = "duty", [LOAD] = "load"});
