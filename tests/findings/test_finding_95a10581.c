/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 85, with canary 3:
 * remaining budget of context 0: the model has 0x211, the core 0x366. */
#include "finding_test.h"

Test(finding, shrunk_95a10581)
{
    begin_system(0, 0, false);
    add_cell(21, 11, 2, 0x40000000U);
    add_cell(18, 7, 1, 0x40020000U);
    add_active(1, 4, 10, 870, 924, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_active(0, 6, 100, 204, 545, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    boot_system();

    do_event(EVENT_TIME, 204);
    do_event(EVENT_TIME, 204);
    do_event(EVENT_TIME, 137);
    end_system();
}
