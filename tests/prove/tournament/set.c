/* SPDX-License-Identifier: BSD-2-Clause */
/* For WP: deadline_set(), of each place. See places.h. */

/* As its text goes from half to half, from the place's own node. */
#define HALF(node, half) (&kernel.due[NUMBER | 1][0])[2 * ((node) - (NUMBER | 1)) + (half)]
#define OTHER(place) ((place) == NUMBER || DUE(place) == \old(DUE(place)))

#define ENSURES_NODE(node, far)                                                             \
    ensures left_##node: HALF(node, 0) == EARLIER((node) - (far));                          \
    ensures right_##node: HALF(node, 1) == EARLIER((node) + (far));

#include "places.h"

#include "set_each.h"
