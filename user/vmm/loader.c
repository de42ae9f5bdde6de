/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading a VM: see loader.h. The configuration is checked: payloads lie in the RAM. */
#include "loader.h"

#include "port.h"
#include "vmm.h"

uint32_t loader_load(const struct vmm_vm *config, uint32_t again)
{
    uint32_t status = THIMBLE_OK;

    if (again) {
        status = port_cache(config->ram_slot, 0, config->ram_bytes,
                            THIMBLE_CACHE_CLEAN | THIMBLE_CACHE_INVALIDATE);
    }
    for (uint32_t i = 0; i < VMM_PAYLOADS && config->payloads[i].bytes != 0; i++) {
        const struct vmm_payload *p = &config->payloads[i];
        uint32_t offset = p->guest - config->ram_guest;
        vmm_copy(port_memory(config->ram_at + offset), port_memory(p->at), p->bytes);
        if (status == THIMBLE_OK) {
            status = port_cache(config->ram_slot, offset, p->bytes, THIMBLE_CACHE_CLEAN);
        }
    }
    return status;
}
