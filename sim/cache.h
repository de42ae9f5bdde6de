/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Caches: a data cache, write-back and write-allocate, and an instruction cache,
 * both physically tagged, before the memory that devices see. Evicted is what
 * a seeded choice says. With disturbance on, lines are also evicted, cleaned
 * and filled unasked, as hardware may do at any time. So maintenance that a
 * program leaves out becomes stale data that a test can see.
 *
 * RAM (ram.h) holds what is seen through the data cache. Where memory itself
 * differs from that, the line's entry here holds what is in memory: such a line
 * is *split*. So whoever is coherent with the data cache just uses RAM: cells by
 * their cached mappings, the hypervisor, and the table walker, whose walks are
 * inner shareable and write-back (VTCR, DDI 0406C B4.1).
 *
 * The point of unification lies before the point of coherency: what is cleaned
 * only to the first is seen by instruction fetches, and not by devices.
 */
#ifndef SIM_CACHE_H
#define SIM_CACHE_H

#include "ram.h"
#include "random.h"
#include "sim_limits.h"
#include "types.h"

#define SIM_CACHE_LINE 64U
#define SIM_CACHE_WAYS 4U
/* CTR of a Cortex-A15: lines of 64 bytes, instruction cache physical. */
#define SIM_CACHE_CTR 0x8444c004U
/* Mean distance of disturbances, in cached accesses, after reset. */
#define SIM_CACHE_DISTURB 512U
/* Maintenance that may wait for a barrier: more than that of a page. */
#define SIM_CACHE_LATER 127U

/* Tags: the line's address, and flags. */
#define SIM_LINE_VALID 1U
#define SIM_LINE_DIRTY 2U   /* to be written back; also split */
#define SIM_LINE_SPLIT 4U   /* memory[] holds what is in memory */
#define SIM_LINE_UNIFIED 8U /* dirty, and clean to the point of unification */
#define SIM_LINE_FLAGS (SIM_CACHE_LINE - 1U)

struct sim_cache {
    u32 tags[SIM_CACHE_SETS][SIM_CACHE_WAYS];
    u32 code_tags[SIM_CODE_SETS][SIM_CACHE_WAYS];
    struct sim_random random;
    u32 ctr;
    u32 disturb_in;    /* cached accesses until the next disturbance */
    u32 disturb_every; /* mean distance of these; 0: off */
    u32 pad;
    /* Figures for tests; they decide nothing. */
    u64 fills;
    u64 evictions;
    u64 write_backs;
    u64 disturbances;
    u32 later_count; /* maintenance that waits for a DSB, in program order: */
    u32 later[SIM_CACHE_LATER]; /* a line's address and one of enum sim_cache_event */
    u8 held[SIM_RAM_PAGES]; /* data lines of each page */
    u8 memory[SIM_CACHE_SETS][SIM_CACHE_WAYS][SIM_CACHE_LINE];
    u8 code[SIM_CODE_SETS][SIM_CACHE_WAYS][SIM_CACHE_LINE];
};

void sim_cache_reset(struct sim_cache *cache, u64 seed);
/* One disturbance per about `every` cached accesses; 0 turns them off. */
void sim_cache_disturb_every(struct sim_cache *cache, u32 every);

/* ---- accesses ------------------------------------------------------------*/
void sim_cache_touch_slow(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa, bool write);

/* Before a guest's access to RAM by a cached mapping: brings the line in, to be
 * written if it will be. The access is in one line, and in RAM. */
static inline void sim_cache_touch(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa,
                                   bool write)
{
    const u32 *tags = cache->tags[pa.raw / SIM_CACHE_LINE % SIM_CACHE_SETS];
    u32 line = pa.raw & ~SIM_LINE_FLAGS;
    u32 ready = SIM_LINE_VALID;
    u32 either = SIM_LINE_DIRTY | SIM_LINE_SPLIT | SIM_LINE_UNIFIED;

    if (write) {
        ready |= SIM_LINE_DIRTY | SIM_LINE_SPLIT;
        either = 0;
    }
    for (u32 way = 0; way < SIM_CACHE_WAYS; way++) {
        if ((tags[way] & ~either) == (line | ready)) {
            if (__builtin_expect(--cache->disturb_in != 0, 1)) {
                return;
            }
            break;
        }
    }
    sim_cache_touch_slow(cache, ram, pa, write);
}

/* Before the hypervisor writes to [pa, pa + size), in one page: what of it the
 * cache holds becomes dirty. What it does not hold is brought in with a disturbance;
 * else it is written as if it were written back at once, which hardware may do. */
void sim_cache_touch_held(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa, u32 size);
/* The same for a line, and brings it in. */
void sim_cache_fill_dirty(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa);

/* Memory itself, past the caches: devices, and mappings that are not cached. */
void sim_cache_memory_read(const struct sim_cache *cache, const struct sim_ram *ram, paddr_t pa,
                           void *to, u32 size);
void sim_cache_memory_write(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa,
                            const void *from, u32 size);
/* The instruction word that an address is in, by a cached mapping. */
u32 sim_cache_fetch(struct sim_cache *cache, const struct sim_ram *ram, paddr_t pa);

/* ---- maintenance (B4.2.1), of one line by any address in it ----------------*/
void sim_cache_clean(struct sim_cache *cache, u32 mva);
void sim_cache_invalidate(struct sim_cache *cache, struct sim_ram *ram, u32 mva);
void sim_cache_clean_invalidate(struct sim_cache *cache, struct sim_ram *ram, u32 mva);
void sim_cache_unify(struct sim_cache *cache, u32 mva);
void sim_cache_code_invalidate(struct sim_cache *cache, u32 mva);
void sim_cache_code_invalidate_all(struct sim_cache *cache);

/* One of these, when a DSB comes or earlier; and the DSB. */
void sim_cache_later(struct sim_cache *cache, struct sim_ram *ram, u32 operation, u32 mva);
void sim_cache_complete(struct sim_cache *cache, struct sim_ram *ram);

/* ---- for tests -----------------------------------------------------------*/
/* Flags of the line in the data cache; 0 if it is not there. */
u32 sim_cache_line_flags(const struct sim_cache *cache, paddr_t pa);
/* What is wrong with the bookkeeping; NULL if nothing is. */
const char *sim_cache_check(const struct sim_cache *cache);

/* What happened to lines, in order: a line's address and one of these. */
enum sim_cache_event {
    SIM_CACHE_FILLED = 0,
    SIM_CACHE_EVICTED,      /* written back first, if it was dirty */
    SIM_CACHE_CLEANED,      /* unasked */
    SIM_CACHE_CODE_FILLED,
    SIM_CACHE_CODE_EVICTED,
    SIM_CACHE_COPIED,       /* held, and written by the hypervisor */
    SIM_CACHE_DCCMVAC,      /* from here on: maintenance asked for */
    SIM_CACHE_DCIMVAC,
    SIM_CACHE_DCCIMVAC,
    SIM_CACHE_DCCMVAU,
    SIM_CACHE_ICIMVAU,
    SIM_CACHE_ICIALLUIS,
    SIM_CACHE_BPIALLIS
};
struct sim_cache_log {
    u32 room;
    u32 count; /* all that happened: from room on they are not in event[] */
    u32 *event;
};
/* NULL unless a test wants to know. No part of the machine. */
extern struct sim_cache_log *sim_cache_log;
void sim_cache_log_add(enum sim_cache_event event, u32 mva);

#endif
