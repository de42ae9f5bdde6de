/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by the fuzzer, an input of 905 bytes:
 * not so: ((t->reply_key & REPLY_KEY_FAULT) != 0) == (t->fault_kind != 0). */
#include "finding_test.h"

Test(finding, shrunk_fe428e6a)
{
    begin_system(0, 0, false);
    add_cell(13, 10, 2, 0x40010000U);
    add_cell(22, 4, 0, 0x40020000U);
    add_cell(25, 16, 1, 0x40040000U);
    add_irq(43, false);
    add_active(1, 0, 150, 1573, 1573, 8, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    make_vcpu(1, 0, 65);
    add_active(0, 6, 100, 1161, 1186, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_active(1, 2, 200, 22, 75, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_active(2, 7, 100, 94, 94, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 4 */
    add_passive(2, 4, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 5 */
    add_notifications(1);
    add_cap(0, 4, THIMBLE_CAP_THREAD, 3, 1, 0x80000000U);
    add_cap(1, 8, THIMBLE_CAP_THREAD, 1, 5, 0);
    add_cap(1, 11, THIMBLE_CAP_NOTIFICATION, 3, 0, 0x80000000U);
    add_cap(2, 1, THIMBLE_CAP_CELL, 3, 1, 1);
    boot_system();

    do_hypercall(THIMBLE_WAIT, 11, 0, 1); /* thread 3 */
    do_event(EVENT_TIME, 1161);
    do_event(EVENT_TIME, 25);
    do_event(EVENT_TIME, 69);
    do_event(EVENT_TIME, 1161);
    do_hypercall(THIMBLE_CELL_RESTART, 1); /* thread 4 */
    do_event(EVENT_TIME, 22);
    do_event(EVENT_TIME, 53);
    do_event(EVENT_TIME, 22);
    meanwhile(AT_POINT, 2, EVENT_TIME, 41);
    do_hypercall(THIMBLE_CELL_RESTART, 1); /* thread 4 */
    do_event(EVENT_TIME, 1160);
    do_hypercall(THIMBLE_VCPU_START, 4); /* thread 2 */
    do_exit(16, (const u32[]){0, 0xa100U, 0xfb13U, 0x1a39U, 0xa582U}); /* thread 1 */
    do_event(EVENT_TIME, 1642);
    do_event(EVENT_TIME, 1504);
    do_event(EVENT_TIME, 1);
    end_system();
}
