/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: random.c:9: rand: use xorshift (user/lib/xorshift.h) */
int rand(void);

#include "newcomer.h"

PROGRAM(work)
{
    thimble_compute((uint32_t)rand());
}

ONE_CELL(false);
