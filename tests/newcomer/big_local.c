/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: big_local.c:5: work: its locals take 50 */
/* expect: bytes, but a stack has 4096 (docs/systems.md) */
#include "newcomer.h"
PROGRAM(work)
{
    volatile uint8_t big[50000];

    for (uint32_t i = 0; i < sizeof(big); i += 64U) {
        big[i] = (uint8_t)argument;
    }
    thimble_compute(big[128]);
}

ONE_CELL(false);
