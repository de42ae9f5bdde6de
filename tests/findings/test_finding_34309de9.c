/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 72, with canary 7:
 * r7 of thread 3: the model has 0x0, the core 0x1. */
#include "finding_test.h"

Test(finding, shrunk_34309de9)
{
    begin_system(0, 0, false);
    add_cell(21, 11, 2, 0x40000000U);
    add_cell(18, 7, 1, 0x40020000U);
    add_active(0, 3, 100, 204, 605, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_active(0, 6, 100, 204, 545, 2, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_passive(1, 6, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_cap(0, 2, THIMBLE_CAP_THREAD, 1, 3, 2);
    boot_system();

    do_event(EVENT_TIME, 204);
    do_fault(1, 0, 0); /* thread 2 */
    do_hypercall(THIMBLE_REPLY_RECV, 0, 0, 0, 0, 0, 0, 0, 1); /* thread 3 */
    do_access(ACCESS_EXECUTE, 0x10000028U, 4, 0); /* thread 2 */
    end_system();
}
