/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 153, with canary 11:
 * virtual line 35 pending: the model has 0x1, the core 0x0. */
#include "finding_test.h"

Test(finding, shrunk_ef6c5032)
{
    begin_system(0, 0, false);
    add_cell(21, 11, 1, 0x40000000U);
    add_cell(18, 7, 3, 0x40020000U);
    add_active(1, 4, 150, 924, 924, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    make_vcpu(1, 0, 18);
    add_active(0, 3, 100, 204, 605, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 2 */
    add_cap(0, 5, THIMBLE_CAP_THREAD, 3, 1, 0);
    boot_system();

    do_hypercall(THIMBLE_VCPU_START, 5); /* thread 2 */
    do_guest(GUEST_SLEEP, 0, 0); /* thread 1 */
    do_hypercall(THIMBLE_VCPU_INJECT, 5, 35, 1800); /* thread 2 */
    do_guest(GUEST_TAKE, 0, 0); /* thread 1 */
    do_guest(GUEST_END, 35, 0); /* thread 1 */
    end_system();
}
