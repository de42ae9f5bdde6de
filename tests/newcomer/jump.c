/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: jump.c:9: longjmp: nothing defines it; cells have no C library */
void longjmp(void *at, int value);
#include "newcomer.h"

PROGRAM(work)
{
    uint32_t at[64] = {0};
    longjmp(at, (int)argument);
}

ONE_CELL(false);
