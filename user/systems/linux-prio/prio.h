/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the cells of linux-prio and its Linux agree on. Once in a period:
 *
 *   work    begins a burst of background work, at the period's start
 *   alarm   signals Linux in the midst of it, and judges what came of the alarm before
 *   Linux   its real-time task serves the alarm, and answers
 */
#ifndef PRIO_H
#define PRIO_H

#define PRIO_PERIOD_US 10000U
#define PRIO_ALARM_US 500U    /* into the period */
#define PRIO_STEP 10000U      /* instructions of a step of the background's work */
#define PRIO_BURST_STEPS 200U /* 2 ms */
#define PRIO_SERVICE 200000U  /* instructions of the real-time task's work on an alarm */

/* In the guest: its interrupt, and the page that all share. */
#define PRIO_LINE 40
#define PRIO_GUEST_AT 0x0b000000U
#define PRIO_VM_SLOT 3

/* In the cells. */
#define PRIO_AT 0x20000000U
#define PRIO_SLOT_TICK 1U /* never signalled, waited on for time */
#define PRIO_SLOT_SIGNAL 2U
#define PRIO_SLOT_WAIT 3U

/* In the page: a channel pair, and in the part of it that is free, by bytes: */
#define PRIO_STEPS 3072U /* of the background's work so far */
#define PRIO_LOAD 3136U  /* steps of ordinary load in Linux so far */
/* A burst, in one of two places, by turns. */
#define PRIO_BURST(burst) (3200U + ((burst)&1U) * 32U)
#define PRIO_BURST_BEGUN 0U /* its number */
#define PRIO_BURST_ENDED 4U /* likewise */
#define PRIO_BURST_FIRST 8U /* steps before it */
#define PRIO_BURST_LOAD 12U /* steps of load in Linux while it lasted */

/* An alarm: its number; the time; and of those judged so far how many there are, how many
 * were outside of a burst, were not served, or came after background work that they had to
 * come before; and in how many bursts Linux's load ran. */
#define PRIO_ALARM_WORDS 8U
#define PRIO_NUMBER 0U
#define PRIO_TIME 1U
#define PRIO_JUDGED 2U
#define PRIO_OUTSIDE 3U
#define PRIO_UNSERVED 4U
#define PRIO_EARLY 5U
#define PRIO_MIXED 6U

/* An answer: the alarm's number, and the background's steps before and after its service. */
#define PRIO_ANSWER_WORDS 4U
#define PRIO_STEPS_BEGIN 1U
#define PRIO_STEPS_END 2U

#endif
