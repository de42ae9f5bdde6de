/* SPDX-License-Identifier: BSD-2-Clause */
/* What the listener and its sources agree on. */
#ifndef EVENTS_H
#define EVENTS_H

#define EVENTS_SLOT 1U /* of all: the one notification */
#define EVENTS_TICK 2U /* sources: waited on for time */
/* One bit for each source. */
#define EVENT_BUTTON 1U
#define EVENT_SENSOR 2U

#endif
