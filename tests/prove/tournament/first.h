/* SPDX-License-Identifier: BSD-2-Clause */
/* For WP: deadline_first() of core/deadline.h, of NUMBER + 1 places. See places.h. */
#undef deadline_first
#define deadline_first OF_NUMBER(deadline_first)

/* The earliest of these places' deadlines, and of `at`. */
/*@ requires places: places == NUMBER + 1;
    requires tournament: TOURNAMENT;
    assigns \nothing;
    exits \false;
    ensures given: \result <= at;
    ensures earliest: PLACES_EACH(NOT_EARLIER);
    ensures one_of_them: \result == at || !(PLACES_EACH(OTHER));
*/
static inline u64 deadline_first(u32 places, u64 at);

#include "first_annotated.c"
