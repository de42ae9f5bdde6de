/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: cell c, thread m: thimble_print, but its cell has no statistics page */
/* expect: stopped: cell c, thread m: host crash */
#include "newcomer.h"
#include "print.h"

PROGRAM(work)
{
    thimble_print("x %u\n", argument);
}

ONE_CELL(false);
