/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 5734509:
 * who runs: the model has 0x2, the core 0x5. */
#include "finding_test.h"

Test(finding, shrunk_f0ca6e8a)
{
    begin_system(0, 0, false);
    add_cell(16, 15, 3, 0x40000000U);
    add_cell(16, 11, 0, 0x40020000U);
    add_cell(13, 15, 0, 0x40040000U);
    add_cell(10, 6, 0, 0x40050000U);
    add_active(1, 6, 150, 147, 147, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    make_vcpu(1, 1, 1);
    add_active(2, 6, 10, 142, 142, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_active(0, 0, 100, 1843, 1843, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_active(0, 7, 255, 493, 673, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 4 */
    add_active(3, 4, 100, 346, 382, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 5 */
    add_notifications(1);
    add_cap(0, 5, THIMBLE_CAP_NOTIFICATION, 3, 0, 2);
    add_cap(0, 11, THIMBLE_CAP_THREAD, 3, 1, 0xffffffffU);
    add_cap(2, 3, THIMBLE_CAP_THREAD, 3, 1, 0xffffffffU);
    add_cap(3, 2, THIMBLE_CAP_THREAD, 3, 1, 0);
    boot_system();

    do_hypercall(THIMBLE_VCPU_START, 11); /* thread 4 */
    do_hypercall(THIMBLE_WAIT, 5, 0, 1); /* thread 4 */
    do_guest(GUEST_SLEEP, 0, 0); /* thread 1 */
    do_hypercall(THIMBLE_SIGNAL, 5); /* thread 3 */
    do_fault(3, 0, 0); /* thread 4 */
    do_access(ACCESS_EXECUTE, 0x1000e02cU, 4, 0); /* thread 3 */
    do_event(EVENT_TIME, 2349);
    do_event(EVENT_TIME, 1);
    do_hypercall(THIMBLE_VCPU_INJECT, 3, 0, 0x17f0U); /* thread 2 */
    do_guest(GUEST_TIMER, 1, 0x12a1U); /* thread 1 */
    do_event(EVENT_TIME, 396);
    do_guest(GUEST_TAKE, 0, 0); /* thread 1 */
    do_guest(GUEST_SLEEP, 0, 0); /* thread 1 */
    do_event(EVENT_TIME, 345);
    do_event(EVENT_LATE, 1);
    do_hypercall(THIMBLE_VCPU_BIND, 2, THIMBLE_NO_SLOT, 27); /* thread 5 */
    do_event(EVENT_TIME, 1);
    end_system();
}
