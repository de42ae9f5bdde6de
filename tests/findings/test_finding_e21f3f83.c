/* SPDX-License-Identifier: BSD-2-Clause */
/* Found by soak, seed 1, step 1057122, with canary 2:
 * an access succeeds that no mapping permits. */
#include "finding_test.h"

Test(finding, shrunk_e21f3f83)
{
    begin_system(0, 0, false);
    add_cell(20, 15, 0, 0x40030000U);
    add_region(0, 0x40200000U, 0x5000U, MEMORY_NORMAL, 7);
    add_region(0, 0x40201000U, 0x1000U, MEMORY_NORMAL, 7);
    add_active(0, 2, 0, 448, 448, THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0); /* thread 1 */
    add_cap(0, 6, THIMBLE_CAP_REGION, 7, 1, 0);
    add_cap(0, 14, THIMBLE_CAP_REGION, 7, 2, 0);
    add_cap(0, 18, THIMBLE_CAP_CELL, 3, 0, 2);
    boot_system();

    do_hypercall(THIMBLE_REGION_MAP, 6, 0xffe03000U, THIMBLE_NO_SLOT); /* thread 1 */
    do_access(ACCESS_WRITE, 0xffe0602cU, 4, 0); /* thread 1 */
    do_hypercall(THIMBLE_CAP_MOVE, 18, 17); /* thread 1 */
    do_hypercall(THIMBLE_REGION_MAP, 14, 0xffe00000U, 17); /* thread 1 */
    do_hypercall(THIMBLE_REGION_UNMAP, 6); /* thread 1 */
    do_access(ACCESS_READ, 0xffe0602cU, 4, 0); /* thread 1 */
    end_system();
}
