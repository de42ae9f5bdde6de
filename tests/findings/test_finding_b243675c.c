/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 1234, with canary 1:
 * r0 of thread 1: the model has 0x4, the core 0x0. */
#include "finding_test.h"

Test(finding, shrunk_b243675c)
{
    begin_system(0, 0, false);
    add_cell(30, 13, 4, 0x40010000U);
    add_active(0, 1, 200, 476, 1633, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_notifications(1);
    add_cap(0, 13, THIMBLE_CAP_NOTIFICATION, 3, 0, 0);
    boot_system();

    do_hypercall(THIMBLE_CAP_COPY, 13, 8, 2); /* thread 1 */
    do_hypercall(THIMBLE_SIGNAL, 8); /* thread 1 */
    end_system();
}
