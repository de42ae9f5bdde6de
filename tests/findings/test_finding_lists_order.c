/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by exploration, scope lists:
 * a guest gets another interrupt than its most urgent. */
#include "finding_test.h"

/* With priority: no two have the same. */
#define inject(line, priority) \
    do_hypercall(THIMBLE_VCPU_INJECT, 5, line, THIMBLE_LINE_HIGH | (priority))

/* A line that waits for a list register must be in one when what is pending in these has
 * been taken: here behind it comes a line that was active, and raised once more. */
Test(finding, lists_order)
{
    begin_system(0, 0, false);
    add_cell(8, 8, 0, 0x40000000U);
    add_cell(8, 8, 0, 0x40010000U);
    add_active(1, 0, 20, 1, 1, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    make_vcpu(1, 0, 5);
    add_active(0, 0, 30, 1, 1, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_notifications(1);
    add_cap(0, 2, THIMBLE_CAP_NOTIFICATION, 3, 0, 1);
    add_cap(0, 5, THIMBLE_CAP_THREAD, 3, 1, 0);
    boot_system();

    do_hypercall(THIMBLE_VCPU_START, 5);
    inject(37, 184);
    do_hypercall(THIMBLE_WAIT, 2, 1);
    do_guest(GUEST_TAKE, 0, 0); /* 37 */
    do_event(EVENT_TIME, 1);
    inject(39, 104);
    do_hypercall(THIMBLE_WAIT, 2, 2);
    do_guest(GUEST_TAKE, 0, 0); /* 39 */
    do_event(EVENT_TIME, 1);
    inject(35, 8);
    inject(36, 96);
    inject(38, 16);
    inject(39, 104);
    do_hypercall(THIMBLE_WAIT, 2, 3);
    do_guest(GUEST_TAKE, 0, 0); /* 35 */
    do_guest(GUEST_END, 35, 0);
    do_guest(GUEST_TAKE, 0, 0); /* 38 */
    do_guest(GUEST_END, 38, 0);
    do_guest(GUEST_END, 39, 0);
    do_guest(GUEST_TAKE, 0, 0); /* 36 */
    end_system();
}
