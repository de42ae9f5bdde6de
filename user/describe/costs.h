/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Made by `make costs` from the worst cases that are derived of images
 * (tests/wcet), and from prices of paths (sim/cost_table.h): see docs/assurance.md.
 * In instructions. Of a cost: that of a small system; what each doubling of
 * contexts adds, beyond so many; and each line beyond one.
 */
#ifndef USER_DESCRIBE_COSTS_H
#define USER_DESCRIBE_COSTS_H

#define COSTS_LEVELS 4U /* log2 of those many */

/* The longest stretch with interrupts masked. */
#define COSTS_NATIVE_STRETCH {3012U, 548U, 0U}
#define COSTS_GUESTS_STRETCH {2460U, 180U, 50U}
/* From a line or a deadline to the first instruction of who waits for it. */
#define COSTS_NATIVE_RELEASE {1345U, 121U, 0U}
#define COSTS_GUESTS_RELEASE {1374U, 112U, 0U}
/* The same, if that is a guest. */
#define COSTS_GUESTS_RELEASE_GUEST {3291U, 159U, 0U}
/* An interrupt that wakes nobody who runs. */
#define COSTS_NATIVE_FIRE {3273U, 271U, 0U}
#define COSTS_GUESTS_FIRE {3302U, 215U, 0U}
/* Somebody becomes ready, and blocks or runs out, and another runs on. */
#define COSTS_NATIVE_EVENT {3273U, 271U, 0U}
#define COSTS_GUESTS_EVENT {6947U, 302U, 0U}
/* Time and again, as often as its budget lets it: what others are charged with each
 * time, and what it is charged with itself, at least; who has no line; */
#define COSTS_NATIVE_STORM {319U, 413U}
/* who has one; and guests. */
#define COSTS_NATIVE_STORM_LINES {574U, 336U}
#define COSTS_GUESTS_STORM {1350U, 236U}
/* A step along a chain of calls, whenever its context is chosen. */
#define COSTS_HOP 168U

#endif
