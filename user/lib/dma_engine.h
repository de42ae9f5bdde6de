/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DMA engine of the simulated board. It copies words between physical
 * addresses, past the caches: a region for it is marked `dma` in the
 * description, so that its address is the physical one, and the cell cleans and
 * invalidates it (thimble_cache_maintain). `base` is the guest address of the
 * device region.
 */
#ifndef USER_DMA_ENGINE_H
#define USER_DMA_ENGINE_H

#include <stdint.h>

#include "memory.h"

/* Register offsets; words. Source, target and length can be written only while
 * nothing is under way; all three are multiples of 4. */
#define DMA_SOURCE 0x00U
#define DMA_TARGET 0x04U
#define DMA_LENGTH 0x08U  /* bytes, not 0 */
#define DMA_CONTROL 0x0cU /* written: DMA_GO; read: DMA_BUSY */
#define DMA_STATUS 0x10U  /* ones that are written are cleared */
#define DMA_ENABLE 0x14U  /* bits of the status that raise the line */

#define DMA_GO 1U
#define DMA_BUSY 1U
#define DMA_DONE 1U
#define DMA_ERROR 2U /* not all of it is in memory: nothing was copied */

static inline void dma_start(uint32_t base, uint32_t target, uint32_t source, uint32_t length)
{
    thimble_write32(base + DMA_SOURCE, source);
    thimble_write32(base + DMA_TARGET, target);
    thimble_write32(base + DMA_LENGTH, length);
    thimble_write32(base + DMA_ENABLE, DMA_DONE | DMA_ERROR);
    thimble_write32(base + DMA_CONTROL, DMA_GO);
}

/* How it ended: DMA_DONE, or with DMA_ERROR; 0 if it has not. Quiets the line. */
static inline uint32_t dma_end(uint32_t base)
{
    uint32_t status = thimble_read32(base + DMA_STATUS);

    thimble_write32(base + DMA_STATUS, status);
    return status;
}

#endif
