/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: sleep.c:9: sleep: use thimble_sleep_until (user/lib/sleep.h) */
unsigned sleep(unsigned seconds);

#include "newcomer.h"

PROGRAM(work)
{
    sleep(argument);
}

ONE_CELL(false);
