/* SPDX-License-Identifier: BSD-2-Clause */
#include "mmu.h"

/* Slots of the TLB in which an entry can stand. */
#define WINDOW 8U

/* Kinds of TLB entries; 1 to 3: translation by an entry of that level. */
#define KIND_TABLE2 4U /* level-2 table of 1 GiB, from a level-1 entry */
#define KIND_TABLE3 5U /* level-3 table of 2 MiB, from a level-2 entry */
#define KIND_SHIFT 28U
#define TAG_CONTEXT 0x8ff00000U /* valid bit and VMID */
#define PLACE_ENTRIES (SIM_TLB_ENTRIES / 64U)
_Static_assert(SIM_TLB_ENTRIES % 64U == 0, "a bit for each place");
/* One in so many walks leaves an entry of stage 2 alone, and one in so many table
 * writes is seen before its barrier; both on average. */
#define IPA_SHARE 4U
#define STORE_SHARE 8U
#define PAGE_MASK (PAGE_SIZE - 1U)

/* Descriptors (B3.6.1, B3.6.2), written anew: what stage2.c believes of them
 * must not be believed here. */
#define ENTRY_TYPE(d) ((u32)(d) & 3U)
#define TYPE_BLOCK 1U
#define TYPE_TABLE 3U /* or page, at level 3 */
#define ENTRY_MEMATTR(d) (((u32)(d) >> 2) & 0xfU)
#define ENTRY_HAP_READ(d) (((u32)(d) >> 6) & 1U)
#define ENTRY_HAP_WRITE(d) (((u32)(d) >> 7) & 1U)
#define ENTRY_SH(d) (((u32)(d) >> 8) & 3U)
#define ENTRY_AF(d) (((u32)(d) >> 10) & 1U)
#define ENTRY_XN(d) ((u32)((d) >> 54) & 1U)
#define ENTRY_ADDRESS(d) ((d) & 0xfffffff000U) /* 39:12 */

#define VTCR_T0SZ(v) ((v) & 0xfU)
#define VTCR_S (1U << 4)
#define VTCR_SL0(v) (((v) >> 6) & 3U)

static u32 level_shift(u32 level)
{
    return PAGE_SHIFT + 9U * (3U - level);
}

static u32 kind_shift(u32 kind)
{
    return kind == KIND_TABLE2 ? 30U : kind == KIND_TABLE3 ? 21U : level_shift(kind);
}

static u32 tlb_tag(u32 context, u32 kind, u32 ipa)
{
    u32 shift = kind_shift(kind);

    return context | (kind << KIND_SHIFT) | ((ipa >> shift << shift) >> PAGE_SHIFT);
}

static u64 *places_of(struct sim_mmu *mmu, u32 tag)
{
    return &mmu->places[tag >> 20 & 0xffU];
}

static u32 tlb_slot(u32 tag)
{
    /* Multiplicative hashing: windows of neighbouring pages lie apart. */
    return (tag * 0x9e3779b1U) >> 8;
}

static const struct sim_tlb_entry *tlb_find(const struct sim_mmu *mmu, u32 tag)
{
    u32 slot = tlb_slot(tag);

    for (u32 i = 0; i < WINDOW; i++) {
        const struct sim_tlb_entry *entry = &mmu->tlb[(slot + i) % SIM_TLB_ENTRIES];

        if (entry->tag == tag) {
            return entry;
        }
    }
    return NULL;
}

static void front_clear(struct sim_mmu *mmu)
{
    memset(mmu->front, 0, sizeof(mmu->front));
}

static void tlb_put(struct sim_mmu *mmu, u32 slot, u32 tag, u32 word)
{
    mmu->tlb[slot] = (struct sim_tlb_entry){tag, word};
    *places_of(mmu, tag) |= (u64)1 << (slot / PLACE_ENTRIES);
}

static void tlb_insert(struct sim_mmu *mmu, u32 tag, u32 word)
{
    u32 slot = tlb_slot(tag);

    for (u32 i = 0; i < WINDOW; i++) {
        if (mmu->tlb[(slot + i) % SIM_TLB_ENTRIES].tag == 0) {
            tlb_put(mmu, (slot + i) % SIM_TLB_ENTRIES, tag, word);
            return;
        }
    }
    slot += sim_random_below(&mmu->random, WINDOW);
    tlb_put(mmu, slot % SIM_TLB_ENTRIES, tag, word);
    mmu->evictions++;
    front_clear(mmu);
}

static void tlb_remove(struct sim_mmu *mmu, u32 tag)
{
    u32 slot = tlb_slot(tag);

    for (u32 i = 0; i < WINDOW; i++) {
        struct sim_tlb_entry *entry = &mmu->tlb[(slot + i) % SIM_TLB_ENTRIES];

        if (entry->tag == tag) {
            *entry = (struct sim_tlb_entry){0, 0};
        }
    }
}

static const struct sim_tlb_entry *tlb_lookup(const struct sim_mmu *mmu, u32 context, u32 ipa)
{
    for (u32 kind = 3; kind >= 1U; kind--) {
        const struct sim_tlb_entry *entry = tlb_find(mmu, tlb_tag(context, kind, ipa));

        if (entry != NULL) {
            return entry;
        }
    }
    return NULL;
}

/* ---- entries of stage 2 alone ---------------------------------------------*/

static const struct sim_tlb_entry *ipa_find(const struct sim_mmu *mmu, u32 ipa)
{
    for (u32 i = 0; i < mmu->ipa_used; i++) {
        const struct sim_tlb_entry *entry = &mmu->ipa[i];
        u32 kind = entry->tag >> KIND_SHIFT & 7U;

        if (entry->tag != 0 && entry->tag == tlb_tag(mmu->context, kind, ipa)) {
            return entry;
        }
    }
    return NULL;
}

/* With speculation on only: one switch for what hardware need not do. */
static void ipa_keep(struct sim_mmu *mmu, u32 tag, u32 word)
{
    if (mmu->speculation_every != 0 && sim_random_below(&mmu->random, IPA_SHARE) == 0) {
        mmu->ipa[sim_random_below(&mmu->random, SIM_IPA_ENTRIES)] =
            (struct sim_tlb_entry){tag, word};
        mmu->ipa_used = SIM_IPA_ENTRIES;
    }
}

static void ipa_drop(struct sim_mmu *mmu, u32 context)
{
    u32 left = 0;

    for (u32 i = 0; i < mmu->ipa_used; i++) {
        if (context == SIM_DROPPED_ALL || (mmu->ipa[i].tag & TAG_CONTEXT) == context) {
            mmu->ipa[i] = (struct sim_tlb_entry){0, 0};
        }
        left |= mmu->ipa[i].tag;
    }
    mmu->ipa_used = left != 0 ? SIM_IPA_ENTRIES : 0;
}

/* ---- table writes -----------------------------------------------------------*/

/* The oldest of those to the same place as this one is seen: order holds for each
 * place, and for no two. */
static void store_see(struct sim_mmu *mmu, u32 store)
{
    u32 first = 0;

    while (mmu->stores[first].at != mmu->stores[store].at) {
        first++;
    }
    mmu->store_count--;
    memmove(&mmu->stores[first], &mmu->stores[first + 1U],
            (mmu->store_count - first) * sizeof(mmu->stores[0]));
    mmu->stores[mmu->store_count] = (struct sim_store){0, 0, 0};
}

static u64 descriptor_seen(const struct sim_mmu *mmu, const struct sim_ram *ram, u32 at)
{
    for (u32 i = 0; i < mmu->store_count; i++) {
        if (mmu->stores[i].at == at) {
            return mmu->stores[i].before;
        }
    }
    return sim_ram_read64(ram, paddr(at));
}

void sim_mmu_store(struct sim_mmu *mmu, const struct sim_ram *ram, paddr_t at)
{
    if (mmu->store_count == SIM_STORES) {
        mmu->store_count = SIM_STORES / 2U;
        memcpy(mmu->stores, &mmu->stores[SIM_STORES / 2U], sizeof(mmu->stores) / 2U);
    } else if (mmu->store_count != 0 && mmu->store_in-- == 0) {
        store_see(mmu, sim_random_below(&mmu->random, mmu->store_count));
        mmu->store_in = sim_random_below(&mmu->random, 2U * STORE_SHARE);
    }
    mmu->stores[mmu->store_count++] =
        (struct sim_store){sim_ram_read64(ram, at), at.raw, 0};
}

/* ---- walks ------------------------------------------------------------------*/

/* What a walk found: an entry to cache, or a fault. */
struct walk {
    u64 descriptor;
    u32 level;
    u8 fault; /* enum sim_fault_kind */
    bool reserved;
};

/* Where the walk can start: the longest part of it that the TLB remembers. */
static u32 walk_start(const struct sim_mmu *mmu, u32 ipa, u64 *table)
{
    const struct sim_tlb_entry *entry = tlb_find(mmu, tlb_tag(mmu->context, KIND_TABLE3, ipa));

    if (entry != NULL) {
        *table = entry->word & ~PAGE_MASK;
        return 3;
    }
    entry = tlb_find(mmu, tlb_tag(mmu->context, KIND_TABLE2, ipa));
    if (entry != NULL) {
        *table = entry->word & ~PAGE_MASK;
        return 2;
    }
    /* BADDR 39:5, or to 14 - T0SZ for a root of level 2; below there are zeroes. */
    *table = mmu->vttbr & 0xffffffffe0U;
    if (VTCR_SL0(mmu->vtcr) == 1U) {
        return 1;
    }
    *table &= ~(((u64)1 << (14U - VTCR_T0SZ(mmu->vtcr))) - 1U);
    return 2;
}

/* Is ipa within the input range that VTCR.T0SZ gives? */
static bool walk_in_range(const struct sim_mmu *mmu, u32 ipa)
{
    u32 t0sz = VTCR_T0SZ(mmu->vtcr);

    /* S extends the sign: T0SZ -8 to -1 give more than 32 bits. */
    if ((mmu->vtcr & VTCR_S) != 0 || t0sz == 0) {
        return true;
    }
    return ipa >> (32U - t0sz) == 0;
}

static bool memattr_reserved(u32 memattr)
{
    /* Inner attributes 00 exist only for Strongly-ordered and Device memory,
     * which have no others than 00 and 01. */
    return (memattr & 0xcU) == 0 ? memattr > 1U : (memattr & 3U) == 0;
}

static void walk_leaf(struct walk *w)
{
    u64 d = w->descriptor;

    if (memattr_reserved(ENTRY_MEMATTR(d)) || ENTRY_SH(d) == 1U) {
        w->fault = SIM_FAULT_TRANSLATION;
        w->reserved = true;
    } else if (ENTRY_AF(d) == 0) {
        w->fault = SIM_FAULT_ACCESS_FLAG;
    } else if (ENTRY_ADDRESS(d) > 0xffffffffU) {
        w->fault = SIM_FAULT_ADDRESS_SIZE;
    }
}

static u64 walk_entry_address(const struct sim_mmu *mmu, u64 table, u32 level, u32 ipa)
{
    /* Tables at the starting level may be concatenated, or just 4 entries. */
    bool start = level == 1U || (level == 2U && VTCR_SL0(mmu->vtcr) == 0);
    u32 index = ipa >> level_shift(level);

    return table + (start ? index : index % 512U) * 8U;
}

static struct walk walk(struct sim_mmu *mmu, const struct sim_ram *ram, u32 ipa)
{
    u64 table;
    struct walk w = {0, walk_start(mmu, ipa, &table), SIM_FAULT_NONE, false};

    mmu->walks++;
    if (!walk_in_range(mmu, ipa) || VTCR_SL0(mmu->vtcr) > 1U) {
        w.fault = SIM_FAULT_TRANSLATION;
        return w;
    }
    for (;; w.level++) {
        u64 at = walk_entry_address(mmu, table, w.level, ipa);

        if (at > 0xffffffffU || !sim_ram_has(paddr((u32)at), 8)) {
            w.fault = SIM_FAULT_WALK;
            return w;
        }
        w.descriptor = descriptor_seen(mmu, ram, (u32)at);
        if (ENTRY_TYPE(w.descriptor) == (w.level == 3U ? TYPE_TABLE : TYPE_BLOCK)) {
            walk_leaf(&w);
            return w;
        }
        if (w.level == 3U || ENTRY_TYPE(w.descriptor) != TYPE_TABLE) {
            w.fault = SIM_FAULT_TRANSLATION;
            w.reserved = ENTRY_TYPE(w.descriptor) == TYPE_BLOCK;
            return w;
        }
        table = ENTRY_ADDRESS(w.descriptor);
        if (table > 0xffffffffU) {
            w.level++;
            w.fault = SIM_FAULT_WALK;
            return w;
        }
        tlb_insert(mmu, tlb_tag(mmu->context, w.level == 1U ? KIND_TABLE2 : KIND_TABLE3, ipa),
                   (u32)table);
    }
}

static u32 walk_word(const struct walk *w)
{
    u64 d = w->descriptor;
    u32 shift = level_shift(w->level);
    u32 read = ENTRY_HAP_READ(d);
    /* A fetch needs the right to read too (B3.7). */
    u32 word = read << SIM_READ | ENTRY_HAP_WRITE(d) << SIM_WRITE |
               (read & (ENTRY_XN(d) ^ 1U)) << SIM_EXECUTE;

    word |= w->level << 3 | ENTRY_MEMATTR(d) << 5;
    return word | ((u32)ENTRY_ADDRESS(d) >> shift << shift);
}

/* What translates an address is cached; the word of it, or the fault. */
static u32 walk_keep(struct sim_mmu *mmu, const struct sim_ram *ram, u32 ipa, struct walk *w)
{
    const struct sim_tlb_entry *entry = ipa_find(mmu, ipa);

    if (entry != NULL) {
        w->fault = SIM_FAULT_NONE;
        tlb_insert(mmu, entry->tag, entry->word);
        return entry->word;
    }
    *w = walk(mmu, ram, ipa);
    if (w->fault != SIM_FAULT_NONE) {
        return 0;
    }
    u32 tag = tlb_tag(mmu->context, w->level, ipa);
    u32 word = walk_word(w);
    tlb_insert(mmu, tag, word);
    ipa_keep(mmu, tag, word);
    return word;
}

/* A walk that no access asked for; what it finds is cached all the same, its
 * faults are not (B3.9). */
static void speculate(struct sim_mmu *mmu, const struct sim_ram *ram)
{
    u32 page = (mmu->last_ipa >> PAGE_SHIFT) + sim_random_below(&mmu->random, 17) - 8U;
    u32 ipa = page << PAGE_SHIFT;

    mmu->speculations++;
    if (tlb_lookup(mmu, mmu->context, ipa) == NULL) {
        struct walk w;

        (void)walk_keep(mmu, ram, ipa, &w);
    }
}

static void speculation_arm(struct sim_mmu *mmu)
{
    u32 every = mmu->speculation_every;

    mmu->speculation_in =
        every == 0 ? 0xffffffffU : 1U + sim_random_below(&mmu->random, 2U * every - 1U);
}

void sim_mmu_tick(struct sim_mmu *mmu, const struct sim_ram *ram)
{
    if (mmu->speculation_in == 0 || --mmu->speculation_in == 0) {
        if (mmu->speculation_every != 0) {
            speculate(mmu, ram);
        }
        speculation_arm(mmu);
    }
}

static bool fault_fill(struct sim_fault *fault, enum sim_fault_kind kind, u32 level, u32 ipa,
                       enum sim_access access, bool reserved)
{
    *fault = (struct sim_fault){ipa, (u8)kind, (u8)level, (u8)access, reserved};
    return false;
}

bool sim_mmu_find_slow(struct sim_mmu *mmu, const struct sim_ram *ram, u32 ipa,
                       enum sim_access access, u32 *found, struct sim_fault *fault)
{
    const struct sim_tlb_entry *entry;
    u32 front = mmu->context | (ipa >> PAGE_SHIFT);
    u32 word;

    mmu->last_ipa = ipa;
    sim_mmu_tick(mmu, ram);
    entry = tlb_lookup(mmu, mmu->context, ipa);
    if (entry != NULL) {
        word = entry->word;
    } else {
        struct walk w;

        word = walk_keep(mmu, ram, ipa, &w);
        if (w.fault != SIM_FAULT_NONE) {
            return fault_fill(fault, w.fault, w.level, ipa, access, w.reserved);
        }
    }
    /* The front holds pages: of a larger entry, the one that was asked for. */
    u32 level = (word >> 3) & 3U;
    u32 inside = ((1U << level_shift(level)) - 1U) & ~PAGE_MASK;

    word |= ipa & inside;
    mmu->front[sim_front_index(front)] = (struct sim_tlb_entry){front, word};
    if (((word >> access) & 1U) == 0) {
        return fault_fill(fault, SIM_FAULT_PERMISSION, level, ipa, access, false);
    }
    *found = word;
    return true;
}

void sim_mmu_reset(struct sim_mmu *mmu, u64 seed)
{
    memset(mmu, 0, sizeof(*mmu));
    mmu->vtcr = SIM_MMU_VTCR;
    sim_random_seed(&mmu->random, seed, SIM_STREAM_MMU);
    sim_mmu_set_vttbr(mmu, 0);
    speculation_arm(mmu);
}

void sim_mmu_speculate_every(struct sim_mmu *mmu, u32 every)
{
    mmu->speculation_every = every;
    speculation_arm(mmu);
}

void sim_mmu_tlbi_all(struct sim_mmu *mmu)
{
    memset(mmu->tlb, 0, sizeof(mmu->tlb));
    memset(mmu->places, 0, sizeof(mmu->places));
    ipa_drop(mmu, SIM_DROPPED_ALL);
    front_clear(mmu);
}

static void place_drop(struct sim_mmu *mmu, u32 place, u32 context)
{
    struct sim_tlb_entry *entry = &mmu->tlb[place * PLACE_ENTRIES];

    for (u32 i = 0; i < PLACE_ENTRIES; i++) {
        /* Without branches, for speed: all bits, or none if the VMID is this. */
        u32 keep = 0U - ((entry[i].tag & TAG_CONTEXT) != context);

        entry[i].tag &= keep;
        entry[i].word &= keep;
    }
}

static void context_drop(struct sim_mmu *mmu, u32 context)
{
    u64 *places = places_of(mmu, context);

    for (; *places != 0; *places &= *places - 1U) {
        place_drop(mmu, (u32)__builtin_ctzll(*places), context);
    }
    ipa_drop(mmu, context);
    front_clear(mmu);
}

void sim_mmu_tlbi_vmid(struct sim_mmu *mmu)
{
    context_drop(mmu, mmu->context);
}

/* ---- barriers ---------------------------------------------------------------*/

static void dropped_do(struct sim_mmu *mmu)
{
    if (mmu->dropped == SIM_DROPPED_ALL) {
        sim_mmu_tlbi_all(mmu);
    } else if (mmu->dropped != 0) {
        context_drop(mmu, mmu->dropped);
    }
    mmu->dropped = 0;
}

void sim_mmu_drop_all(struct sim_mmu *mmu)
{
    mmu->dropped = SIM_DROPPED_ALL;
}

void sim_mmu_drop_vmid(struct sim_mmu *mmu)
{
    if (mmu->dropped != SIM_DROPPED_ALL && mmu->dropped != mmu->context) {
        dropped_do(mmu);
        mmu->dropped = mmu->context;
    }
}

void sim_mmu_dsb(struct sim_mmu *mmu, const struct sim_ram *ram)
{
    if (mmu->dropped != 0) {
        /* Writes before it that no barrier kept there may come after it, and a walk
         * between the two. */
        dropped_do(mmu);
        sim_mmu_tick(mmu, ram);
    }
    if (mmu->store_count != 0) {
        memset(mmu->stores, 0, sizeof(mmu->stores));
        mmu->store_count = 0;
    }
}

void sim_mmu_vttbr_later(struct sim_mmu *mmu, u64 vttbr)
{
    mmu->vttbr_next = vttbr;
    mmu->pending = 1;
}

void sim_mmu_isb(struct sim_mmu *mmu)
{
    if (mmu->pending != 0) {
        sim_mmu_set_vttbr(mmu, mmu->vttbr_next);
        mmu->vttbr_next = 0;
    }
}

void sim_mmu_tlbi_mva(struct sim_mmu *mmu, u32 mva)
{
    for (u32 kind = 1; kind <= (mmu->walks_end_by_mva ? KIND_TABLE3 : 3U); kind++) {
        tlb_remove(mmu, tlb_tag(mmu->context, kind, mva));
    }
    front_clear(mmu);
}

bool sim_mmu_holds(const struct sim_mmu *mmu, u32 vmid, u32 ipa)
{
    return tlb_lookup(mmu, 0x80000000U | vmid << 20, ipa) != NULL;
}

u32 sim_fault_hsr(const struct sim_fault *fault)
{
    u32 class = fault->access == SIM_EXECUTE ? 0x20U : 0x24U; /* from a lower level */
    u32 write = fault->access == SIM_WRITE ? 1U << 6 : 0;
    u32 status;

    switch (fault->kind) {
    case SIM_FAULT_TRANSLATION:
        status = 0x04U | fault->level;
        break;
    case SIM_FAULT_ACCESS_FLAG:
        status = 0x08U | fault->level;
        break;
    case SIM_FAULT_PERMISSION:
        status = 0x0cU | fault->level;
        break;
    case SIM_FAULT_WALK:
        status = 0x14U | fault->level;
        break;
    default:
        status = 0x10U; /* nothing answers at such an address: external abort */
        break;
    }
    return class << 26 | 1U << 25 | write | status;
}
