/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: static_local.c:8: counter: a writable static */
#include "newcomer.h"

PROGRAM(work)
{
    (void)argument;
    static volatile uint32_t counter = 1;
    counter++;
}

ONE_CELL(false);
