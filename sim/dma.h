/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DMA engine of this machine's own: copies words from one place of RAM to
 * another, past the caches, and raises its line when it is done. It goes by
 * physical addresses and there is no SMMU: whoever has its registers can reach
 * all memory. Registers are words; user/lib/dma_engine.h says what they do.
 */
#ifndef SIM_DMA_H
#define SIM_DMA_H

#include "cache.h"
#include "gic.h"
#include "ram.h"
#include "types.h"

#define SIM_LINE_DMA 48U
/* A transfer takes this long, in instructions of 1 ns, and one for each 16 bytes. */
#define SIM_DMA_SETUP 100U

struct sim_dma {
    u64 done_at; /* SIM_TIME_NEVER: nothing is under way */
    u32 source;
    u32 target;
    u32 length; /* bytes */
    u32 status;
    u32 enable;
    u32 pad;
};

void sim_dma_reset(struct sim_dma *dma);
bool sim_dma_read(const struct sim_dma *dma, u32 offset, u32 size, u32 *value);
bool sim_dma_write(struct sim_dma *dma, u64 now, u32 offset, u32 size, u32 value);
/* All that is read and written is so at the end, at done_at. */
void sim_dma_update(struct sim_dma *dma, u64 now, struct sim_cache *cache, struct sim_ram *ram);
/* What the line should be. */
bool sim_dma_line(const struct sim_dma *dma);

#endif
