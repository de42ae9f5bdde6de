/* SPDX-License-Identifier: BSD-2-Clause */
/* Sources for an ARM image: see emit.h. */
#include "emit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "emit_vms.h"
#include "sim.h"
#include "space.h"

struct emit {
    const struct described *d;
    struct model m;
    const u32 *seeds; /* of the threads */
    const char *folder;
    FILE *file;
    char path[4096];
    bool failed;
};

static bool emit_open(struct emit *e, const char *name, const char *ending)
{
    int length = snprintf(e->path, sizeof(e->path), "%s/%s%s", e->folder, name, ending);

    e->file = length < (int)sizeof(e->path) ? fopen(e->path, "w") : NULL;
    if (e->file == NULL) {
        fprintf(stderr, "error: cannot write %s: %s\n", e->path, strerror(errno));
        e->failed = true;
    }
    return e->file != NULL;
}

static void emit_close(struct emit *e)
{
    bool bad = ferror(e->file) != 0;

    if (fclose(e->file) != 0 || bad) {
        fprintf(stderr, "error: cannot write %s\n", e->path);
        e->failed = true;
    }
}

/* ---- limits ------------------------------------------------------------------*/

static u32 at_least_one(u32 count)
{
    return count != 0 ? count : 1;
}

/* How many of the system's priorities are lower: what an image has instead of it. */
static u32 priority_rank(const struct boot *b, u32 priority)
{
    bool has[256] = {false};
    u32 rank = 0;

    for (u32 i = 0; i < b->sc_count; i++) {
        has[b->scs[i].urgency[0].priority] = true;
        has[b->scs[i].urgency[1].priority] = true;
    }
    for (u32 p = 0; p < priority; p++) {
        rank += has[p];
    }
    return rank;
}

/* An array has one element at least. */
static void table_end(struct emit *e, u32 count, const char *none)
{
    fprintf(e->file, "%s};\n\n", count == 0 ? none : "");
}

static void emit_limits(struct emit *e)
{
    const struct boot *b = &e->d->boot;
    u32 slots = 0;
    u32 tables = 0;
    /* Idle has one, too. */
    u32 roots =
        ((b->cell_count + 1U) * SPACE_ROOT_SIZE(b->space_t0sz) + PAGE_SIZE - 1U) / PAGE_SIZE;
    u32 regions = b->region_count;
    u32 vfp = 0;
    u32 vcpus = 0;
    u32 places = 1; /* a power of two */
    u32 types = 0;

    for (u32 i = 0; i < b->thread_count; i++) {
        vfp += b->threads[i].vfp != 0;
        vcpus += b->threads[i].vcpu != 0;
    }
    while (places <= at_least_one(b->sc_count) + vcpus) {
        places *= 2U;
    }
    for (u32 i = 0; i < b->cell_count; i++) {
        slots += b->cells[i].slots;
        tables += b->cells[i].tables;
        regions += b->cells[i].derived;
    }
    for (u32 i = 0; i < b->cap_count; i++) {
        types |= 1U << b->caps[i].type;
    }
    fprintf(e->file,
            "#define CPU_MAX 1U\n"
            "#define CELL_MAX %uU\n"
            "#define THREAD_MAX %uU\n"
            "#define SC_MAX %uU\n"
            "#define PLACES %uU\n"
            "#define PRIORITIES %uU\n"
            "#define CAP_MAX %uU\n"
            "#define CAP_TYPES 0x%xU\n"
            "#define NOTIFICATION_MAX %uU\n"
            "#define IRQ_MAX %uU\n"
            "#define REGION_MAX %uU\n"
            "#define LINE_MAX %uU\n"
            "#define TABLE_PAGE_MAX %uU\n"
            "#define SPACE_ROOT_PAGES %uU\n"
            "#define SPACE_T0SZ %uU\n"
            "#define SPACE_FIXED %u\n"
            "#define VFP_MAX %uU\n"
            "#define VCPU_MAX %uU\n"
            "#ifndef TRACE_EVENTS\n"
            "#define TRACE_EVENTS 64U\n"
            "#endif\n",
            at_least_one(b->cell_count), b->thread_count + 1U, at_least_one(b->sc_count),
            places, at_least_one(priority_rank(b, 256U)), at_least_one(slots), types,
            at_least_one(b->notification_count), at_least_one(b->irq_count),
            at_least_one(regions), e->d->board->line_count,
            tables + roots, roots, b->space_t0sz, b->fixed, vfp, vcpus);
}

/* ---- tables --------------------------------------------------------------------*/

static void emit_cells(struct emit *e)
{
    const struct boot *b = &e->d->boot;

    fprintf(e->file, "static const struct boot_cell cells[] = {\n");
    for (u32 i = 0; i < b->cell_count; i++) {
        const struct boot_cell *c = &b->cells[i];
        fprintf(
            e->file,
            "    {.name = \"%s\", .slots = %u, .tables = %u, .derived = %u, .image = {0x%08xU}, "
            ".image_size = 0x%xU, .stats = {0x%08xU}},\n",
            c->name, c->slots, c->tables, c->derived, c->image.raw, c->image_size, c->stats.raw);
    }
    table_end(e, b->cell_count, "    {.name = \"\"},\n");
}

static void emit_threads(struct emit *e)
{
    const struct boot *b = &e->d->boot;

    fprintf(e->file, "static const struct boot_thread threads[] = {\n");
    for (u32 i = 0; i < b->thread_count; i++) {
        const struct boot_thread *t = &b->threads[i];
        fprintf(e->file,
                "    {.name = \"%s\", .cell = %u, .sc = %uU, .level = %u, .vfp = %u, .vcpu = %u,\n"
                "     .handler = %uU, .health = %uU, .argument = 0x%xU, .buffer = {0x%08xU}, "
                ".buffer_at = "
                "{0x%08xU},\n     .stack = {0x%08xU}},\n",
                t->name, t->cell, t->sc, t->level, t->vfp, t->vcpu, t->handler, t->health,
                t->argument, t->buffer.raw, t->buffer_at.raw, t->stack.raw);
    }
    table_end(e, b->thread_count, "    {.name = \"\"},\n");
    fprintf(e->file, "static const struct boot_sc scs[] = {\n");
    for (u32 i = 0; i < b->sc_count; i++) {
        const struct boot_sc *s = &b->scs[i];
        fprintf(e->file, "    {.described = %u, .thread = %u, .budget = %uU, .period = %uU,\n",
                s->described, s->thread, s->budget, s->period);
        for (u32 low = 0; low < 2U; low++) {
            const struct urgency *u = &s->urgency[low];
            fprintf(e->file,
                    "     .urgency[%u] = {.place = %u, .reach = %u, .priority = %u, .mask = %u},\n",
                    low, u->place, u->reach, priority_rank(b, u->priority), u->mask);
        }
        fprintf(e->file, "    },\n");
    }
    table_end(e, b->sc_count, "    {.thread = 0},\n");
}

static void emit_lines(struct emit *e)
{
    const struct boot *b = &e->d->boot;

    fprintf(e->file, "static const struct boot_irq irqs[] = {\n");
    for (u32 i = 0; i < b->irq_count; i++) {
        fprintf(e->file, "    {.name = \"%s\", .line = %u, .edge = %d, .level = %u},\n",
                b->irqs[i].name, b->irqs[i].line, b->irqs[i].edge, b->irqs[i].level);
    }
    table_end(e, b->irq_count, "    {.name = \"\"},\n");
    fprintf(e->file, "static const struct boot_notification notifications[] = {\n");
    for (u32 i = 0; i < b->notification_count; i++) {
        fprintf(e->file, "    {.name = \"%s\"},\n", b->notifications[i].name);
    }
    table_end(e, b->notification_count, "    {.name = \"\"},\n");
}

static void emit_regions(struct emit *e)
{
    const struct boot *b = &e->d->boot;

    fprintf(e->file, "static const struct boot_region regions[] = {\n");
    for (u32 i = 0; i < b->region_count; i++) {
        const struct boot_region *r = &b->regions[i];
        fprintf(e->file,
                "    {.name = \"%s\", .cell = %u, .mapped = %d, .loaded = %d,\n     .map = {.gpa = "
                "{0x%08xU}, "
                ".pa = {0x%08xU},\n     .size = 0x%xU, .memory = %u, .access = %u}},\n",
                r->name, r->cell, r->mapped, r->loaded, r->map.gpa.raw, r->map.pa.raw, r->map.size,
                r->map.memory, r->map.access);
    }
    table_end(e, b->region_count, "    {.name = \"\"},\n");
    fprintf(e->file, "static const struct boot_cap caps[] = {\n");
    for (u32 i = 0; i < b->cap_count; i++) {
        const struct boot_cap *c = &b->caps[i];
        fprintf(e->file,
                "    {.cell = %u, .slot = %u, .type = %u, .rights = %u, .object = %u, "
                ".badge = 0x%xU},\n",
                c->cell, c->slot, c->type, c->rights, c->object, c->badge);
    }
    table_end(e, b->cap_count, "    {0},\n");
}

static void emit_tables(struct emit *e)
{
    const struct boot *b = &e->d->boot;

    fprintf(e->file, "#include \"image.h\"\n\n");
    emit_cells(e);
    emit_threads(e);
    emit_lines(e);
    emit_regions(e);
    fprintf(e->file,
            "const struct boot arm_system = {\n"
            "    .name = \"%s\", .cells = cells, .threads = threads, .scs = scs, .irqs = irqs,\n"
            "    .notifications = notifications, .regions = regions, .caps = caps,\n"
            "    .space_t0sz = %u,\n"
            "    .fixed = %u,\n"
            "    .cell_count = %u, .thread_count = %u, .sc_count = %u, .irq_count = %u,\n"
            "    .notification_count = %u, .region_count = %u, .cap_count = %u,\n};\n",
            b->name, b->space_t0sz, b->fixed, b->cell_count, b->thread_count, b->sc_count,
            b->irq_count, b->notification_count, b->region_count, b->cap_count);
}

/* ---- cells ------------------------------------------------------------------------*/

/* VMs have no program, and no image. */
static bool native(const struct emit *e, u32 cell)
{
    return !e->m.cells[cell].is->vm;
}

/* A cell's image is the first region with its number. */
static const struct boot_region *image_of(const struct boot *b, u32 cell)
{
    for (u32 i = 0; i < b->region_count; i++) {
        if (b->regions[i].cell == cell) {
            return &b->regions[i];
        }
    }
    abort(); /* the checker has placed one for each */
}

static void emit_binaries(struct emit *e)
{
    const struct boot *b = &e->d->boot;

    fprintf(e->file, "    .section .binaries, \"a\"\n");
    for (u32 i = 0; i < b->cell_count; i++) {
        if (!native(e, i)) {
            continue;
        }
        fprintf(e->file,
                "    .balign 4\n"
                "binary_%u:\n"
                "    .incbin \"%s/%s.bin\"\n"
                "    .balign 4\n"
                "binary_%u_end:\n",
                i, e->folder, b->cells[i].name, i);
    }
    fprintf(e->file, "    .section .rodata.binaries, \"a\"\n"
                     "    .balign 4\n"
                     "    .global arm_binaries\n"
                     "arm_binaries:\n");
    for (u32 i = 0; i < b->cell_count; i++) {
        if (native(e, i)) {
            fprintf(e->file, "    .word binary_%u, binary_%u_end, 0x%08x, 0x%x\n", i, i,
                    image_of(b, i)->map.pa.raw, image_of(b, i)->map.size);
        }
    }
    fprintf(e->file, "    .word 0, 0, 0, 0\n");
}

/* What the contents of regions are made of; nothing if no region has any. */
static void emit_contents_mk(struct emit *e)
{
    const struct model *m = &e->m;
    bool any = false;

    fprintf(e->file, "CONTENTS :=");
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        const struct model_region *r = &m->regions[i];
        any = any || r->loaded;
        if (r->path != NULL) {
            fprintf(e->file, " %s", r->path);
        } else if (r->loaded && r->is->tree != NULL) {
            fprintf(e->file, " %s/%s.dtb", e->folder, r->is->tree);
        }
    }
    fprintf(e->file, "\nCONTENTS_AT := 0x%08x\nCONTENTS_OBJECT := %s\n", m->board->ram.raw,
            any ? "contents" : "");
    /* To run a guest alone on the machine, as the VMM would start it. */
    fprintf(e->file, "GUESTS_HERE :=");
    for (u32 i = 0; i < m->guest_count; i++) {
        fprintf(e->file, " %s", model_cell_name(m, m->guests[i].cell));
    }
    fprintf(e->file, "\n");
}

static void emit_cells_mk(struct emit *e)
{
    const struct boot *b = &e->d->boot;
    const struct board *board = e->d->board;

    fprintf(e->file, "UART := %s\nRAM_AT := 0x%08x\nIMAGE_SIZE := 0x%x\nTICKS_PER_MS := %u\n",
            board->uart_kind, board->image.raw, board->ram.raw - board->image.raw,
            board->ticks_per_ms);
    fprintf(e->file, "CELLS :=");
    for (u32 i = 0; i < b->cell_count; i++) {
        if (native(e, i)) {
            fprintf(e->file, " %s", b->cells[i].name);
        }
    }
    fprintf(e->file, "\n");
    for (u32 i = 0; i < b->cell_count; i++) {
        if (native(e, i)) {
            fprintf(e->file, "PROGRAM_%s := %s\n", b->cells[i].name, b->cells[i].program);
            if (b->cells[i].stats.raw != 0) {
                fprintf(e->file, "STATS_%s := 1\n", b->cells[i].name);
            }
        }
    }
    emit_contents_mk(e);
}

static void emit_self(struct emit *e, u32 cell)
{
    const struct boot *b = &e->d->boot;

    fprintf(e->file, "#include \"thimble_self.h\"\n\n"
                     "const struct thimble_self thimble_selves[] = {\n");
    for (u32 i = 0; i < b->thread_count; i++) {
        const struct boot_thread *t = &b->threads[i];
        if (t->cell == cell) {
            fprintf(e->file,
                    "    {.stack = 0x%08xU, .buffer = 0x%08xU, .seed = 0x%08xU}, /* %s */\n",
                    t->stack.raw, t->buffer_at.raw, e->seeds[i], t->name);
        }
    }
    fprintf(e->file, "    {0},\n};\n\nconst uint32_t thimble_stats_at = 0x%08xU;\n",
            b->cells[cell].stats.raw);
    fprintf(e->file, "const uint16_t thimble_sleep_slots[] = {");
    for (u32 i = 0; i < b->thread_count; i++) {
        if (b->threads[i].cell == cell) {
            fprintf(e->file, "%u, ", describe_sleep_slot(e->d, i));
        }
    }
    fprintf(e->file, "0};\n");
}

static void emit_link(struct emit *e, u32 cell)
{
    const struct boot *b = &e->d->boot;
    u32 lowest = b->cells[cell].image.raw + b->cells[cell].image_size;

    for (u32 i = 0; i < b->thread_count; i++) {
        if (b->threads[i].cell == cell && b->threads[i].stack.raw - DESCRIBE_STACK_SIZE < lowest) {
            lowest = b->threads[i].stack.raw - DESCRIBE_STACK_SIZE;
        }
    }
    fprintf(e->file, "IMAGE_AT = 0x%08x;\nIMAGE_END = 0x%08x;\nINCLUDE user/arm/cell.ld\n",
            b->cells[cell].image.raw, lowest);
}

/* As sim_guests_start() draws them. */
static u32 *seeds_draw(u32 threads, u64 seed)
{
    u32 *seeds = calloc(threads + 1U, sizeof(*seeds));
    struct sim_random random;

    if (seeds == NULL) {
        abort();
    }
    sim_random_seed(&random, seed, SIM_STREAM_GUESTS);
    for (u32 i = 0; i < threads; i++) {
        seeds[i] = (u32)sim_random_next(&random);
    }
    return seeds;
}

/* Is a region its device tree, though it may not be told of it? */
static bool has_tree(const struct model *m, const struct model_guest *g)
{
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        const struct system_region *r = m->regions[i].is;
        if (r != NULL && same_name(r->tree, model_cell_name(m, g->cell))) {
            return true;
        }
    }
    return false;
}

static void emit_vms(struct emit *e)
{
    struct vmm_config config;

    for (u32 i = 0; i < e->m.guest_count; i++) {
        const struct model_guest *g = &e->m.guests[i];
        if (has_tree(&e->m, g) && emit_open(e, model_cell_name(&e->m, g->cell), ".dts")) {
            emit_tree(&e->m, g, e->file);
            emit_close(e);
        }
        if (g->tree != NOWHERE && emit_open(e, model_cell_name(&e->m, g->cell), ".native.S")) {
            emit_alone(&e->m, g, e->folder, e->file);
            emit_close(e);
        }
    }
    for (u32 i = 0; i < e->m.count[KIND_REGION]; i++) {
        const struct model_region *r = &e->m.regions[i];
        if (r->is != NULL && r->is->config &&
            emit_open(e, model_cell_name(&e->m, r->cell), ".config")) {
            emit_config(&e->m, r->cell, &config);
            (void)fwrite(&config, sizeof(config), 1, e->file);
            emit_close(e);
        }
    }
    if (emit_open(e, "contents", ".S")) {
        emit_contents(&e->m, e->folder, e->file);
        emit_close(e);
    }
}

bool emit_image(const struct system *system, const struct described *d, const char *folder,
    u64 seed)
{
    u32 *seeds = seeds_draw(d->boot.thread_count, seed);
    struct emit e = {.d = d, .seeds = seeds, .folder = folder};

    if (!model_make(&e.m, system, d->board, stderr)) {
        abort();
    }
    emit_vms(&e);
    if (emit_open(&e, "limits_config", ".h")) {
        emit_limits(&e);
        emit_close(&e);
    }
    if (emit_open(&e, "tables", ".c")) {
        emit_tables(&e);
        emit_close(&e);
    }
    if (emit_open(&e, "binaries", ".S")) {
        emit_binaries(&e);
        emit_close(&e);
    }
    for (u32 i = 0; i < d->boot.cell_count; i++) {
        if (!native(&e, i)) {
            continue;
        }
        if (emit_open(&e, d->boot.cells[i].name, ".c")) {
            emit_self(&e, i);
            emit_close(&e);
        }
        if (emit_open(&e, d->boot.cells[i].name, ".ld")) {
            emit_link(&e, i);
            emit_close(&e);
        }
    }
    /* Last: make reads it. */
    if (!e.failed && emit_open(&e, "cells", ".mk")) {
        emit_cells_mk(&e);
        emit_close(&e);
    }
    model_free(&e.m);
    free(seeds);
    return !e.failed;
}
