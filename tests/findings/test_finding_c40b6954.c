/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 89, with canary 6:
 * not so: n->pad == 0 && (n->waiter == NONE || n->bits == 0). */
#include "finding_test.h"

Test(finding, shrunk_c40b6954)
{
    begin_system(0, 0, false);
    add_cell(21, 11, 2, 0x40000000U);
    add_cell(18, 7, 1, 0x40020000U);
    add_active(1, 4, 10, 870, 924, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_active(0, 3, 100, 204, 605, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_active(0, 6, 100, 204, 545, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_notifications(1);
    add_cap(0, 18, THIMBLE_CAP_NOTIFICATION, 3, 0, 0);
    add_cap(1, 3, THIMBLE_CAP_NOTIFICATION, 3, 0, 0x80000000U);
    boot_system();

    do_event(EVENT_TIME, 204);
    do_hypercall(THIMBLE_WAIT, 18, 547); /* thread 3 */
    do_hypercall(THIMBLE_SIGNAL, 3); /* thread 1 */
    end_system();
}
