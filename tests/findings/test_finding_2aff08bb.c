/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 191907:
 * not so: cpu->resched == 0 && cpu->printing <= 1U. */
#include "finding_test.h"

Test(finding, shrunk_2aff08bb)
{
    begin_system(0, 0, false);
    add_cell(20, 8, 3, 0x40000000U);
    add_cell(28, 12, 1, 0x40010000U);
    add_cell(19, 6, 0, 0x40020000U);
    add_active(1, 7, 100, 428, 655, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    make_vcpu(1, 0, 62);
    add_active(2, 5, 10, 79, 1924, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_active(0, 0, 100, 115, 453, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_notifications(1);
    add_cap(0, 7, THIMBLE_CAP_THREAD, 3, 1, 0xffffffffU);
    add_cap(0, 17, THIMBLE_CAP_NOTIFICATION, 3, 0, 0);
    add_cap(2, 7, THIMBLE_CAP_THREAD, 3, 1, 0);
    boot_system();

    do_event(EVENT_TIME, 115);
    do_hypercall(THIMBLE_VCPU_START, 7); /* thread 2 */
    do_guest(GUEST_SLEEP, 0, 0); /* thread 1 */
    do_event(EVENT_TIME, 806);
    do_hypercall(THIMBLE_VCPU_BIND, 7, 17, 1, 1176); /* thread 3 */
    do_hypercall(THIMBLE_VCPU_INJECT, 7, 0, 760); /* thread 3 */
    do_hypercall(THIMBLE_SIGNAL, 17); /* thread 3 */
    end_system();
}
