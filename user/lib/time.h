/* SPDX-License-Identifier: BSD-2-Clause */
/* Time and computing of a program. */
#ifndef USER_TIME_H
#define USER_TIME_H

#include <stdint.h>

/* The physical counter, in ticks: THIMBLE_TICKS_PER_MS of them are 1 ms. */
uint64_t thimble_time(void);
/* Stands for this many instructions of work. On the workstation, C code between
 * helpers takes no virtual time of its own: say here what it is worth. */
void thimble_compute(uint32_t instructions);
/* A number that differs from run to run as the seed does, and from thread to
 * thread. */
uint32_t thimble_seed(void);

/* The counter of the simulated machine, and of QEMU's virt: 62.5 MHz. The build for
 * another board says otherwise. */
#ifndef THIMBLE_TICKS_PER_MS
#define THIMBLE_TICKS_PER_MS 62500U
#endif

#endif
