/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A random system is drawn into the model's objects; the boot tables are made
 * from these. Small and crowded, so that threads meet: few notifications, few
 * priorities, tables half full.
 */
#include "system.h"

#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "compare.h"
#include "kernel.h"
#include "klog.h"
#include "model.h"
#include "places.h"
#include "sim.h"

#define IMAGES_AT MODEL_RAM_BASE
#define BLOCKS_AT (MODEL_RAM_BASE + 0x00200000U)
#define NOTHING_AT 0x0a000000U /* no device answers there */
#define FIRST_LINE 40U
#define CAPS_MAX CAP_MAX

static struct {
    struct boot boot;
    struct boot_cell cells[CELL_MAX];
    struct boot_thread threads[THREAD_MAX];
    struct boot_sc scs[SC_MAX];
    struct boot_irq irqs[IRQ_MAX];
    u16 handlers[IRQ_MAX];
    struct boot_notification notifications[NOTIFICATION_MAX];
    struct boot_region regions[REGION_MAX];
    struct boot_cap caps[CAPS_MAX];
} tables;

/* ---- drawing -------------------------------------------------------------
 * One draw in a full expression: compilers order them differently. */

static u32 regions; /* drawn so far, or drawn in all */

static u32 region_add(u32 owner, u32 pa, u32 size, u32 memory, u32 access)
{
    u32 i = regions++;

    model.regions[i] = (struct model_region){
        .used = true,
        .owner = owner,
        .pa = pa,
        .size = size,
        .memory = memory,
        .access = access,
        .cell = MODEL_NONE,
    };
    return i;
}

static void cells_draw(struct source *s)
{
    u32 first = 0;

    model.cell_count = 3U + source_below(s, CELL_MAX - 2U);
    for (u32 i = 0; i < model.cell_count; i++) {
        model.cells[i].first = first;
        model.cells[i].slots = 10U + source_below(s, CAP_MAX / model.cell_count - 9U);
        model.cells[i].quota = 4U + source_below(s, 14);
        first += model.cells[i].slots;
        (void)region_add(i, IMAGES_AT + i * SYSTEM_IMAGE_SIZE, SYSTEM_IMAGE_SIZE, MEMORY_NORMAL,
                         ACCESS_READ | ACCESS_WRITE);
    }
    model.cap_count = first;
}

static void sc_draw(struct source *s, u32 thread)
{
    static const u8 priorities[] = {0, 10, 10, 10, 100, 100, 200, 255};
    u32 i = model.sc_count++;
    u32 period = 20U + source_below(s, 2000);
    u32 priority = priorities[source_below(s, ARRAY_SIZE(priorities))];

    model.scs[i] = (struct model_sc){
        .thread = thread,
        .priority = priority,
        .period = period,
        .budget = source_percent(s, 30) ? period : 1U + source_below(s, period),
    };
    model.threads[thread].sc = i;
}

static void thread_draw(struct source *s, u32 index, bool active)
{
    struct model_thread *t = &model.threads[index];
    u32 cell = source_below(s, model.cell_count);
    u32 level = source_below(s, 8);

    *t = (struct model_thread){
        .sc = MODEL_NONE,
        .vcpu = MODEL_NONE,
        .cell = cell,
        .level = level,
        .doing = active ? DOING_RUN : DOING_RECEIVE,
        .window = THIMBLE_NO_SLOT,
        .handler = THIMBLE_NO_SLOT,
        .health = THIMBLE_NO_SLOT,
        .argument = source_word(s),
    };
    t->regs[0] = t->argument;
    if (active) {
        sc_draw(s, index);
    }
    if (source_percent(s, 75)) {
        t->buffer = IMAGES_AT + t->cell * SYSTEM_IMAGE_SIZE + index * THIMBLE_BUFFER_SIZE;
    }
}

static void threads_draw(struct source *s)
{
    u32 actives = 3U + source_below(s, SC_MAX - 3U);
    u32 passives = 3U + source_below(s, 9);

    model.thread_count = 1U + actives + passives;
    for (u32 i = 1; i < model.thread_count; i++) {
        thread_draw(s, i, i <= actives);
    }
}

static void lines_draw(struct source *s)
{
    model.irq_count = 1U + source_below(s, IRQ_MAX);
    for (u32 i = 0; i < model.irq_count; i++) {
        model.irqs[i] = (struct model_irq){
            .line = FIRST_LINE + (i * 5U + 3U) % 8U, /* not in the order of the objects */
            .edge = source_percent(s, 50),
            .cell = MODEL_NONE,
            .slot = THIMBLE_NO_SLOT,
            .cap = MODEL_NONE,
        };
    }
}

/* An empty slot of a cell, never slot 0: MODEL_NONE if it is two thirds full. */
static u32 slot_draw(struct source *s, u32 cell)
{
    u32 slots = model.cells[cell].slots;
    u32 start = source_below(s, slots);

    for (u32 i = 0; i < slots / 3U; i++) {
        u32 slot = 1U + (start + 3U * i) % (slots - 1U);
        if (model.caps[model.cells[cell].first + slot].type == THIMBLE_CAP_EMPTY) {
            return slot;
        }
    }
    return MODEL_NONE;
}

static u32 cap_add(struct source *s, u32 cell, u32 type, u32 rights, u32 object)
{
    static const u32 badges[] = {0, 0, 1, 2, 0x80000000U, 0xffffffffU};
    u32 slot = slot_draw(s, cell);

    if (slot != MODEL_NONE) {
        struct model_cap *c = &model.caps[model.cells[cell].first + slot];
        c->type = type;
        c->rights = rights;
        c->object = object;
        c->badge = badges[source_below(s, ARRAY_SIZE(badges))];
    }
    return slot;
}

static u32 object_draw(struct source *s, u32 type)
{
    switch (type) {
    case THIMBLE_CAP_THREAD:
        return 1U + source_below(s, model.thread_count - 1U);
    case THIMBLE_CAP_NOTIFICATION:
        return source_below(s, model.notification_count);
    case THIMBLE_CAP_IRQ:
        return source_below(s, model.irq_count);
    default:
        return source_below(s, model.cell_count);
    }
}

static void caps_draw(struct source *s)
{
    static const u8 types[] = {
        THIMBLE_CAP_THREAD, THIMBLE_CAP_THREAD,       THIMBLE_CAP_THREAD,
        THIMBLE_CAP_THREAD, THIMBLE_CAP_NOTIFICATION, THIMBLE_CAP_NOTIFICATION,
        THIMBLE_CAP_IRQ,    THIMBLE_CAP_CELL};
    u32 count = model.cap_count / 2U;

    for (u32 i = 0; i < count; i++) {
        u32 type = types[source_below(s, ARRAY_SIZE(types))];
        u32 rights = source_percent(s, 80) ? 3U : 1U + source_below(s, 3);
        if (type == THIMBLE_CAP_IRQ) {
            rights = 1;
        }
        u32 cell = source_below(s, model.cell_count);
        u32 object = object_draw(s, type);
        (void)cap_add(s, cell, type, rights, object);
    }
}

static void handlers_draw(struct source *s)
{
    for (u32 i = 1; i < model.thread_count; i++) {
        struct model_thread *t = &model.threads[i];
        if (source_percent(s, 70)) {
            u32 handler = 1U + source_below(s, model.thread_count - 1U);
            u32 slot = cap_add(s, t->cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, handler);
            t->handler = slot != MODEL_NONE ? slot : source_below(s, 8);
        }
        if (source_percent(s, 50)) {
            t->health = source_below(s, model.cells[t->cell].slots);
        }
    }
}

/* The first active threads are vCPUs, in some systems: their VMM's service is the first
 * passive thread, mostly, and somebody holds the right to start them. */
static void vcpus_draw(struct source *s)
{
    u32 passive = model.sc_count + 1U;
    u32 count = source_below(s, VCPU_MAX + 1U);

    for (u32 i = 0; i < count; i++) {
        struct model_thread *t = &model.threads[1U + i];
        t->vcpu = i;
        if (source_percent(s, 70)) { /* runs when it is not asleep */
            model.scs[t->sc].priority = 150;
            model.scs[t->sc].budget = model.scs[t->sc].period;
        }
        model.scs[t->sc].low = source_below(s, model.scs[t->sc].priority + 1U);
        if (source_percent(s, 80)) {
            u32 slot = cap_add(s, t->cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, passive);
            t->handler = slot != MODEL_NONE ? slot : THIMBLE_NO_SLOT;
        }
        for (u32 cell = 0; cell < model.cell_count; cell++) {
            if (source_percent(s, 50)) {
                (void)cap_add(s, cell, THIMBLE_CAP_THREAD, 3, 1U + i);
            }
        }
    }
}

/* Some in blocks, some in pages, some of neither alignment. */
static void regions_draw(struct source *s)
{
    static const u32 sizes[] = {0x1000,   0x2000,   0x5000,   0x9000,
                                0x41000,  0x200000, 0x201000, 0x400000};
    static const u32 places[] = {BLOCKS_AT, BLOCKS_AT, BLOCKS_AT + 0x1000U,
                                 IMAGES_AT + CELL_MAX * SYSTEM_IMAGE_SIZE, NOTHING_AT};
    u32 count = 3U + source_below(s, 6);

    for (u32 i = 0; i < count; i++) {
        u32 place = places[source_below(s, ARRAY_SIZE(places))];
        u32 access = source_percent(s, 70) ? 7U : 1U + source_below(s, 7);
        u32 memory = place == NOTHING_AT ? (u32)MEMORY_DEVICE : source_below(s, 3);
        u32 cell = source_below(s, model.cell_count);
        u32 slot = slot_draw(s, cell);
        u32 size = sizes[source_below(s, ARRAY_SIZE(sizes))];
        if (slot != MODEL_NONE) {
            u32 region = region_add(cell, place, size, memory, access);
            struct model_cap *c = &model.caps[model.cells[cell].first + slot];
            c->type = THIMBLE_CAP_REGION;
            c->rights = access;
            c->object = region;
        }
    }
}

/* What is left of the pool is given away: a few to each, none to some. */
static void quotas_draw(struct source *s)
{
    u32 left = REGION_MAX - regions;

    for (u32 i = 0; i < model.cell_count; i++) {
        u32 share = source_below(s, 5);
        model.cells[i].regions = share < left ? share : left;
        left -= model.cells[i].regions;
    }
}

/* ---- boot tables ---------------------------------------------------------*/

static void table_cells(void)
{
    for (u32 i = 0; i < model.cell_count; i++) {
        tables.cells[i] = (struct boot_cell){
            .name = "cell",
            .slots = (u16)model.cells[i].slots,
            .tables = (u16)model.cells[i].quota,
            .derived = (u16)model.cells[i].regions,
        };
    }
    for (u32 i = 0; i < regions; i++) {
        const struct model_region *r = &model.regions[i];
        tables.regions[i] = (struct boot_region){
            .name = "region",
            .cell = (u16)r->owner,
            .mapped = i < model.cell_count,
            .map = {.gpa = gpaddr(SYSTEM_IMAGE_AT),
                    .pa = paddr(r->pa),
                    .size = r->size,
                    .memory = (u8)r->memory,
                    .access = (u8)r->access},
        };
    }
}

static void table_threads(void)
{
    for (u32 i = 1; i < model.thread_count; i++) {
        const struct model_thread *t = &model.threads[i];
        tables.threads[i - 1U] = (struct boot_thread){
            .name = "thread",
            .cell = (u16)t->cell,
            .sc = (u16)t->sc,
            .level = (u8)t->level,
            .handler = (u16)t->handler,
            .health = (u16)t->health,
            .argument = t->argument,
            .buffer = paddr(t->buffer),
            .vcpu = (u16)(t->vcpu != MODEL_NONE ? t->vcpu + 1U : 0),
        };
    }
    for (u32 i = 0; i < model.sc_count; i++) {
        const struct model_sc *sc = &model.scs[i];
        u32 low = model.threads[sc->thread].vcpu != MODEL_NONE ? sc->low : sc->priority;
        tables.scs[i] = (struct boot_sc){
            .urgency = {{.priority = (u8)sc->priority}, {.priority = (u8)low}},
            .thread = (u16)(sc->thread - 1U),
            .budget = sc->budget,
            .period = sc->period,
        };
    }
    places_set(tables.scs, model.sc_count);
}

static void table_caps(void)
{
    for (u32 cell = 0; cell < model.cell_count; cell++) {
        for (u32 slot = 0; slot < model.cells[cell].slots; slot++) {
            const struct model_cap *c = &model.caps[model.cells[cell].first + slot];
            if (c->type == THIMBLE_CAP_EMPTY) {
                continue;
            }
            tables.caps[tables.boot.cap_count++] = (struct boot_cap){
                .cell = (u16)cell,
                .slot = (u16)slot,
                .type = (u8)c->type,
                .rights = (u8)c->rights,
                .object = (u16)(c->type == THIMBLE_CAP_THREAD ? c->object - 1U : c->object),
                .badge = c->badge,
            };
        }
    }
}

static void tables_make(void)
{
    memset(&tables, 0, sizeof(tables));
    tables.boot = (struct boot){
        .name = "random",
        .cells = tables.cells,
        .threads = tables.threads,
        .scs = tables.scs,
        .irqs = tables.irqs,
        .notifications = tables.notifications,
        .regions = tables.regions,
        .caps = tables.caps,
        .cell_count = (u16)model.cell_count,
        .thread_count = (u16)(model.thread_count - 1U),
        .sc_count = (u16)model.sc_count,
        .irq_count = (u16)model.irq_count,
        .notification_count = (u16)model.notification_count,
        .region_count = (u16)(regions),
        .fixed = model.fixed,
    };
    table_cells();
    table_threads();
    table_caps();
    for (u32 i = 0; i < model.irq_count; i++) {
        tables.irqs[i] = (struct boot_irq){"irq", (u16)model.irqs[i].line, model.irqs[i].edge, 0};
        /* Some context's, or everybody's. */
        bool all = (i + model.sc_count) % 4U == 0;
        tables.handlers[i] =
            (u16)(all ? LINE_FOR_ALL : model.scs[(3U * i + 1U) % model.sc_count].priority);
        model.irqs[i].handler = tables.handlers[i];
    }
    levels_set(tables.scs, tables.threads, model.sc_count, tables.irqs, tables.handlers,
               model.irq_count);
}

/* ---- both ----------------------------------------------------------------*/

void system_empty(struct system_drawn *d)
{
    model_reset();
    regions = 0;
    model.pool = SIM_TABLE_PAGES - SPACE_ROOT_PAGES;
    for (u32 i = 0; i < NOTIFICATION_MAX; i++) {
        model.notifications[i].waiter = MODEL_NONE;
    }
    *d = (struct system_drawn){.model = model};
}

void system_draw(struct source *s, struct system_drawn *d)
{
    static const u32 speculation[] = {0, 10, 100};

    system_empty(d);
    d->seed = source_word(s);
    model.notification_count = 1U + source_below(s, NOTIFICATION_MAX);
    cells_draw(s);
    threads_draw(s);
    lines_draw(s);
    regions_draw(s);
    handlers_draw(s);
    vcpus_draw(s);
    caps_draw(s);
    quotas_draw(s);
    model.fixed = model.threads[1].argument % 8U == 0;
    d->model = model;
    d->speculate_every = speculation[source_below(s, 3)];
    /* Whether the core traces must make no difference. */
    d->trace = source_percent(s, 20);
}

const char *system_boot(const struct system_drawn *d)
{
    struct sim_options options = {.seed = d->seed};

    model = d->model;
    for (regions = 0; regions < REGION_MAX && model.regions[regions].used;) {
        regions++;
    }
    tables_make();
    for (u32 i = 0; i < regions; i++) {
        model.cells[model.regions[i].owner].regions++; /* those of the description too */
    }
    const char *misfit = sim_boot(&tables.boot, &options);
    if (misfit != NULL) {
        return misfit;
    }
    sim_mmu_speculate_every(&sim.mmu, d->speculate_every);
    sim_cache_disturb_every(&sim.cache, d->speculate_every);
    for (u32 i = 0; i < model.cell_count; i++) {
        u32 status = MODEL_MORE;
        while (status == MODEL_MORE) {
            status = model_map_unit(i, i, SYSTEM_IMAGE_AT);
        }
    }
    model_start();
    trace_set(&kernel.cpu[0], d->trace);
    return NULL;
}

const char *system_make(struct source *s)
{
    static struct system_drawn drawn;

    system_draw(s, &drawn);
    return system_boot(&drawn);
}

/* ---- copies --------------------------------------------------------------*/

/* Beside this, memory is zero after boot but for a few descriptors. */
#define MACHINE_SIZE offsetof(struct sim, ram)
#define DESCRIPTORS_MAX 256U

struct system_copy {
    struct model model;
    struct kernel kernel;
    struct klog klog;
    struct sim_clock clock;
    u8 tables[sizeof(tables)];
    u32 descriptors;
    u32 at[DESCRIPTORS_MAX];
    u64 descriptor[DESCRIPTORS_MAX];
    u8 machine[MACHINE_SIZE];
};

struct system_copy *system_save(void)
{
    struct system_copy *copy = malloc(sizeof(*copy));

    if (copy == NULL) {
        abort();
    }
    copy->model = model;
    copy->kernel = kernel;
    copy->klog = klog;
    copy->clock = sim_clock;
    copy->descriptors = 0;
    memcpy(copy->tables, &tables, sizeof(tables));
    memcpy(copy->machine, &sim, MACHINE_SIZE);
    for (u32 offset = 0; offset < SIM_RAM_SIZE; offset += 8U) {
        u64 word = sim_ram_read64(&sim.ram, paddr(SIM_RAM_BASE + offset));
        if (word != 0 && copy->descriptors < DESCRIPTORS_MAX) {
            copy->at[copy->descriptors] = SIM_RAM_BASE + offset;
            copy->descriptor[copy->descriptors++] = word;
        }
    }
    return copy;
}

void system_restore(const struct system_copy *copy)
{
    compare_ram_clear();
    model = copy->model;
    sim_space_fixed = model.fixed;
    kernel = copy->kernel;
    klog = copy->klog;
    sim_clock = copy->clock;
    memcpy(&tables, copy->tables, sizeof(tables));
    memcpy(&sim, copy->machine, MACHINE_SIZE);
    for (u32 i = 0; i < copy->descriptors; i++) {
        sim_ram_write64(&sim.ram, paddr(copy->at[i]), copy->descriptor[i]);
    }
}
