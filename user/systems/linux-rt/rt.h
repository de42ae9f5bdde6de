/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cells beside Linux agree on. */
#ifndef RT_H
#define RT_H

/* Slots of control. */
#define CONTROL_SLOT_TICK 1U   /* never signalled, waited on for time */
#define CONTROL_SLOT_SAY 2U    /* loop: tells the reporter */
#define CONTROL_SLOT_EVENTS 3U /* reporter: waits */
#define CONTROL_SLOT_LINE 4U   /* reporter: the driver */

/* Bits of the reporter's notification. */
#define CONTROL_EVENT_SECOND 1U
#define CONTROL_EVENT_LINE 2U

#define CONTROL_REPORTER 0x52505254U /* argument of the reporter */
#define CONTROL_PERIOD_US 1000U
#define CONTROL_BUDGET_US 200U

/* Slots of the driver. */
#define LINE_SLOT_IRQ 1U
#define LINE_SLOT_INTERRUPT 2U /* the notification that the line signals */
#define LINE_SLOT_SERVICE 3U
#define LINE_SLOT_VMM 4U
#define LINE_SLOT_CONTROL 5U

#define LINE_UART_AT 0x10100000U /* in the block of 2 MiB that the program is in */
#define LINE_WATCH 0x57415443U /* argument of the interrupt thread */

/* Badges of the driver's callers. */
#define LINE_VMM 0U
#define LINE_CONTROL 1U
#define LINE_SELF 2U

/* What is typed goes to the VMM, but for this character (Ctrl-T) and the one behind it,
 * which is control's:
 *   h  prints the histogram of latencies
 *   z  forgets all figures */
#define LINE_ESCAPE 0x14U

#endif
