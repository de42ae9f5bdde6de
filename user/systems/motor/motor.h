/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cells of the system and its description agree on. */
#ifndef MOTOR_H
#define MOTOR_H

/* Slots of the control cell. */
#define MOTOR_SLOT_IRQ 1U
#define MOTOR_SLOT_SAMPLES 2U

/* Where it sees its devices. */
#define MOTOR_TACHO_AT 0x20000000U
#define MOTOR_PWM_AT 0x20001000U

/* A step of the control loop: so many samples are averaged, every 1 ms. */
#define MOTOR_SAMPLES 4U
#define MOTOR_PERIOD_US 1000U
#define MOTOR_BUDGET_US 50U
/* From the last sample to the new duty. */
#define MOTOR_DEADLINE_US 100U

/* The speed that is wanted: from one to the other and back, each held for so many steps. */
#define MOTOR_RPM_LOW 1000
#define MOTOR_RPM_HIGH 2000
#define MOTOR_HOLD 250U

#endif
