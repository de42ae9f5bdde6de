/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: static.c:6: counter: a writable static: a cell's programs have none (docs/systems.md) */
#include "newcomer.h"

static volatile uint32_t
    counter;

PROGRAM(work)
{
    counter++;
}

ONE_CELL(false);
