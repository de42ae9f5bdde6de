/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VM's first contents of its RAM, in steps. Its own vCPU makes each of them: it starts at
 * VMM_LOADER_AT, where nothing is, and every fetch there is an exit. So loading is done on
 * the VM's time and priority, and nobody waits for more than a step.
 */
#ifndef USER_VMM_LOADER_H
#define USER_VMM_LOADER_H

#include "config.h"

/* The distributor's page: no region of any VM may be there. */
#define VMM_LOADER_AT VMM_GICD

/* Bytes of one step. */
#define LOADER_CLEAN 0x8000U
#define LOADER_COPY 0x2000U

struct loader {
    uint32_t cleaned; /* of the RAM: bytes from its start */
    uint32_t payload; /* the one that comes, */
    uint32_t copied;  /* and bytes of it that are done */
    uint32_t is_done;
};

/* `again`: it has run before, and what it left in caches must not come after. */
void loader_begin(struct loader *l, const struct vmm_vm *config, uint32_t again);
/* Cleans a part of the RAM, or copies a part of a payload, and has it in memory, not only in
 * caches: the guest starts with its caches off. Returns a status of cache_maintain. */
uint32_t loader_step(struct loader *l, const struct vmm_vm *config);
/* Has a part of the RAM clean of what caches hold, and *cleaned behind it. */
uint32_t loader_clean(const struct vmm_vm *config, uint32_t *cleaned);

#endif
