/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cells of the gateway agree on. */
#ifndef GATEWAY_H
#define GATEWAY_H

/* Slots of control and worker. */
#define GATEWAY_SLOT_PLANT 1U
#define GATEWAY_SLOT_TICK 2U /* control: never signalled, waited on for time */

/* Badges of the plant's callers. */
#define PLANT_CONTROL 1U
#define PLANT_WORKER 2U

/* Labels of calls to the plant. */
#define PLANT_READ 1U  /* -> word 0: position */
#define PLANT_DRIVE 2U /* word 0: force; control only */
#define PLANT_LOG 3U   /* word 0: any; takes a while */
#define PLANT_DONE 0x80U
#define PLANT_REFUSED 0x81U

/* The control loop runs at 1 kHz. */
#define CONTROL_PERIOD_US 1000U
#define CONTROL_BUDGET_US 200U
#define WORKER_PERIOD_US 4000U
#define WORKER_BUDGET_US 2400U

#endif
