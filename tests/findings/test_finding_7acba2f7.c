/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 4279715:
 * not so: !vcpu_timer_waits(index) || sc_at(t->sc)->heap != NONE. */
#include "finding_test.h"

Test(finding, shrunk_7acba2f7)
{
    begin_system(0, 0, false);
    add_cell(11, 14, 3, 0x40000000U);
    add_cell(13, 11, 4, 0x40010000U);
    add_cell(15, 12, 0, 0x40020000U);
    add_cell(27, 7, 2, 0x40030000U);
    add_active(2, 0, 150, 779, 779, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    make_vcpu(1, 0, 90);
    add_active(0, 7, 150, 365, 365, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    make_vcpu(2, 1, 58);
    add_active(0, 0, 10, 301, 454, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_active(3, 2, 100, 671, 1041, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 4 */
    add_active(1, 3, 100, 526, 526, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 5 */
    add_notifications(2);
    add_cap(0, 7, THIMBLE_CAP_THREAD, 3, 1, 0xffffffffU);
    add_cap(0, 9, THIMBLE_CAP_NOTIFICATION, 3, 1, 0x80000000U);
    add_cap(1, 2, THIMBLE_CAP_THREAD, 3, 2, 0x80000000U);
    add_cap(1, 9, THIMBLE_CAP_NOTIFICATION, 3, 0, 0xffffffffU);
    add_cap(2, 9, THIMBLE_CAP_NOTIFICATION, 3, 1, 1);
    add_cap(3, 19, THIMBLE_CAP_THREAD, 3, 2, 1);
    boot_system();

    do_hypercall(THIMBLE_VCPU_START, 19); /* thread 4 */
    do_guest(GUEST_SLEEP, 0, 0); /* thread 2 */
    do_hypercall(THIMBLE_YIELD); /* thread 4 */
    do_event(EVENT_TIME, 628);
    do_hypercall(THIMBLE_YIELD); /* thread 4 */
    do_event(EVENT_TIME, 424);
    do_access(ACCESS_EXECUTE, 0x10302bU, 4, 0); /* thread 4 */
    do_hypercall(THIMBLE_VCPU_START, 7); /* thread 3 */
    do_event(EVENT_TIME, 3);
    do_guest(GUEST_SLEEP, 0, 0); /* thread 1 */
    do_event(EVENT_TIME, 271);
    do_event(EVENT_TIME, 348);
    do_event(EVENT_TIME, 178);
    do_hypercall(THIMBLE_VCPU_INJECT, 2, 0, 1016); /* thread 5 */
    do_event(EVENT_TIME, 108);
    do_hypercall(THIMBLE_WAIT, 9, 1966); /* thread 5 */
    do_guest(GUEST_TIMER, 1, 2018); /* thread 2 */
    do_event(EVENT_TIME, 6);
    do_hypercall(THIMBLE_VCPU_BIND, 2, THIMBLE_NO_SLOT, 27, 1096); /* thread 5 */
    do_hypercall(THIMBLE_WAIT, 9, 2185); /* thread 5 */
    do_hypercall(THIMBLE_WAIT, 9, 0, 1); /* thread 2 */
    do_hypercall(THIMBLE_VCPU_INJECT, 7, 0, 1712); /* thread 3 */
    do_hypercall(THIMBLE_SIGNAL, 9); /* thread 1 */
    end_system();
}
