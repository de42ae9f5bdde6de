/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading a VM: see loader.h. The configuration is checked: payloads lie in the RAM. */
#include "loader.h"

#include "port.h"
#include "vmm.h"

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void loader_begin(struct loader *l, const struct vmm_vm *config, uint32_t again)
{
    *l = (struct loader){.cleaned = again ? 0 : config->ram_bytes};
}

uint32_t loader_clean(const struct vmm_vm *config, uint32_t *cleaned)
{
    uint32_t from = *cleaned;
    uint32_t bytes = least(config->ram_bytes - from, LOADER_CLEAN);

    *cleaned = from + bytes;
    return port_cache(config->ram_slot, from, bytes,
                      THIMBLE_CACHE_CLEAN | THIMBLE_CACHE_INVALIDATE);
}

static uint32_t copy(struct loader *l, const struct vmm_vm *config)
{
    const struct vmm_payload *p = &config->payloads[l->payload];
    uint32_t bytes = least(p->bytes - l->copied, LOADER_COPY);
    uint32_t offset = p->guest - config->ram_guest + l->copied;

    vmm_copy(port_memory(config->ram_at + offset), port_memory(p->at + l->copied), bytes);
    l->copied += bytes;
    if (l->copied == p->bytes) {
        l->copied = 0;
        l->payload++;
    }
    return port_cache(config->ram_slot, offset, bytes, THIMBLE_CACHE_CLEAN);
}

uint32_t loader_step(struct loader *l, const struct vmm_vm *config)
{
    if (l->cleaned != config->ram_bytes) {
        return loader_clean(config, &l->cleaned);
    }
    if (l->payload < VMM_PAYLOADS && config->payloads[l->payload].bytes != 0) {
        return copy(l, config);
    }
    l->is_done = 1;
    return THIMBLE_OK;
}
