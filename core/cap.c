/* SPDX-License-Identifier: BSD-2-Clause */
/* Capability look-up: see cap.h. */
#include "cap.h"

#include "kernel.h"

u32 cap_look_up_any(const struct thread *t, u32 slot, u32 type, u32 right, cap_t *cap)
{
    machine_path(PATH_LOOK_UP);
    if (slot >= t->slots) {
        return machine_refuse(THIMBLE_ERR_SLOT);
    }
    *cap = kernel.caps[t->slot_base + slot];
    if (cap_matches(*cap, type, right)) {
        return THIMBLE_OK;
    }
    if (cap_type(*cap) == THIMBLE_CAP_EMPTY || (*cap & CAP_MARK) != 0) {
        return machine_refuse(THIMBLE_ERR_SLOT);
    }
    if (cap_type(*cap) != type) {
        return machine_refuse(THIMBLE_ERR_TYPE);
    }
    return machine_refuse(THIMBLE_ERR_RIGHTS);
}
