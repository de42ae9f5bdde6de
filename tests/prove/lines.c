/* SPDX-License-Identifier: BSD-2-Clause */
/* For WP: line_first() of core/vcpu.c, with lines.acsl in it. Eva cannot split a word's bits. */
#include <string.h>

#define __builtin_ctz prove_ctz
#define _Alignas(bytes)

#include "kernel.h"
#include "vcpu.h"

/*@ predicate bit(integer word, integer n) = (word & (1 << n)) != 0;
    predicate within(integer some, integer all) =
        \forall integer n; 0 <= n < 32 && bit(some, n) ==> bit(all, n); */

/* gcc's: what it is called with is not 0. */
/*@ requires not_zero: x != 0;
    assigns \nothing;
    exits \false;
    ensures 0 <= \result <= 31;
    ensures set: bit(x, \result);
*/
static inline int prove_ctz(u32 x);

/*@ requires \valid_read(v);
    requires one: (v->pending[0] | v->pending[1]) != 0;
    assigns \nothing;
    exits \false;
    ensures line: \result < VCPU_LINES;
    ensures waits: \result < 32 ? bit(v->pending[0], \result) : bit(v->pending[1], \result - 32);
*/
static u32 line_first(const struct vcpu *v);

#include "lines_annotated.c"
