/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 18662, with canary 4:
 * the core came to a preemption point that the model does not reach. */
#include "finding_test.h"

Test(finding, shrunk_7e2326d9)
{
    begin_system(0, 0, false);
    add_cell(11, 8, 3, 0x40010000U);
    add_cell(15, 6, 0, 0x40050000U);
    add_active(0, 4, 200, 267, 449, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_cap(0, 4, THIMBLE_CAP_CELL, 3, 1, 0xffffffffU);
    boot_system();

    do_hypercall(THIMBLE_CAP_MOVE, 4, 9); /* thread 1 */
    do_hypercall(THIMBLE_CAP_COPY, 9, 0, 1, 0xffffffffU); /* thread 1 */
    meanwhile(AT_POINT, 1, EVENT_TIME, 0);
    do_hypercall(THIMBLE_CAP_REVOKE, 9); /* thread 1 */
    end_system();
}
