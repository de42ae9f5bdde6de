/* SPDX-License-Identifier: BSD-2-Clause */
/* DMA engine: see dma.h. */
#include "dma.h"

#include "dma_engine.h"

#define CHUNK 256U

void sim_dma_reset(struct sim_dma *dma)
{
    *dma = (struct sim_dma){.done_at = SIM_TIME_NEVER};
}

bool sim_dma_read(const struct sim_dma *dma, u32 offset, u32 size, u32 *value)
{
    if (size != 4U) {
        return false;
    }
    switch (offset) {
    case DMA_SOURCE:
        *value = dma->source;
        return true;
    case DMA_TARGET:
        *value = dma->target;
        return true;
    case DMA_LENGTH:
        *value = dma->length;
        return true;
    case DMA_CONTROL:
        *value = dma->done_at != SIM_TIME_NEVER ? DMA_BUSY : 0;
        return true;
    case DMA_STATUS:
        *value = dma->status;
        return true;
    case DMA_ENABLE:
        *value = dma->enable;
        return true;
    default:
        return false;
    }
}

/* What cannot be written while a transfer is under way. */
static void transfer_write(struct sim_dma *dma, u64 now, u32 offset, u32 value)
{
    switch (offset) {
    case DMA_SOURCE:
        dma->source = value;
        break;
    case DMA_TARGET:
        dma->target = value;
        break;
    case DMA_LENGTH:
        dma->length = value;
        break;
    default:
        if ((value & DMA_GO) != 0) {
            dma->done_at = now + SIM_DMA_SETUP + dma->length / 16U;
        }
        break;
    }
}

bool sim_dma_write(struct sim_dma *dma, u64 now, u32 offset, u32 size, u32 value)
{
    if (size != 4U || offset > DMA_ENABLE) {
        return false;
    }
    if (offset == DMA_STATUS) {
        dma->status &= ~value;
    } else if (offset == DMA_ENABLE) {
        dma->enable = value & (DMA_DONE | DMA_ERROR);
    } else if (dma->done_at == SIM_TIME_NEVER) {
        transfer_write(dma, now, offset, value);
    }
    return true;
}

static bool transfer_valid(const struct sim_dma *dma)
{
    return dma->length != 0 && (dma->source | dma->target | dma->length) % 4U == 0 &&
           sim_ram_has(paddr(dma->source), dma->length) &&
           sim_ram_has(paddr(dma->target), dma->length);
}

static void transfer(const struct sim_dma *dma, struct sim_cache *cache, struct sim_ram *ram)
{
    u8 bytes[CHUNK];

    for (u32 done = 0; done < dma->length; done += CHUNK) {
        paddr_t source = paddr(dma->source + done);
        paddr_t target = paddr(dma->target + done);
        u32 part = dma->length - done < CHUNK ? dma->length - done : CHUNK;
        sim_cache_memory_read(cache, ram, source, bytes, part);
        sim_cache_memory_write(cache, ram, target, bytes, part);
    }
}

void sim_dma_update(struct sim_dma *dma, u64 now, struct sim_cache *cache, struct sim_ram *ram)
{
    if (now < dma->done_at) {
        return;
    }
    dma->done_at = SIM_TIME_NEVER;
    dma->status |= DMA_DONE;
    if (transfer_valid(dma)) {
        transfer(dma, cache, ram);
    } else {
        dma->status |= DMA_ERROR;
    }
}

bool sim_dma_line(const struct sim_dma *dma)
{
    return (dma->status & dma->enable) != 0;
}
