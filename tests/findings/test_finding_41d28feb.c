/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 1199, with canary 5:
 * slot of irq 0: the model has 0x2, the core 0x0. */
#include "finding_test.h"

Test(finding, shrunk_41d28feb)
{
    begin_system(0, 0, false);
    add_cell(17, 16, 0, 0x40030000U);
    add_irq(40, true);
    add_active(0, 2, 255, 206, 339, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_notifications(1);
    add_cap(0, 2, THIMBLE_CAP_NOTIFICATION, 3, 0, 0);
    add_cap(0, 14, THIMBLE_CAP_IRQ, 1, 0, 0xffffffffU);
    boot_system();

    do_hypercall(THIMBLE_IRQ_BIND, 14, 2); /* thread 1 */
    do_hypercall(THIMBLE_IRQ_BIND, 14); /* thread 1 */
    end_system();
}
