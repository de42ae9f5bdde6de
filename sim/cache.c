/* SPDX-License-Identifier: BSD-2-Clause */
/* Data and instruction cache: see cache.h. */
#include "cache.h"

/* Lines to either side of the last one used that may be filled unasked. */
#define REACH 8U

struct sim_cache_log *sim_cache_log;

void sim_cache_log_add(enum sim_cache_event event, u32 mva)
{
    struct sim_cache_log *log = sim_cache_log;

    if (log != NULL) {
        if (log->count < log->room) {
            log->event[log->count] = (mva & ~SIM_LINE_FLAGS) | (u32)event;
        }
        log->count++;
    }
}

/* ---- lines of the data cache ---------------------------------------------*/

/* Where a line is, in tags[] and memory[] seen as flat arrays; NOWHERE. */
#define NOWHERE 0xffffffffU

static u32 *tag_at(struct sim_cache *cache, u32 place)
{
    return &cache->tags[place / SIM_CACHE_WAYS][place % SIM_CACHE_WAYS];
}

static u8 *memory_at(struct sim_cache *cache, u32 place)
{
    return cache->memory[place / SIM_CACHE_WAYS][place % SIM_CACHE_WAYS];
}

static u32 place_find(const struct sim_cache *cache, u32 address)
{
    u32 set = address / SIM_CACHE_LINE % SIM_CACHE_SETS;
    u32 want = (address & ~SIM_LINE_FLAGS) | SIM_LINE_VALID;

    for (u32 way = 0; way < SIM_CACHE_WAYS; way++) {
        u32 tag = cache->tags[set][way];
        if ((tag & (~SIM_LINE_FLAGS | SIM_LINE_VALID)) == want) {
            return set * SIM_CACHE_WAYS + way;
        }
    }
    return NOWHERE;
}

static u8 *held_at(struct sim_cache *cache, u32 address)
{
    return &cache->held[(address - SIM_RAM_BASE) / PAGE_SIZE];
}

static paddr_t line_of(u32 address)
{
    return paddr(address & ~SIM_LINE_FLAGS);
}

/* Memory gets an entry of its own, equal so far to what the line holds. */
static void line_split(struct sim_cache *cache, const struct sim_ram *ram, u32 place)
{
    u32 *tag = tag_at(cache, place);

    if ((*tag & SIM_LINE_SPLIT) == 0) {
        memcpy(memory_at(cache, place), sim_ram_at(ram, line_of(*tag), SIM_CACHE_LINE),
               SIM_CACHE_LINE);
        *tag |= SIM_LINE_SPLIT;
    }
}

/* What is in memory is what is in the line, from now on. */
static void line_clean(struct sim_cache *cache, u32 place)
{
    u32 *tag = tag_at(cache, place);

    if ((*tag & SIM_LINE_DIRTY) != 0) {
        cache->write_backs++;
        *tag &= ~(SIM_LINE_DIRTY | SIM_LINE_SPLIT | SIM_LINE_UNIFIED);
    }
}

/* The line goes, as it is: what is in memory is seen instead. */
static void line_drop(struct sim_cache *cache, struct sim_ram *ram, u32 place)
{
    u32 *tag = tag_at(cache, place);

    if ((*tag & SIM_LINE_SPLIT) != 0) {
        memcpy(sim_ram_change(ram, line_of(*tag), SIM_CACHE_LINE), memory_at(cache, place),
               SIM_CACHE_LINE);
    }
    (*held_at(cache, *tag))--;
    *tag = 0;
}

static void line_evict(struct sim_cache *cache, struct sim_ram *ram, u32 place)
{
    sim_cache_log_add(SIM_CACHE_EVICTED, *tag_at(cache, place));
    cache->evictions++;
    line_clean(cache, place);
    line_drop(cache, ram, place);
}

_Static_assert(SIM_CACHE_WAYS == 4U, "two bits choose a way");

static u32 way_draw(struct sim_cache *cache)
{
    return (u32)(sim_random_next(&cache->random) >> 62);
}

static u32 line_fill(struct sim_cache *cache, struct sim_ram *ram, u32 address)
{
    u32 first = address / SIM_CACHE_LINE % SIM_CACHE_SETS * SIM_CACHE_WAYS;
    u32 way = 0;

    while (way < SIM_CACHE_WAYS && *tag_at(cache, first + way) != 0) {
        way++;
    }
    if (way == SIM_CACHE_WAYS) {
        way = way_draw(cache);
        line_evict(cache, ram, first + way);
    }
    *tag_at(cache, first + way) = line_of(address).raw | SIM_LINE_VALID;
    (*held_at(cache, address))++;
    cache->fills++;
    sim_cache_log_add(SIM_CACHE_FILLED, address);
    return first + way;
}

static void line_dirty(struct sim_cache *cache, const struct sim_ram *ram, u32 place)
{
    u32 *tag = tag_at(cache, place);

    /* From the point of unification it goes on to memory before it is written
     * again: nobody may see older data there than it has seen. */
    if ((*tag & SIM_LINE_UNIFIED) != 0) {
        line_clean(cache, place);
    }
    line_split(cache, ram, place);
    *tag |= SIM_LINE_DIRTY;
}

/* ---- what hardware does unasked ------------------------------------------*/

static void code_drop(struct sim_cache *cache, u32 set, u32 way)
{
    sim_cache_log_add(SIM_CACHE_CODE_EVICTED, cache->code_tags[set][way]);
    cache->code_tags[set][way] = 0;
}

/* The hypervisor maps all memory as cached: any line may be fetched. */
static void fill_near(struct sim_cache *cache, struct sim_ram *ram, u32 address)
{
    u32 lines = sim_random_below(&cache->random, 2U * REACH + 1U) - REACH;
    paddr_t line = line_of(address + lines * SIM_CACHE_LINE);

    if (sim_ram_has(line, SIM_CACHE_LINE) && place_find(cache, line.raw) == NOWHERE) {
        (void)line_fill(cache, ram, line.raw);
    }
}

static void disturb(struct sim_cache *cache, struct sim_ram *ram, u32 address)
{
    u32 place = sim_random_below(&cache->random, SIM_CACHE_SETS * SIM_CACHE_WAYS);
    u32 set = place / SIM_CACHE_WAYS % SIM_CODE_SETS;
    u32 way = place % SIM_CACHE_WAYS;
    u32 tag = *tag_at(cache, place);

    cache->disturbances++;
    switch (sim_random_below(&cache->random, 5)) {
    case 0:
        if (tag != 0) {
            line_evict(cache, ram, place);
        }
        break;
    case 1:
        if ((tag & SIM_LINE_DIRTY) != 0) {
            sim_cache_log_add(SIM_CACHE_CLEANED, tag);
            line_clean(cache, place);
        }
        break;
    case 2:
        if (cache->code_tags[set][way] != 0) {
            code_drop(cache, set, way);
        }
        break;
    default:
        fill_near(cache, ram, address);
        break;
    }
}

static void disturbance_arm(struct sim_cache *cache)
{
    u32 every = cache->disturb_every;

    cache->disturb_in =
        every == 0 ? 0xffffffffU : 1U + sim_random_below(&cache->random, 2U * every - 1U);
}

/* True: now and then. */
static bool tick(struct sim_cache *cache, struct sim_ram *ram, u32 address)
{
    bool now = cache->disturb_in == 0 || --cache->disturb_in == 0;

    if (now) {
        if (cache->disturb_every != 0) {
            disturb(cache, ram, address);
        }
        disturbance_arm(cache);
    }
    return now && cache->disturb_every != 0;
}

/* ---- accesses ------------------------------------------------------------*/

static void bring(struct sim_cache *cache, struct sim_ram *ram, u32 address, bool write)
{
    u32 place = place_find(cache, address);

    if (place == NOWHERE) {
        place = line_fill(cache, ram, address);
    }
    if (write) {
        line_dirty(cache, ram, place);
    }
}

void sim_cache_touch_slow(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa, bool write)
{
    (void)tick(cache, ram, pa.raw);
    bring(cache, ram, pa.raw, write);
}

void sim_cache_fill_dirty(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa)
{
    bring(cache, ram, pa.raw, true);
}

void sim_cache_touch_held(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa, u32 size)
{
    u32 end = pa.raw + size;
    bool bringing = tick(cache, ram, pa.raw);

    if (!bringing && cache->held[(pa.raw - SIM_RAM_BASE) / PAGE_SIZE] == 0) {
        return;
    }
    for (u32 at = pa.raw & ~SIM_LINE_FLAGS; at < end; at += SIM_CACHE_LINE) {
        u32 place = place_find(cache, at);
        if (place == NOWHERE && bringing) {
            place = line_fill(cache, ram, at);
        }
        if (place != NOWHERE) {
            line_dirty(cache, ram, place);
            sim_cache_log_add(SIM_CACHE_COPIED, at);
        }
    }
}

/* Of `size` bytes from an address on, those in its line. */
static u32 in_line(u32 address, u32 size)
{
    u32 rest = SIM_CACHE_LINE - address % SIM_CACHE_LINE;

    return size < rest ? size : rest;
}

/* Bytes of one line, as memory has them; or as instruction fetches find them. */
static const u8 *memory_view(const struct sim_cache *cache, const struct sim_ram *ram, paddr_t pa,
                             u32 size, bool unified)
{
    u32 place = place_find(cache, pa.raw);

    if (place != NOWHERE) {
        u32 tag = cache->tags[place / SIM_CACHE_WAYS][place % SIM_CACHE_WAYS];
        if ((tag & SIM_LINE_SPLIT) != 0 && !(unified && (tag & SIM_LINE_UNIFIED) != 0)) {
            return &cache->memory[place / SIM_CACHE_WAYS][place % SIM_CACHE_WAYS]
                                 [pa.raw % SIM_CACHE_LINE];
        }
    }
    return sim_ram_at(ram, pa, size);
}

void sim_cache_memory_read(const struct sim_cache *cache, const struct sim_ram *ram, paddr_t pa,
                           void *to, u32 size)
{
    u8 *bytes = to;

    for (u32 done = 0; done < size;) {
        paddr_t at = paddr(pa.raw + done);
        u32 part = in_line(at.raw, size - done);
        memcpy(bytes + done, memory_view(cache, ram, at, part, false), part);
        done += part;
    }
}

void sim_cache_memory_write(struct sim_cache *cache, struct sim_ram *ram, paddr_t pa,
                            const void *from, u32 size)
{
    const u8 *bytes = from;

    for (u32 done = 0; done < size;) {
        paddr_t at = paddr(pa.raw + done);
        u32 part = in_line(at.raw, size - done);
        u32 place = place_find(cache, at.raw);
        if (place == NOWHERE) {
            memcpy(sim_ram_change(ram, at, part), bytes + done, part);
        } else {
            line_split(cache, ram, place);
            memcpy(memory_at(cache, place) + at.raw % SIM_CACHE_LINE, bytes + done, part);
        }
        done += part;
    }
}

u32 sim_cache_fetch(struct sim_cache *cache, const struct sim_ram *ram, paddr_t pa)
{
    u32 set = pa.raw / SIM_CACHE_LINE % SIM_CODE_SETS;
    u32 want = line_of(pa.raw).raw | SIM_LINE_VALID;
    u32 *tags = cache->code_tags[set];
    u32 way = 0;
    u32 word;

    while (way < SIM_CACHE_WAYS && tags[way] != want) {
        way++;
    }
    if (way == SIM_CACHE_WAYS) {
        way = way_draw(cache);
        if (tags[way] != 0) {
            code_drop(cache, set, way);
        }
        tags[way] = want;
        memcpy(cache->code[set][way],
               memory_view(cache, ram, line_of(pa.raw), SIM_CACHE_LINE, true), SIM_CACHE_LINE);
        sim_cache_log_add(SIM_CACHE_CODE_FILLED, pa.raw);
    }
    memcpy(&word, &cache->code[set][way][pa.raw % SIM_CACHE_LINE & ~3U], sizeof(word));
    return SIM_LITTLE32(word);
}

/* ---- maintenance ---------------------------------------------------------*/

void sim_cache_clean(struct sim_cache *cache, u32 mva)
{
    u32 place = place_find(cache, mva);

    if (place != NOWHERE) {
        line_clean(cache, place);
    }
}

void sim_cache_invalidate(struct sim_cache *cache, struct sim_ram *ram, u32 mva)
{
    u32 place = place_find(cache, mva);

    if (place != NOWHERE) {
        line_drop(cache, ram, place);
    }
}

void sim_cache_clean_invalidate(struct sim_cache *cache, struct sim_ram *ram, u32 mva)
{
    sim_cache_clean(cache, mva);
    sim_cache_invalidate(cache, ram, mva);
}

void sim_cache_unify(struct sim_cache *cache, u32 mva)
{
    u32 place = place_find(cache, mva);

    if (place != NOWHERE && (*tag_at(cache, place) & SIM_LINE_DIRTY) != 0) {
        *tag_at(cache, place) |= SIM_LINE_UNIFIED;
    }
}

void sim_cache_code_invalidate(struct sim_cache *cache, u32 mva)
{
    u32 *tags = cache->code_tags[mva / SIM_CACHE_LINE % SIM_CODE_SETS];

    for (u32 way = 0; way < SIM_CACHE_WAYS; way++) {
        if (tags[way] == (line_of(mva).raw | SIM_LINE_VALID)) {
            tags[way] = 0;
        }
    }
}

void sim_cache_code_invalidate_all(struct sim_cache *cache)
{
    memset(cache->code_tags, 0, sizeof(cache->code_tags));
}

static void operation_do(struct sim_cache *cache, struct sim_ram *ram, u32 later)
{
    switch (later & SIM_LINE_FLAGS) {
    case SIM_CACHE_DCCMVAC:
        sim_cache_clean(cache, later);
        break;
    case SIM_CACHE_DCIMVAC:
        sim_cache_invalidate(cache, ram, later);
        break;
    case SIM_CACHE_DCCIMVAC:
        sim_cache_clean_invalidate(cache, ram, later);
        break;
    case SIM_CACHE_DCCMVAU:
        sim_cache_unify(cache, later);
        break;
    case SIM_CACHE_ICIMVAU:
        sim_cache_code_invalidate(cache, later);
        break;
    default:
        sim_cache_code_invalidate_all(cache);
        break;
    }
}

static bool is_code(u32 later)
{
    return (later & SIM_LINE_FLAGS) >= SIM_CACHE_ICIMVAU;
}

void sim_cache_later(struct sim_cache *cache, struct sim_ram *ram, u32 operation, u32 mva)
{
    if (cache->later_count == SIM_CACHE_LATER) {
        for (u32 i = 0; i < SIM_CACHE_LATER; i++) {
            operation_do(cache, ram, cache->later[i]);
        }
        cache->later_count = 0;
    }
    cache->later[cache->later_count++] = line_of(mva).raw | operation;
}

/* Without a barrier between, instructions may go before data is clean, and be fetched
 * anew in between (A3.5.4). */
void sim_cache_complete(struct sim_cache *cache, struct sim_ram *ram)
{
    bool code = false;

    for (u32 i = 0; i < cache->later_count; i++) {
        if (is_code(cache->later[i])) {
            operation_do(cache, ram, cache->later[i]);
            code = true;
        }
    }
    for (u32 i = 0; i < cache->later_count; i++) {
        u32 later = cache->later[i];
        if (code && (later & SIM_LINE_FLAGS) == SIM_CACHE_DCCMVAU &&
            sim_ram_has(line_of(later), SIM_CACHE_LINE)) {
            (void)sim_cache_fetch(cache, ram, line_of(later));
        }
        if (!is_code(later)) {
            operation_do(cache, ram, later);
        }
    }
    memset(cache->later, 0, cache->later_count * sizeof(cache->later[0]));
    cache->later_count = 0;
}

/* ---- all of it -----------------------------------------------------------*/

void sim_cache_reset(struct sim_cache *cache, u64 seed)
{
    memset(cache, 0, sizeof(*cache));
    cache->ctr = SIM_CACHE_CTR;
    sim_random_seed(&cache->random, seed, SIM_STREAM_CACHE);
    sim_cache_disturb_every(cache, SIM_CACHE_DISTURB);
}

void sim_cache_disturb_every(struct sim_cache *cache, u32 every)
{
    cache->disturb_every = every;
    disturbance_arm(cache);
}

u32 sim_cache_line_flags(const struct sim_cache *cache, paddr_t pa)
{
    u32 place = place_find(cache, pa.raw);

    return place == NOWHERE
               ? 0
               : cache->tags[place / SIM_CACHE_WAYS][place % SIM_CACHE_WAYS] & SIM_LINE_FLAGS;
}

/* One entry; counts it for its page. */
static const char *entry_check(const struct sim_cache *cache, u32 place, u8 *held)
{
    u32 tag = cache->tags[place / SIM_CACHE_WAYS][place % SIM_CACHE_WAYS];

    if (tag == 0) {
        return NULL;
    }
    if ((tag & SIM_LINE_VALID) == 0 || !sim_ram_has(line_of(tag), SIM_CACHE_LINE)) {
        return "a line without memory";
    }
    if (place_find(cache, tag) != place) {
        return "a line in two places, or in another set";
    }
    if ((tag & SIM_LINE_DIRTY) != 0 && (tag & SIM_LINE_SPLIT) == 0) {
        return "a dirty line that memory agrees with";
    }
    if ((tag & SIM_LINE_UNIFIED) != 0 && (tag & SIM_LINE_DIRTY) == 0) {
        return "a clean line that is only at the point of unification";
    }
    held[(tag - SIM_RAM_BASE) / PAGE_SIZE]++;
    return NULL;
}

const char *sim_cache_check(const struct sim_cache *cache)
{
    static u8 held[SIM_RAM_PAGES];
    const char *broken = NULL;

    memset(held, 0, sizeof(held));
    for (u32 place = 0; place < SIM_CACHE_SETS * SIM_CACHE_WAYS && broken == NULL; place++) {
        broken = entry_check(cache, place, held);
    }
    if (broken == NULL && memcmp(held, cache->held, sizeof(held)) != 0) {
        broken = "a page with another number of lines than is counted";
    }
    return broken;
}
