/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 distributor of a VM (IHI 0048B 4.3): one CPU, 64 lines, no security
 * extensions. Which lines are pending in the CPU interface, or active, is in the core and
 * its list registers; here is what decides whether the core is told of a line.
 */
#ifndef USER_VMM_GICD_H
#define USER_VMM_GICD_H

#include <stdint.h>

#include "config.h"

#define GICD_WORDS (VMM_LINES / 32U)

struct vm;

/* A bit a line, in two words. */
struct gicd {
    uint32_t on; /* CTLR */
    uint32_t enabled[GICD_WORDS];
    uint32_t forwarded[GICD_WORDS]; /* enabled, and the distributor is on */
    uint32_t edge[GICD_WORDS];
    uint32_t level[GICD_WORDS];   /* what the devices drive */
    uint32_t latched[GICD_WORDS]; /* pending, and the core does not know */
    uint8_t priority[VMM_LINES];
};

void gicd_reset(struct vm *vm);
uint32_t gicd_read(struct vm *vm, uint32_t offset, uint32_t bytes);
void gicd_write(struct vm *vm, uint32_t offset, uint32_t bytes, uint32_t value);
/* A device drives its line. */
void gicd_line(struct vm *vm, uint32_t line, uint32_t high);

#endif
