/* What the description and both programs agree on. */
#ifndef PARTS_H
#define PARTS_H

/* Slots of control's capability table. */
#define SLOT_SENSOR 1U
#define SLOT_TICK 2U

#define PERIOD_US 1000U
#define DEADLINE_US 300U /* of each period: measured, and acted upon */

/* Labels of messages. */
#define SENSOR_READ 1U
#define SENSOR_VALUE 2U
#define SENSOR_REFUSED 3U

#endif
