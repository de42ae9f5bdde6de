/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage-2 translation (DDI 0406C B3.6, B3.10): walks the LPAE tables that
 * arm/stage2.c writes into simulated RAM, and a TLB tagged by VMID that keeps
 * final translations and table pointers of walks until it is told to drop
 * them. It never forgets by itself, except that a full table evicts one entry
 * by seeded choice. So an invalidation that the hypervisor leaves out becomes
 * a stale access that a test can see. With speculation on, it also walks
 * pages near the last one used, as real hardware does unasked; and what walks find
 * is kept a second time, by intermediate address, as Cortex-A7 has it: entries of
 * stage 2 alone, which an invalidation by virtual address need not reach (B3.10.5).
 *
 * Stage 1 is off for native cells, so the virtual address of an invalidation
 * is the intermediate one.
 *
 * What the hypervisor writes to tables reaches the walker when a DSB has come, or
 * earlier, in any order; an invalidation is done at the next DSB, and VTTBR changes
 * at the next ISB (B3.10.1, B3.15.5). Walks that see one of these too early or too late
 * are what barriers are for.
 */
#ifndef SIM_MMU_H
#define SIM_MMU_H

#include "ram.h"
#include "random.h"
#include "sim_limits.h"
#include "types.h"

/* VTCR as the hypervisor's boot code sets it: 4 root entries, start at level
 * 1, walks inner shareable and write-back cacheable (B4.1, VTCR). */
#define SIM_MMU_VTCR 0x80003540U
/* Likewise for spaces that do without so many address bits: walks start at level 2. */
#define SIM_MMU_VTCR_NARROW(t0sz) (0x80003500U | (t0sz))

#define SIM_FRONT_ENTRIES 64U
/* Entries of stage 2 alone. */
#define SIM_IPA_ENTRIES 16U
/* Writes to tables that the walker may not have seen. */
#define SIM_STORES 16U

enum sim_access {
    SIM_READ = 0,
    SIM_WRITE = 1,
    SIM_EXECUTE = 2
};

enum sim_fault_kind {
    SIM_FAULT_NONE = 0,
    SIM_FAULT_TRANSLATION,
    SIM_FAULT_ACCESS_FLAG,
    SIM_FAULT_PERMISSION,
    SIM_FAULT_WALK,        /* external abort on a table walk */
    SIM_FAULT_ADDRESS_SIZE /* output address beyond this machine's 32 bits */
};

struct sim_fault {
    u32 ipa;
    u8 kind;     /* enum sim_fault_kind */
    u8 level;    /* of the entry that caused it: 1 to 3 */
    u8 access;   /* enum sim_access */
    u8 reserved; /* not 0: the entry had a reserved encoding */
};

/* tag: bit 31 valid, 30:28 kind (0 in the front), 27:20 VMID, 19:0 page.
 * word: 31:12 address, 8:5 MemAttr, 4:3 level, 2:0 one bit per enum sim_access. */
struct sim_tlb_entry {
    u32 tag;
    u32 word;
};

/* A table write that is under way: what the walker sees instead. */
struct sim_store {
    u64 before;
    u32 at;
    u32 pad;
};

#define SIM_DROPPED_ALL 1U /* no context, which has bit 31 */

struct sim_mmu {
    u64 vttbr;
    u32 vtcr;
    u32 context; /* VMID of vttbr, as it stands in tags */
    /* A direct-mapped cache of tlb[] by pages, with nothing that is not there. */
    struct sim_tlb_entry front[SIM_FRONT_ENTRIES];
    struct sim_tlb_entry tlb[SIM_TLB_ENTRIES];
    u64 places[256]; /* of each VMID: the 64ths of tlb[] in which it may have entries */
    struct sim_tlb_entry ipa[SIM_IPA_ENTRIES];
    struct sim_store stores[SIM_STORES]; /* in program order */
    u32 store_count;
    u32 store_in; /* table writes until one of stores[] is seen all the same */
    u32 dropped;  /* context whose invalidation waits for a DSB; SIM_DROPPED_ALL, 0 */
    u32 pending;  /* not 0: vttbr_next waits for an ISB */
    u32 ipa_used; /* entries of ipa[] to look at: all or none */
    u32 pad2;
    u64 vttbr_next;
    struct sim_random random;
    u32 speculation_in;    /* accesses until the next speculative walk */
    u32 speculation_every; /* mean distance of these; 0 = off */
    u32 last_ipa;
    bool walks_end_by_mva; /* see sim_mmu_tlbi_mva */
    u8 pad[3];
    /* Figures for tests; they decide nothing. */
    u64 walks;
    u64 speculations;
    u64 evictions;
};

void sim_mmu_reset(struct sim_mmu *mmu, u64 seed);
/* One speculative walk per about every accesses; 0 turns speculation off. */
void sim_mmu_speculate_every(struct sim_mmu *mmu, u32 every);
/* A point at which hardware may speculate though no guest accesses memory. */
void sim_mmu_tick(struct sim_mmu *mmu, const struct sim_ram *ram);

/* TLBIALLNSNHIS (B3.10.5): all entries of all VMIDs. */
void sim_mmu_tlbi_all(struct sim_mmu *mmu);
/* TLBIALLIS executed in Hyp mode: all entries of the current VMID. */
void sim_mmu_tlbi_vmid(struct sim_mmu *mmu);
/* TLBIMVAAIS in Hyp mode: translations of that address under the current
 * VMID. Table pointers remembered from walks stay unless walks_end_by_mva is
 * set: the model is the strictest hardware that the manual allows, so whoever
 * frees a table page must use one of the two above. */
void sim_mmu_tlbi_mva(struct sim_mmu *mmu, u32 mva);

/* A table write, before RAM is changed; and what makes it and others be seen. */
void sim_mmu_store(struct sim_mmu *mmu, const struct sim_ram *ram, paddr_t at);
void sim_mmu_dsb(struct sim_mmu *mmu, const struct sim_ram *ram);
/* Invalidations as above that wait for it. */
void sim_mmu_drop_all(struct sim_mmu *mmu);
void sim_mmu_drop_vmid(struct sim_mmu *mmu);
/* VTTBR is written; the next ISB makes it count. */
void sim_mmu_vttbr_later(struct sim_mmu *mmu, u64 vttbr);
void sim_mmu_isb(struct sim_mmu *mmu);

bool sim_mmu_find_slow(struct sim_mmu *mmu, const struct sim_ram *ram, u32 ipa,
                       enum sim_access access, u32 *word, struct sim_fault *fault);

/* Does the TLB hold a translation of ipa under vmid? For tests. */
bool sim_mmu_holds(const struct sim_mmu *mmu, u32 vmid, u32 ipa);
/* Hyp Syndrome Register for a data or prefetch abort, without instruction
 * details (B3.13; ISV 0). */
u32 sim_fault_hsr(const struct sim_fault *fault);

static inline void sim_mmu_set_vttbr(struct sim_mmu *mmu, u64 vttbr)
{
    mmu->vttbr = vttbr;
    mmu->context = 0x80000000U | (((u32)(vttbr >> 48) & 0xffU) << 20);
    mmu->pending = 0;
}

static inline u32 sim_front_index(u32 tag)
{
    return (tag + (tag >> 20) * 9U) % SIM_FRONT_ENTRIES;
}

/* Translates under the current VTTBR. On success *word is that of the page's
 * TLB entry and *fault is not touched; otherwise the reverse. */
static inline bool sim_mmu_find(struct sim_mmu *mmu, const struct sim_ram *ram, u32 ipa,
                                enum sim_access access, u32 *word, struct sim_fault *fault)
{
    u32 tag = mmu->context | (ipa >> PAGE_SHIFT);
    const struct sim_tlb_entry *entry = &mmu->front[sim_front_index(tag)];

    if (__builtin_expect(entry->tag == tag && ((entry->word >> access) & 1U) != 0, 1) &&
        __builtin_expect(--mmu->speculation_in != 0, 1)) {
        *word = entry->word;
        return true;
    }
    return sim_mmu_find_slow(mmu, ram, ipa, access, word, fault);
}

static inline paddr_t sim_mmu_address(u32 word, u32 ipa)
{
    return paddr((word & ~(PAGE_SIZE - 1U)) | (ipa & (PAGE_SIZE - 1U)));
}

/* Inner cacheable normal memory, by MemAttr (B3.6.2)? Write-through is treated
 * as write-back. */
static inline bool sim_mmu_cached(u32 word)
{
    u32 memattr = (word >> 5) & 0xfU;

    return (memattr & 0xcU) != 0 && (memattr & 2U) != 0;
}

/* The same, for the physical address alone. */
static inline bool sim_mmu_translate(struct sim_mmu *mmu, const struct sim_ram *ram, u32 ipa,
                                     enum sim_access access, paddr_t *out,
                                     struct sim_fault *fault)
{
    u32 word;
    bool good = sim_mmu_find(mmu, ram, ipa, access, &word, fault);

    if (good) {
        *out = sim_mmu_address(word, ipa);
    }
    return good;
}

#endif
