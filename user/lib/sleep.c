/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeping: see sleep.h. */
#include "sleep.h"

#include "self.h"
#include "thimble.h"

uint32_t thimble_sleep_until(uint64_t deadline)
{
    uint32_t slot = thimble_sleep_slot();
    uint32_t bits;
    uint32_t status = thimble_wait(slot, deadline, &bits);

    /* Nobody signals it: what ends a wait is time. */
    return status == THIMBLE_ERR_TIMEOUT ? THIMBLE_OK : status;
}
