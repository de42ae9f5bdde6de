/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: jump.c:9: longjmp: cells have no C library (docs/systems.md says what there is) */
#include <setjmp.h>
#include "newcomer.h"

PROGRAM(work)
{
    jmp_buf at = {0};
    longjmp(at, (int)argument);
}

ONE_CELL(false);
