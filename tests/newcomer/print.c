/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: [c.m] x 7 */
/* expect: [c.m] "   42" "00042" "-42" "  -42" "-0042" */
/* expect: [c.m] ff ffffffff 123456789012 -5 100% c text     text ? */
/* expect: [c.m] no end */
#include "newcomer.h"
#include "print.h"

PROGRAM(work)
{
    uint64_t big = 123456789012U;
    int32_t negative = -42;

    thimble_print("x %u\n", argument + 7U);
    thimble_print("\"%5u\" \"%05d\" ", 42U, 42);
    thimble_print("\"%d\" \"%5d\" \"%05d\"\n", negative, negative, negative);
    thimble_print("%x %x %llu %lld %u%% %c %s %8s %u\n", (uint8_t)255, -1, big, -5LL, (uint16_t)100,
                  'c', "text", "text");
    thimble_print("no end");
    for (;;) {
        thimble_compute(1000);
    }
}

ONE_CELL(true);
