/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: malloc.c:9: malloc: nothing defines it; cells have no C library */
void *malloc(unsigned long size);

#include "newcomer.h"

PROGRAM(work)
{
    uint32_t *volatile p = malloc(argument);
    *p = 1;
}

ONE_CELL(false);
