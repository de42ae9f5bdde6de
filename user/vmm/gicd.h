/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 distributor of a VM (IHI 0048B 4.3): one CPU, 64 lines, no security
 * extensions. A line that is pending is here while it is disabled, or the distributor is off;
 * else it is in the core and its list registers, which is asked for it, as for lines that are
 * active. Pending is what it is whether or not it is enabled (4.3.7).
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
    uint32_t active[GICD_WORDS];    /* made so by software */
    uint32_t forwarded[GICD_WORDS]; /* enabled and not active, and the distributor is on */
    uint32_t edge[GICD_WORDS];
    uint32_t level[GICD_WORDS];   /* what the devices drive */
    uint32_t latched[GICD_WORDS]; /* pending by an edge, and the core does not know */
    uint32_t written[GICD_WORDS]; /* made pending otherwise than by a level, and forwarded */
    uint8_t priority[VMM_LINES];
};

void gicd_reset(struct vm *vm);
uint32_t gicd_read(struct vm *vm, uint32_t offset, uint32_t bytes);
void gicd_write(struct vm *vm, uint32_t offset, uint32_t bytes, uint32_t value);
/* A device drives its line. */
void gicd_line(struct vm *vm, uint32_t line, uint32_t high);

#endif
