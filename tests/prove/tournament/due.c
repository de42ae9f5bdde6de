/* SPDX-License-Identifier: BSD-2-Clause */
/* For WP: deadline_due() of core/deadline.c. See places.h. */
#include "places.h"

#define LATER(place) ((place) >= \result || now < DUE(place))
#define COME(place) ((place) != \result || (place) == PLACES - 1 || DUE(place) <= now)

/* Whoever is more urgent than this place is not due. It is, or it is the last one. */
/*@ requires tournament: TOURNAMENT;
    assigns \nothing;
    exits \false;
    ensures place: \result < PLACES;
    ensures most_urgent: PLACES_EACH(LATER);
    ensures due: PLACES_EACH(COME);
*/
u32 deadline_due(u64 now);

#include "due_annotated.c"
