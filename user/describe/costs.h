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
#define COSTS_NATIVE_STRETCH {3010U, 549U, 0U}
#define COSTS_GUESTS_STRETCH {2458U, 180U, 50U}
/* From a line or a deadline to the first instruction of who waits for it. */
#define COSTS_NATIVE_RELEASE {2675U, 255U, 0U}
#define COSTS_GUESTS_RELEASE {2877U, 306U, 0U}
/* The same, if that is a guest. */
#define COSTS_GUESTS_RELEASE_GUEST {5113U, 448U, 0U}
/* An interrupt that wakes nobody who runs. */
#define COSTS_NATIVE_FIRE {4603U, 368U, 0U}
#define COSTS_GUESTS_FIRE {4805U, 411U, 0U}
/* Somebody becomes ready, and blocks or runs out, and another runs on. */
#define COSTS_NATIVE_EVENT {4727U, 465U, 0U}
#define COSTS_GUESTS_EVENT {9666U, 770U, 0U}
/* Time and again, as often as its budget lets it: what others are charged with each
 * time, and what it is charged with itself, at least; who has no line; */
#define COSTS_NATIVE_STORM {379U, 529U}
/* who has one (and deadlines, if they take more of others for each that is its own); guests. */
#define COSTS_NATIVE_STORM_LINES {476U, 227U}
#define COSTS_GUESTS_STORM {1252U, 222U}
/* A step along a chain of calls, whenever its context is chosen. */
#define COSTS_HOP 153U

#endif
