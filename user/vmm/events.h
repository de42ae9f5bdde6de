/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The events thread: waits for the outside world and calls the service thread, like any
 * client. It also loads VMs, so that no exit of another VM waits for that: its priority is
 * to be below the VMs'.
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
