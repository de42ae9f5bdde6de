/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Caches: which lines there are, and what they and memory hold. A line may come
 * and go, or be cleaned, at any time: the model is told what happened to which
 * line, in order, and follows. What it holds then is the model's to say.
 * Maintenance must be exactly the operations that were asked for. See model.h.
 */
#include "model.h"

#include <string.h>

#define LINE_BYTES (4U * MODEL_LINE_WORDS)
#define TABLES_AT (MODEL_RAM_BASE + SIM_RAM_SIZE - SIM_TABLE_PAGES * 0x1000U)

static u32 event_kind(u32 event)
{
    return event % LINE_BYTES;
}

static struct model_line *find(struct model_line *lines, u32 pa)
{
    for (u32 i = 0; i < MODEL_LINES; i++) {
        if (lines[i].used && lines[i].at == pa - pa % LINE_BYTES) {
            return &lines[i];
        }
    }
    return NULL;
}

struct model_line *model_line(u32 pa)
{
    return find(model.lines, pa);
}

static void wrong(const char *what)
{
    if (model.wrong == NULL) {
        model.wrong = what;
    }
}

/* ---- lines ---------------------------------------------------------------*/

static void line_take(struct model_line *lines, u32 at, const u32 *words)
{
    for (u32 i = 0; i < MODEL_LINES; i++) {
        if (!lines[i].used) {
            lines[i] = (struct model_line){.used = true, .at = at};
            memcpy(lines[i].words, words, LINE_BYTES);
            return;
        }
    }
    wrong("a cache holds more lines than it has room for");
}

static void line_clean(struct model_line *l)
{
    if (l->dirty) {
        memcpy(model_word(l->at), l->words, LINE_BYTES);
    }
    l->dirty = false;
    l->unified = false;
}

/* Instructions come from the point of unification: from the data cache, what
 * has been cleaned that far. */
static void code_fill(u32 at)
{
    const struct model_line *data = model_line(at);

    line_take(model.code, at, data != NULL && data->unified ? data->words : model_word(at));
}

static void line_event(u32 kind, u32 at)
{
    struct model_line *data = model_line(at);
    struct model_line *code = find(model.code, at);

    if ((kind == LINE_FILLED && data != NULL) || (kind == LINE_CODE_FILLED && code != NULL)) {
        wrong("a line comes into a cache that has it");
    } else if (kind == LINE_FILLED) {
        line_take(model.lines, at, model_word(at));
    } else if (kind == LINE_CODE_FILLED) {
        code_fill(at);
    } else if ((kind == LINE_CODE_EVICTED ? code : data) == NULL) {
        wrong("a line goes from a cache that has not got it");
    } else if (kind == LINE_EVICTED) {
        line_clean(data);
        data->used = false;
    } else if (kind == LINE_CLEANED) {
        line_clean(data);
    } else if (kind == LINE_CODE_EVICTED) {
        code->used = false;
    }
}

/* The next event; what lines do unasked happens. */
static u32 event_next(void)
{
    u32 event = model.events[model.events_used++];
    u32 at = event - event_kind(event);

    /* Lines of page tables are the core's own business. */
    if (event_kind(event) < LINE_DCCMVAC && at < TABLES_AT) {
        line_event(event_kind(event), at);
    }
    return event;
}

/* Those of one copy come together, its lines in order. */
void model_cache_copied(u32 pa, u32 bytes)
{
    u32 first = pa - pa % LINE_BYTES;
    u32 last = model.events_used;

    for (u32 i = model.events_used; i < model.event_count; i++) {
        u32 kind = event_kind(model.events[i]);
        u32 at = model.events[i] - kind;
        if (kind > LINE_COPIED || (kind == LINE_COPIED && at - first >= pa + bytes - first)) {
            break;
        }
        last = kind == LINE_COPIED ? i + 1U : last;
    }
    while (model.events_used < last) {
        (void)event_next();
    }
}

/* Follows up to the next operation of maintenance: that, or 0 at the end. */
static u32 follow(void)
{
    while (model.events_used < model.event_count) {
        u32 event = event_next();
        if (event_kind(event) >= LINE_DCCMVAC) {
            return event;
        }
    }
    return 0;
}

void model_cache_follow(void)
{
    if (follow() != 0) {
        wrong("a line is maintained that nobody asked for");
    }
}

/* ---- accesses ------------------------------------------------------------*/

u32 model_cached_word(u32 pa)
{
    const struct model_line *l = model_line(pa);

    return l != NULL ? l->words[pa % LINE_BYTES / 4U] : *model_word(pa);
}

void model_cached_write(u32 pa, u32 value)
{
    struct model_line *l = model_line(pa);
    u32 *memory = model_word(pa);

    if (l == NULL) {
        *memory = value; /* written back at once */
        return;
    }
    if (l->unified) {
        line_clean(l); /* nobody sees older instructions than before */
    }
    l->words[pa % LINE_BYTES / 4U] = value;
    l->dirty = true;
}

u32 model_access(u32 pa, u32 access, u32 memory, u32 value, u32 mask)
{
    bool write = access == THIMBLE_RIGHT_WRITE;

    if (memory != 0) {
        u32 *word = model_word(pa);
        *word = write ? (*word & ~mask) | (value & mask) : *word;
        return *word;
    }
    const struct model_line *l =
        find(access == THIMBLE_RIGHT_EXECUTE ? model.code : model.lines, pa);
    if (l == NULL) {
        wrong("a cached access brings no line in");
        return 0;
    }
    if (write) {
        model_cached_write(pa, (model_cached_word(pa) & ~mask) | (value & mask));
    }
    return l->words[pa % LINE_BYTES / 4U];
}

/* ---- cache_maintain ------------------------------------------------------*/

static void expect(u32 kind, u32 at)
{
    if (follow() != at + kind) {
        wrong("another operation of maintenance, or another line, than was asked for");
    }
}

static void data_maintain(u32 at, u32 operation)
{
    static const u32 kinds[] = {0, LINE_DCCMVAC, LINE_DCIMVAC, LINE_DCCIMVAC, LINE_DCCMVAU};

    expect(kinds[operation], at);
    struct model_line *l = model_line(at);
    if (l == NULL) {
        return;
    }
    if (operation == THIMBLE_CACHE_UNIFY) {
        l->unified = l->dirty;
        return;
    }
    if ((operation & THIMBLE_CACHE_CLEAN) != 0) {
        line_clean(l);
    }
    l->used = (operation & THIMBLE_CACHE_INVALIDATE) == 0;
}

static void code_maintain(u32 at)
{
    expect(LINE_ICIMVAU, at);
    struct model_line *l = find(model.code, at);
    if (l != NULL) {
        l->used = false;
    }
}

/* [pa, pa + size), outwards to whole lines. */
static void range_maintain(u32 pa, u32 size, u32 operation)
{
    u32 first = pa - pa % LINE_BYTES;

    for (u32 at = first; at < pa + size; at += LINE_BYTES) {
        data_maintain(at, operation);
    }
    if (operation == THIMBLE_CACHE_UNIFY) {
        for (u32 at = first; at < pa + size; at += LINE_BYTES) {
            code_maintain(at);
        }
        expect(LINE_BPIALLIS, 0);
    }
}

u32 model_cache_maintain(u32 thread)
{
    struct model_thread *t = &model.threads[thread];
    u32 offset = t->regs[1];
    u32 size = t->regs[2];
    u32 operation = t->regs[3];
    u32 cap;
    u32 err = model_look_up(t->cell, t->regs[0], THIMBLE_CAP_REGION, 0, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    const struct model_region *r = &model.regions[model.caps[cap].object];
    if (operation == 0 || operation > THIMBLE_CACHE_UNIFY || r->memory == 2U) {
        return THIMBLE_ERR_OPERATION;
    }
    u32 right = operation == THIMBLE_CACHE_INVALIDATE ? THIMBLE_RIGHT_WRITE : THIMBLE_RIGHT_READ;
    if ((model.caps[cap].rights & right) == 0) {
        return THIMBLE_ERR_RIGHTS;
    }
    if ((u64)offset + size > r->size) {
        return THIMBLE_ERR_RANGE;
    }
    if (operation == THIMBLE_CACHE_INVALIDATE && (offset % 64U != 0 || size % 64U != 0)) {
        return THIMBLE_ERR_ALIGN;
    }
    /* A unit of work ends with a page, or with the range. */
    u32 unit = 0x1000U - offset % 0x1000U;
    unit = unit < size ? unit : size;
    if (unit != 0) {
        range_maintain(r->pa + offset, unit, operation);
    }
    t->regs[1] += unit;
    t->regs[2] -= unit;
    return t->regs[2] != 0 ? MODEL_MORE : THIMBLE_OK;
}
