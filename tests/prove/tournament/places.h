/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For WP: the tournament of deadlines (core/deadline.h) over 32 places. The contracts of set.h
 * and first.h are of one number, which prove.sh gives them in turn; loops are unrolled. So
 * nearly all is known but the deadlines, and WP computes where each access goes.
 */
#ifndef PLACES_H
#define PLACES_H

#define _Alignas(bytes)

#include "limits_config.h"
#undef PLACES
#define PLACES 32U

#include "config.h"
#include "types.h"

/* The contracts of set.h and first.h are of one number. */
#define OF_NUMBER_2(name, number) name##_##number
#define OF_NUMBER_1(name, number) OF_NUMBER_2(name, number)
#define OF_NUMBER(name) OF_NUMBER_1(name, NUMBER)

#define machine_keep(pointer)

struct kernel {
    u64 due[PLACES + 1U][2];
};

extern struct kernel kernel;

#define PLACES_EACH(OF)                                                                     \
    OF(0) && OF(1) && OF(2) && OF(3) && OF(4) && OF(5) && OF(6) && OF(7) &&                 \
    OF(8) && OF(9) && OF(10) && OF(11) && OF(12) && OF(13) && OF(14) && OF(15) &&           \
    OF(16) && OF(17) && OF(18) && OF(19) && OF(20) && OF(21) && OF(22) && OF(23) &&         \
    OF(24) && OF(25) && OF(26) && OF(27) && OF(28) && OF(29) && OF(30) && OF(31)

/* Half a node: where an address is taken, it is counted from there (set.h). */
#ifndef HALF
#define HALF(node, half) kernel.due[node][half]
#endif
#define DUE(place) HALF((place) | 1, (place) & 1)
#define EARLIER(node) (HALF(node, 0) < HALF(node, 1) ? HALF(node, 0) : HALF(node, 1))

/* Each node that is not a pair of places has the earlier deadline of those so far from it. */
#define NODE(node, far)                                                                     \
    HALF(node, 0) == EARLIER((node) - (far)) && HALF(node, 1) == EARLIER((node) + (far))
#define ROOT HALF(32, 0) == EARLIER(16)
#define NODES_EACH(OF)                                                                      \
    OF(2, 1) OF(6, 1) OF(10, 1) OF(14, 1) OF(18, 1) OF(22, 1) OF(26, 1) OF(30, 1)           \
    OF(4, 2) OF(12, 2) OF(20, 2) OF(28, 2) OF(8, 4) OF(24, 4) OF(16, 8)
#define AND_NODE(node, far) && (NODE(node, far))
#define TOURNAMENT (ROOT NODES_EACH(AND_NODE))

#endif
