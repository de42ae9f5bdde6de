/* SPDX-License-Identifier: BSD-2-Clause */
/* For WP: deadline_first(), of each number of places. See places.h. */

#define NOT_EARLIER(place) ((place) > NUMBER || \result <= DUE(place))
#define OTHER(place) ((place) > NUMBER || \result != DUE(place))

#include "places.h"

#include "first_each.h"
