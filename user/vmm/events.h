/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The events thread: waits for the outside world and calls the service thread, like any
 * client. What it does is small: console, health, the beginning of a VM's load and of its
 * run. It has a budget, and is more urgent than every VM that has none.
 */
#ifndef USER_VMM_EVENTS_H
#define USER_VMM_EVENTS_H

#include "config.h"

struct events {
    const struct vmm_config *config;
    uint32_t waiting; /* VMs to start, a bit each, */
    uint32_t started; /* VMs that have been started before, */
    uint64_t due[VMM_VMS]; /* and when: counter ticks */
};

void events_begin(struct events *e, const struct vmm_config *config);
/* After the notification had these bits, or the deadline came. The next deadline. */
uint64_t events_step(struct events *e, uint32_t bits, uint64_t now);

#endif
