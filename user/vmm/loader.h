/* SPDX-License-Identifier: BSD-2-Clause */
/* A VM's first contents of its RAM. */
#ifndef USER_VMM_LOADER_H
#define USER_VMM_LOADER_H

#include "config.h"

/* Copies the payloads, and has them in memory, not only in caches: the guest starts with
 * its caches off. `again`: it has run before, and what it left in caches must not come
 * after. Returns a status of cache_maintain. */
uint32_t loader_load(const struct vmm_vm *config, uint32_t again);

#endif
