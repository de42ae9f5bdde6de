/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: printf.c:3:10: error: stdio.h: no such header; use thimble_print (user/lib/print.h) */
#include <stdio.h>

#include "newcomer.h"

PROGRAM(work)
{
    printf("%u\n", argument);
}

ONE_CELL(false);
