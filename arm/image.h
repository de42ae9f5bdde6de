/* SPDX-License-Identifier: BSD-2-Clause */
/* What the build puts into an image beside the hypervisor: the system's tables
 * and the binaries of its cells. Generated from the description. */
#ifndef ARM_IMAGE_H
#define ARM_IMAGE_H

#include "boot.h"

struct arm_binary {
    const u32 *start; /* in the image */
    const u32 *end;
    paddr_t to;       /* the cell's image region */
    u32 size;         /* of that region, bytes */
};

extern const struct boot arm_system;
/* One for each native cell; up to one without a start. */
extern const struct arm_binary arm_binaries[];

#endif
