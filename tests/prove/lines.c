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
    requires one: (low | high) != 0;
    assigns \nothing;
    exits \false;
    ensures line: \result < VCPU_LINES;
    ensures waits: \result < 32 ? bit(low, \result) : bit(high, \result - 32);
*/
static u32 line_first(const struct vcpu *v, u32 low, u32 high);

#include "lines_annotated.c"
