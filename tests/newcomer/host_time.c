/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: host_time.c:10: gettimeofday: use thimble_time (user/lib/time.h) */
int gettimeofday(void *now, void *zone);

#include "newcomer.h"

PROGRAM(work)
{
    uint32_t now[8];
    gettimeofday(now, NULL);
    thimble_compute(now[0] + argument);
}

ONE_CELL(false);
