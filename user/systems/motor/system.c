/* SPDX-License-Identifier: BSD-2-Clause */
/* A motor that is held at a speed, with devices of its own: a sensor with a FIFO and an
 * interrupt, and a motor with inertia, both by models (tachometer.c, pwm_motor.c). Beside
 * the control loop a best-effort cell never rests. */
#include "system.h"

#include "motor.h"

#define RW (ACCESS_READ | ACCESS_WRITE)

const struct system thimble_system = {
    .name = "motor",
    .fixed = true,
    .devices = (const struct system_device[]){
        {.name = "motor", .model = "pwm_motor", .simulated = true},
        {.name = "tacho", .model = "tachometer", .line = 50, .senses = "motor.speed",
         .simulated = true},
        {0},
    },
    .notifications = (const struct system_notification[]){{.name = "samples"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "tacho", .device = "tacho"}, {0}},
    .cells = (const struct system_cell[]){
        {
            .name = "control",
            .program = "motor_control",
            .memory = 64 * KIB,
            .stats = true,
            .threads = (const struct system_thread[]){
                {.name = "loop", .priority = 200, .budget_us = MOTOR_BUDGET_US,
                 .period_us = MOTOR_PERIOD_US, .deadline_us = MOTOR_DEADLINE_US},
                {0},
            },
            .caps = (const struct system_cap[]){
                {.slot = MOTOR_SLOT_IRQ, .irq = "tacho", .rights = THIMBLE_RIGHT_HANDLE},
                {.slot = MOTOR_SLOT_SAMPLES, .notification = "samples",
                 .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, .badge = 1},
                {0},
            },
            .regions = (const struct system_region[]){
                {.name = "tacho", .at = {MOTOR_TACHO_AT}, .access = RW, .memory = MEMORY_DEVICE,
                 .device = "tacho"},
                {.name = "pwm", .at = {MOTOR_PWM_AT}, .access = RW, .memory = MEMORY_DEVICE,
                 .device = "motor"},
                {0},
            },
        },
        {
            .name = "worker",
            .program = "motor_worker",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){
                {.name = "main", .priority = 10},
                {0},
            },
        },
        {0},
    },
};
