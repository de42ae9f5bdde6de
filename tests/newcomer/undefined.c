/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: undefined.c:8: missing: nothing defines it; cells have no C library */
#include "newcomer.h"

uint32_t missing(uint32_t x);
PROGRAM(work)
{
    thimble_compute(missing(argument));
}

ONE_CELL(false);
