/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI: see psci.h. */
#include "psci.h"

#define SMCCC_VERSION 0x80000000U
#define PSCI_VERSION 0x84000000U
#define PSCI_CPU_SUSPEND 0x84000001U
#define PSCI_CPU_OFF 0x84000002U
#define PSCI_CPU_ON 0x84000003U
#define PSCI_AFFINITY_INFO 0x84000004U
#define PSCI_MIGRATE_INFO_TYPE 0x84000006U
#define PSCI_SYSTEM_OFF 0x84000008U
#define PSCI_SYSTEM_RESET 0x84000009U
#define PSCI_FEATURES 0x8400000aU

#define SUCCESS 0U
#define NOT_SUPPORTED (0U - 1U)
#define INVALID_PARAMETERS (0U - 2U)
#define DENIED (0U - 3U)
#define ALREADY_ON (0U - 4U)

#define MIGRATE_NOT_NEEDED 2U

static uint32_t features(uint32_t function)
{
    switch (function) {
    case SMCCC_VERSION:
    case PSCI_VERSION:
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON:
    case PSCI_AFFINITY_INFO:
    case PSCI_MIGRATE_INFO_TYPE:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_FEATURES:
        return SUCCESS;
    default:
        return NOT_SUPPORTED;
    }
}

/* There is the CPU with affinity 0, it is on, and it is the caller. */
static uint32_t answer(uint32_t function, uint32_t argument)
{
    switch (function) {
    case SMCCC_VERSION:
        return 0x00010001U;
    case PSCI_VERSION:
        return 0x00010000U;
    case PSCI_CPU_SUSPEND: /* a standby state from which it has woken already */
        return SUCCESS;
    case PSCI_CPU_OFF: /* not the last one */
        return DENIED;
    case PSCI_CPU_ON:
        return argument == 0 ? ALREADY_ON : INVALID_PARAMETERS;
    case PSCI_AFFINITY_INFO:
        return argument == 0 ? 0 : INVALID_PARAMETERS;
    case PSCI_MIGRATE_INFO_TYPE:
        return MIGRATE_NOT_NEEDED;
    case PSCI_FEATURES:
        return features(argument);
    default: /* SMCCC_ARCH_FEATURES, too: no workarounds are offered */
        return NOT_SUPPORTED;
    }
}

uint32_t psci_call(uint32_t *r)
{
    if (r[0] == PSCI_SYSTEM_OFF) {
        return PSCI_OFF;
    }
    if (r[0] == PSCI_SYSTEM_RESET) {
        return PSCI_RESET;
    }
    r[0] = answer(r[0], r[1]);
    return PSCI_GO_ON;
}
