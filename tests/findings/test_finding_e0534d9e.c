/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 439, with canary 8:
 * rest of the storm: the model has 0x1, the core 0x2. */
#include "finding_test.h"

Test(finding, shrunk_e0534d9e)
{
    begin_system(0, 0, false);
    add_cell(20, 17, 1, 0x40000000U);
    add_cell(30, 13, 1, 0x40010000U);
    add_irq(40, false);
    add_active(1, 3, 0, 440, 666, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_active(1, 5, 100, 297, 1177, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_active(0, 6, 100, 979, 1310, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_passive(1, 3, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 4 */
    add_notifications(1);
    add_cap(0, 1, THIMBLE_CAP_IRQ, 1, 0, 0);
    add_cap(1, 7, THIMBLE_CAP_IRQ, 1, 0, 0x80000000U);
    add_cap(1, 13, THIMBLE_CAP_CELL, 3, 0, 0xffffffffU);
    add_cap(1, 17, THIMBLE_CAP_THREAD, 1, 4, 0);
    add_cap(1, 28, THIMBLE_CAP_NOTIFICATION, 3, 0, 0xffffffffU);
    boot_system();

    do_hypercall(THIMBLE_IRQ_BIND, 7, 28); /* thread 2 */
    do_access(ACCESS_READ, 0x20000000U, 2, 0); /* thread 2 */
    do_access(ACCESS_READ, 0x2002U, 1, 0); /* thread 3 */
    do_hypercall(THIMBLE_CALL, 17); /* thread 1 */
    do_hypercall(THIMBLE_CELL_RESTART, 13); /* thread 4 */
    do_event(EVENT_TIME, 649);
    meanwhile(AT_HOP, 1, EVENT_STORM, 0 + 3 * MODEL_STORM);
    do_event(EVENT_TIME, 576);
    do_event(EVENT_TIME, 518);
    do_hypercall(THIMBLE_IRQ_ACK, 1); /* thread 3 */
    end_system();
}
