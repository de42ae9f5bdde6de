/* SPDX-License-Identifier: BSD-2-Clause */
/* vCPUs of the simulated machine: scripted guests. See guest.h. */
#ifndef SIM_SIM_VCPU_H
#define SIM_SIM_VCPU_H

#include "types.h"

/* The core has been left for its current thread: the list registers work if that is a
 * guest's, whose state is loaded then. */
void sim_vcpu_settle(void);
/* The running thread, native or a vCPU, makes a hypercall. */
void sim_vcpu_hypercall(u32 number);

#endif
