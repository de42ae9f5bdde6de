/* SPDX-License-Identifier: BSD-2-Clause */
/* A system as JSON, for programs: see describe.h and docs/results.md. Names are identifiers
 * (check_names.c), so that nothing has to be quoted. */
#include "config.h"
#include "print.h"
#include "timing.h"

/* A comma before all but the first of a list. */
static const char *comma(bool *any)
{
    const char *text = *any ? "," : "";

    *any = true;
    return text;
}

static u64 to_us(const struct described *d, u32 ticks)
{
    return (u64)ticks * 1000U / d->board->ticks_per_ms;
}

static void print_thread(const struct described *d, const struct boot_thread *t, FILE *file)
{
    fprintf(file, "{\"name\":\"%s\",", t->name);
    if (t->sc == NONE) {
        fprintf(file, "\"passive\":true,\"level\":%u", t->level);
    } else {
        const struct boot_sc *sc = &d->boot.scs[t->sc];
        fprintf(file, "\"passive\":false,\"priority\":%u,\"budget_us\":%llu,\"period_us\":%llu",
                sc->described, (unsigned long long)to_us(d, sc->budget),
                (unsigned long long)to_us(d, sc->period));
    }
    fprintf(file, ",\"vcpu\":%s}", t->vcpu != 0 ? "true" : "false");
}

static void print_regions(const struct described *d, u32 cell, FILE *file)
{
    static const char *const types[] = {[MEMORY_NORMAL] = "normal",
                                        [MEMORY_UNCACHED] = "uncached",
                                        [MEMORY_DEVICE] = "device"};
    bool any = false;

    for (u32 i = 0; i < d->boot.region_count; i++) {
        const struct boot_region *r = &d->boot.regions[i];
        if (r->cell != cell) {
            continue;
        }
        fprintf(file,
                "%s{\"name\":\"%s\",\"physical\":%u,\"guest\":%u,\"mapped\":%s,\"size\":%u,"
                "\"read\":%s,\"write\":%s,\"execute\":%s,\"type\":\"%s\"}",
                comma(&any), r->name, r->map.pa.raw, r->map.gpa.raw, r->mapped ? "true" : "false",
                r->map.size, (r->map.access & ACCESS_READ) != 0 ? "true" : "false",
                (r->map.access & ACCESS_WRITE) != 0 ? "true" : "false",
                (r->map.access & ACCESS_EXECUTE) != 0 ? "true" : "false", types[r->map.memory]);
    }
}

static void print_object(const struct described *d, const struct boot_cap *c, FILE *file)
{
    if (c->type == THIMBLE_CAP_THREAD) {
        const struct boot_thread *t = &d->boot.threads[c->object];
        fprintf(file, "\"thread\":\"%s.%s\"", d->boot.cells[t->cell].name, t->name);
    } else if (c->type == THIMBLE_CAP_NOTIFICATION) {
        fprintf(file, "\"notification\":\"%s\"", d->boot.notifications[c->object].name);
    } else if (c->type == THIMBLE_CAP_IRQ) {
        fprintf(file, "\"irq\":\"%s\"", d->boot.irqs[c->object].name);
    } else if (c->type == THIMBLE_CAP_REGION) {
        fprintf(file, "\"region\":\"%s\"", d->boot.regions[c->object].name);
    } else {
        fprintf(file, "\"cell\":\"%s\"", d->boot.cells[c->object].name);
    }
}

static void print_cell(const struct described *d, u32 cell, FILE *file)
{
    bool any = false;

    fprintf(file, "{\"name\":\"%s\",\"threads\":[", d->boot.cells[cell].name);
    for (u32 i = 0; i < d->boot.thread_count; i++) {
        if (d->boot.threads[i].cell == cell) {
            fputs(comma(&any), file);
            print_thread(d, &d->boot.threads[i], file);
        }
    }
    fprintf(file, "],\"regions\":[");
    print_regions(d, cell, file);
    fprintf(file, "],\"capabilities\":[");
    any = false;
    for (u32 i = 0; i < d->boot.cap_count; i++) {
        const struct boot_cap *c = &d->boot.caps[i];
        if (c->cell == cell) {
            fprintf(file, "%s{\"slot\":%u,\"rights\":%u,\"badge\":%u,", comma(&any), c->slot,
                    c->rights, c->badge);
            print_object(d, c, file);
            fputc('}', file);
        }
    }
    fprintf(file, "]}");
}

static void print_bound(const struct model *m, u32 thread, bool *any, FILE *file)
{
    const struct system_thread *t = m->threads[thread].is;
    u64 deadline = t->deadline_us * 1000ULL;
    struct bound b = timing_bound(m, thread, deadline);
    const struct {
        const char *name;
        u64 ns;
    } parts[] = {{"stretch", b.stretch}, {"own", b.own},       {"budget", b.budget},
                 {"more", b.more},       {"paths", b.paths},   {"equal", b.equal},
                 {"lines", b.lines},     {"total", b.total},   {"deadline", deadline},
                 {"help", b.help},       {"left", timing_left(&b)}};

    fprintf(file, "%s{\"thread\":\"%s.%s\"", comma(any),
            model_cell_name(m, m->threads[thread].cell), t->name);
    for (u32 i = 0; i < ARRAY_SIZE(parts); i++) {
        fprintf(file, ",\"%s_ns\":%llu", parts[i].name, (unsigned long long)parts[i].ns);
    }
    fputc('}', file);
}

/* Bounds of deadlines, and the levels of lines. */
static void print_derived(const struct system *system, const struct described *d, FILE *file)
{
    struct model m;
    bool any = false;

    fprintf(file, "\"bounds\":[");
    if (model_make(&m, system, d->board, stderr)) {
        for (u32 i = 0; i < m.count[KIND_THREAD]; i++) {
            if (m.threads[i].is->deadline_us != 0) {
                print_bound(&m, i, &any, file);
            }
        }
    }
    model_free(&m);
    any = false;
    fprintf(file, "],\"irqs\":[");
    for (u32 i = 0; i < d->boot.irq_count; i++) {
        const struct boot_irq *irq = &d->boot.irqs[i];
        u32 holder = irq_holder(d, i);
        fprintf(file, "%s{\"name\":\"%s\",\"intid\":%u,\"edge\":%s,\"level\":%u,\"cell\":%s%s%s}",
                comma(&any), irq->name, irq->line, irq->edge ? "true" : "false", irq->level,
                holder != NONE ? "\"" : "", holder != NONE ? d->boot.cells[holder].name : "null",
                holder != NONE ? "\"" : "");
    }
    fprintf(file, "]");
}

void describe_json(const struct system *system, const struct described *d, FILE *file)
{
    bool any = false;

    fprintf(file,
            "{\"schema\":\"thimble-system\",\"version\":1,\"system\":\"%s\",\"board\":\"%s\","
            "\"expect\":\"%s\",\"cells\":[",
            system->name, d->board->name, system->expect != NULL ? system->expect : "");
    for (u32 i = 0; i < d->boot.cell_count; i++) {
        fputs(comma(&any), file);
        print_cell(d, i, file);
    }
    fprintf(file, "],\"notifications\":[");
    any = false;
    for (u32 i = 0; i < d->boot.notification_count; i++) {
        fprintf(file, "%s\"%s\"", comma(&any), d->boot.notifications[i].name);
    }
    fprintf(file, "],");
    print_derived(system, d, file);
    fprintf(file, "}\n");
}
