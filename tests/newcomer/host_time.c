/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: host_time.c:10: gettimeofday: use thimble_time (user/lib/time.h) */
#include <sys/time.h>

#include "newcomer.h"

PROGRAM(work)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    thimble_compute((uint32_t)now.tv_usec + argument);
}

ONE_CELL(false);
