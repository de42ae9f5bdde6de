/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 77, step 116263:
 * timer: the model has 0x1314, the core 0x156a. */
#include "finding_test.h"

Test(finding, shrunk_fb341089)
{
    begin_system(0, 0, false);
    add_cell(17, 14, 1, 0x40010000U);
    add_active(0, 5, 100, 1628, 1663, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    boot_system();

    do_event(EVENT_TIME, 459);
    do_event(EVENT_TIME, 488);
    do_event(EVENT_TIME, 58);
    do_event(EVENT_TIME, 712);
    do_event(EVENT_TIME, 563);
    meanwhile(AT_HOP, 1, EVENT_TIME, 598);
    do_event(EVENT_TIME, 986);
    end_system();
}
