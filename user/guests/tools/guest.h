/* SPDX-License-Identifier: BSD-2-Clause */
/* A Linux process in a VM, at work with other cells: what main.c's commands have in common.
 * Memory, time and hypercalls are user/lib's (memory.h, time.h, thimble.h). */
#ifndef GUEST_H
#define GUEST_H

#include <stdint.h>

struct guest_device {
    uint32_t slot; /* for thimble_signal() and thimble_wait() */
    uint32_t base; /* the memory that goes with it */
};

/* /dev/thimbleLINE and one page of its memory; ends the process if it is not there. */
struct guest_device guest_open(uint32_t line);
uint32_t guest_microseconds(uint64_t ticks);
/* Ends the process. */
void guest_fail(const char *what);

/* The commands: 0 if all is well. `count`: of the command line, 0 if there is none. */
int talk(uint32_t count);  /* two-linux */
int serve(uint32_t count); /* linux-prio */
int load(uint32_t count);  /* linux-prio */

#endif
