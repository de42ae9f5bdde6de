/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A block is handed to a device that goes past the caches, and another comes
 * back. While the engine copies, the program fills the block that comes next,
 * beside the target: the CPU may then fetch lines of the target unasked, which
 * is why these are invalidated afterwards too.
 */
#include "dma_engine.h"
#include "memory.h"
#include "mover.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

#define BLOCK 1024U
/* Two sources in turn, and the target between them. */
#define TARGET BLOCK
#define SOURCE(n) ((n) % 2U * 2U * BLOCK)

static void block_fill(uint32_t offset, uint32_t number)
{
    for (uint32_t i = 0; i < BLOCK; i += 4U) {
        thimble_write32(MOVER_BUFFER_AT + offset + i, number * BLOCK + i);
    }
}

/* Is it what block_fill() wrote? Leaves something else there, not cleaned. */
static int block_take(uint32_t offset, uint32_t number)
{
    int good = 1;

    for (uint32_t i = 0; i < BLOCK; i += 4U) {
        uint32_t word = thimble_read32(MOVER_BUFFER_AT + offset + i);
        good = good && word == number * BLOCK + i;
        thimble_write32(MOVER_BUFFER_AT + offset + i, ~0U);
    }
    return good;
}

static uint32_t maintain(uint32_t offset, uint32_t operation)
{
    return thimble_cache_maintain(MOVER_SLOT_BUFFER, offset, BLOCK, operation);
}

/* The engine's answer; the source after this one is filled meanwhile. */
static uint32_t move(uint32_t number, uint32_t without)
{
    uint32_t bits;

    if ((without & MOVER_NO_CLEAN) == 0) {
        (void)maintain(SOURCE(number), THIMBLE_CACHE_CLEAN);
    }
    if ((without & MOVER_NO_PREPARE) == 0) {
        /* No line of the target may be written back over what the engine writes. */
        (void)maintain(TARGET, THIMBLE_CACHE_CLEAN | THIMBLE_CACHE_INVALIDATE);
    }
    dma_start(MOVER_ENGINE_AT, MOVER_BUFFER_AT + TARGET, MOVER_BUFFER_AT + SOURCE(number), BLOCK);
    block_fill(SOURCE(number + 1U), number + 1U);
    (void)thimble_wait(MOVER_SLOT_DONE, THIMBLE_NEVER, &bits);
    uint32_t status = dma_end(MOVER_ENGINE_AT);
    (void)thimble_irq_ack(MOVER_SLOT_IRQ);
    if ((without & MOVER_NO_FINISH) == 0) {
        (void)maintain(TARGET, THIMBLE_CACHE_INVALIDATE);
    }
    return status;
}

PROGRAM(mover)
{
    stats_start(thimble_stats());
    (void)thimble_irq_bind(MOVER_SLOT_IRQ, MOVER_SLOT_DONE);
    block_fill(SOURCE(0), 0);
    for (uint32_t number = 0;; number++) {
        uint64_t start = thimble_time();
        uint32_t status = move(number, argument);
        uint64_t end = thimble_time();
        stats_record(thimble_stats(), (uint32_t)(end - start));
        if (status != DMA_DONE || !block_take(TARGET, number)) {
            stats_miss(thimble_stats());
        }
    }
}
