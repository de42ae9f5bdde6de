/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A motor that is driven by pulse-width modulation: on for DUTY of each PERIOD. `base` is
 * the guest address of its device region. All registers are words.
 */
#ifndef PWM_MOTOR_H
#define PWM_MOTOR_H

#include <stdint.h>

#include "memory.h"

#define PWM_CONTROL 0x00U
#define PWM_PERIOD 0x04U /* cycles, 1 to PWM_PERIOD_MAX */
#define PWM_DUTY 0x08U   /* cycles; at most the period is used */

#define PWM_ON 1U
#define PWM_PERIOD_MAX 0xffffU

/* What it comes to at full duty, without a load. */
#define MOTOR_RPM_MAX 3000U

static inline void pwm_start(uint32_t base, uint32_t period)
{
    thimble_write32(base + PWM_PERIOD, period);
    thimble_write32(base + PWM_DUTY, 0);
    thimble_write32(base + PWM_CONTROL, PWM_ON);
}

static inline void pwm_duty(uint32_t base, uint32_t duty)
{
    thimble_write32(base + PWM_DUTY, duty);
}

#endif
