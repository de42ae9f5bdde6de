/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: cell c, thread m: its stack of 4096 bytes overflowed (at least 200 */
/* expect: bytes deep) */
#include "newcomer.h"

PROGRAM(work)
{
    volatile uint8_t *big = __builtin_alloca(200000U + argument);

    big[0] = 1;
    thimble_compute(big[0]);
}

ONE_CELL(false);
