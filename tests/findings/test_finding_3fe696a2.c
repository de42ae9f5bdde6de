/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by the fuzzer, an input of 714 bytes:
 * deadline of context 2: the model has 0x2d6, the core 0x182. */
#include "finding_test.h"

Test(finding, shrunk_3fe696a2)
{
    begin_system(0, 0, false);
    add_cell(19, 15, 4, 0x40000000U);
    add_cell(14, 11, 0, 0x40030000U);
    add_cell(20, 15, 0, 0x40040000U);
    add_active(2, 4, 255, 171, 336, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    make_vcpu(1, 0, 156);
    add_active(1, 3, 150, 665, 665, 1, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    make_vcpu(2, 1, 143);
    add_active(1, 7, 200, 159, 386, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 3 */
    add_passive(0, 0, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 4 */
    add_notifications(1);
    add_cap(0, 4, THIMBLE_CAP_THREAD, 3, 1, 2);
    add_cap(1, 1, THIMBLE_CAP_THREAD, 1, 4, 2);
    add_cap(1, 7, THIMBLE_CAP_NOTIFICATION, 3, 0, 0);
    add_cap(1, 12, THIMBLE_CAP_THREAD, 3, 2, 0x80000000U);
    boot_system();

    do_hypercall(THIMBLE_VCPU_START, 12); /* thread 3 */
    do_hypercall(THIMBLE_WAIT, 7, 1); /* thread 3 */
    do_exit(16, (const u32[]){0x92a0U, 0x9292U, 0x9292U, 0x9292U, 0x9292U}); /* thread 2 */
    do_hypercall(THIMBLE_VCPU_START, 4); /* thread 4 */
    do_event(EVENT_TIME, 1);
    meanwhile(AT_HOP, 1, EVENT_TIME, 169);
    do_event(EVENT_TIME, 170);
    end_system();
}
