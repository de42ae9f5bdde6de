/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: cell c, thread m: its stack of 4096 bytes overflowed (at least 5 */
/* expect: bytes deep) */
/* expect: stopped: cell c, thread m: host crash */
#include "newcomer.h"


static uint32_t deep(uint32_t n)
{
    volatile uint32_t words[64];

    words[0] = n;
    return n > 1000U ? words[0] : deep(n + 1U) + words[0];
}

PROGRAM(work)
{
    thimble_compute(deep(argument));
}

ONE_CELL(false);
