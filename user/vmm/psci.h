/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI 1.0 (ARM DEN 0022) and the SMC calling convention 1.1 (DEN 0028), for a VM of one
 * CPU, by HVC and by SMC. */
#ifndef USER_VMM_PSCI_H
#define USER_VMM_PSCI_H

#include <stdint.h>

#define PSCI_GO_ON 0U
#define PSCI_OFF 1U
#define PSCI_RESET 2U

/* r[0] to r[3]: the guest's, and the answer. What becomes of the VM. */
uint32_t psci_call(uint32_t *r);

#endif
