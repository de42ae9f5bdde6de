/* SPDX-License-Identifier: BSD-2-Clause */
/* For WP: deadline_set() of core/deadline.c, of place NUMBER. See places.h. */
#undef deadline_set
#define deadline_set OF_NUMBER(deadline_set)

/* Its own deadline changes, no other, and the tournament is one again. */
/*@ requires place: place == NUMBER;
    requires tournament: TOURNAMENT;
    assigns *(&HALF(0, 0) + (0 .. 2 * PLACES + 1));
    exits \false;
    ensures set: DUE(NUMBER) == at;
    ensures others: PLACES_EACH(OTHER);
    ensures root: ROOT;
    NODES_EACH(ENSURES_NODE)
*/
void deadline_set(u32 place, u64 at);

#include "set_annotated.c"
