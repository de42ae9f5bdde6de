/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 9489723:
 * irq 4 waits for an ack: the model has 0x1, the core 0x0. */
#include "finding_test.h"

Test(finding, shrunk_f0506626)
{
    begin_system(0, 0, false);
    add_cell(12, 5, 0, 0x40020000U);
    add_cell(12, 6, 2, 0x40030000U);
    add_cell(11, 12, 2, 0x40040000U);
    add_cell(17, 12, 0, 0x40050000U);
    add_irq(43, false);
    add_irq(40, true);
    add_irq(45, true);
    add_irq(42, true);
    add_irq(47, false);
    add_irq(44, true);
    add_active(0, 2, 200, 201, 201, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_active(1, 3, 100, 1621, 1965, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_active(0, 6, 200, 60, 143, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_active(0, 3, 200, 4, 424, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 4 */
    add_active(2, 6, 10, 56, 930, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 5 */
    add_active(1, 7, 10, 1609, 1609, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 6 */
    add_active(3, 3, 200, 85, 865, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 7 */
    add_active(1, 2, 10, 411, 1133, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 8 */
    add_active(2, 5, 200, 1229, 1806, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 9 */
    add_notifications(1);
    add_cap(0, 3, THIMBLE_CAP_NOTIFICATION, 3, 0, 2);
    add_cap(1, 3, THIMBLE_CAP_NOTIFICATION, 3, 0, 2);
    add_cap(1, 8, THIMBLE_CAP_IRQ, 1, 5, 1);
    add_cap(2, 2, THIMBLE_CAP_NOTIFICATION, 3, 0, 0);
    add_cap(2, 3, THIMBLE_CAP_IRQ, 1, 4, 0);
    add_cap(3, 8, THIMBLE_CAP_NOTIFICATION, 3, 0, 0x80000000U);
    boot_system();

    do_hypercall(THIMBLE_WAIT, 3, 0, 1); /* thread 1 */
    do_hypercall(THIMBLE_SIGNAL, 3); /* thread 3 */
    do_event(EVENT_STORM, 5 + 5 * MODEL_STORM);
    do_event(EVENT_TIME, 1312);
    do_event(EVENT_TIME, 391);
    do_hypercall(THIMBLE_YIELD); /* thread 7 */
    do_hypercall(THIMBLE_WAIT, 2, 2043); /* thread 9 */
    do_event(EVENT_STORM, 4 + 4 * MODEL_STORM);
    do_event(EVENT_TIME, 1086);
    do_access(ACCESS_READ, 0x20000000U, 4, 0); /* thread 3 */
    do_access(ACCESS_EXECUTE, 0x1000e010U, 4, 0); /* thread 4 */
    do_event(EVENT_TIME, 85);
    do_event(EVENT_TIME, 1);
    do_hypercall(THIMBLE_IRQ_BIND, 3, 2); /* thread 9 */
    do_access(ACCESS_WRITE, 0x1000100fU, 2, 0); /* thread 9 */
    do_hypercall(THIMBLE_WAIT, 8, 0xffffffffU, 0xffffffffU); /* thread 7 */
    do_hypercall(THIMBLE_IRQ_BIND, 8, 3); /* thread 2 */
    do_access(ACCESS_EXECUTE, 0x1000f035U, 1, 0); /* thread 2 */
    end_system();
}
