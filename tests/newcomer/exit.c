/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: exit.c:9: exit: a program ends when it returns; cells have no C library */
void exit(int status);

#include "newcomer.h"

PROGRAM(work)
{
    exit((int)argument);
}

ONE_CELL(false);
