/* SPDX-License-Identifier: BSD-2-Clause */
/* Capability look-up: see cap.h. */
#include "cap.h"

#include "kernel.h"

u32 cap_look_up_any(const struct thread *t, u32 slot, u32 match, cap_t *cap)
{
    machine_path(PATH_LOOK_UP);
    if (slot >= t->slots) {
        return machine_refuse(THIMBLE_ERR_SLOT);
    }
    *cap = kernel.caps[t->slot_base + slot];
    if (((u32)*cap & (match | CAP_TYPE_MASK | CAP_MARK)) == match) {
        return THIMBLE_OK;
    }
    if (cap_type(*cap) == THIMBLE_CAP_EMPTY || (*cap & CAP_MARK) != 0) {
        return machine_refuse(THIMBLE_ERR_SLOT);
    }
    return machine_refuse(cap_type(*cap) != (match & CAP_TYPE_MASK) ? THIMBLE_ERR_TYPE
                                                                    : THIMBLE_ERR_RIGHTS);
}
