/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may reach whom, as a graph for Graphviz: see describe.h. */
#include "config.h"
#include "print.h"

static void print_cell(const struct described *d, u32 cell, FILE *file)
{
    fprintf(file, "    \"%s\" [shape=box, style=rounded, label=\"%s", d->boot.cells[cell].name,
            d->boot.cells[cell].name);
    for (u32 i = 0; i < d->boot.thread_count; i++) {
        const struct boot_thread *t = &d->boot.threads[i];
        if (t->cell != cell) {
            continue;
        }
        if (t->sc != NONE) {
            fprintf(file, "\\n%s: priority %u", t->name, d->boot.scs[t->sc].described);
        } else {
            fprintf(file, "\\n%s: level %u", t->name, t->level);
        }
    }
    fprintf(file, "\"];\n");
}

/* From `from` to `to`, or the other way round. */
static void edge(const char *from, const char *to, const char *kind, const char *label, FILE *file)
{
    fprintf(file, "    \"%s%s\" -> \"%s\" [label=\"%s\"];\n", kind, from, to, label);
}

static void print_cap(const struct described *d, const struct boot_cap *c, FILE *file)
{
    const char *cell = d->boot.cells[c->cell].name;
    char label[64];
    char object[96];

    if (c->type == THIMBLE_CAP_THREAD) {
        const struct boot_thread *t = &d->boot.threads[c->object];
        bool call = (c->rights & THIMBLE_RIGHT_CALL) != 0;
        (void)snprintf(label, sizeof(label), "%s %s", call ? "calls" : "stops", t->name);
        edge(cell, d->boot.cells[t->cell].name, "", label, file);
    } else if (c->type == THIMBLE_CAP_NOTIFICATION) {
        const char *name = d->boot.notifications[c->object].name;
        if ((c->rights & THIMBLE_RIGHT_SIGNAL) != 0) {
            (void)snprintf(object, sizeof(object), "notification %s", name);
            edge(cell, object, "", "signals", file);
        }
        if ((c->rights & THIMBLE_RIGHT_WAIT) != 0) {
            edge(name, cell, "notification ", "wakes", file);
        }
    } else if (c->type == THIMBLE_CAP_IRQ) {
        edge(d->boot.irqs[c->object].name, cell, "line ", "is handled by", file);
    } else if (c->type == THIMBLE_CAP_CELL) {
        bool map = (c->rights & THIMBLE_RIGHT_MAP) != 0;
        edge(cell, d->boot.cells[c->object].name, "", map ? "maps into" : "restarts", file);
    }
}

/* Memory that several cells map is a node; each cell that maps it has an edge. */
static void print_shared(const struct described *d, u32 region, FILE *file)
{
    const struct boot_region *r = &d->boot.regions[region];
    bool device = r->map.memory == MEMORY_DEVICE;
    bool shared = device;

    for (u32 i = 0; i < d->boot.region_count; i++) {
        shared |= i != region && d->boot.regions[i].map.pa.raw == r->map.pa.raw;
    }
    if (shared) {
        fprintf(file, "    \"0x%08x\" [shape=%s, label=\"%s\\n0x%08x\"];\n", r->map.pa.raw,
                device ? "component" : "cylinder", r->name, r->map.pa.raw);
        fprintf(file, "    \"%s\" -> \"0x%08x\" [dir=none, style=dashed, label=\"%s\"];\n",
                d->boot.cells[r->cell].name, r->map.pa.raw,
                (r->map.access & ACCESS_WRITE) != 0 ? "writes" : "reads");
    }
}

void describe_graph(const struct system *system, const struct described *d, FILE *file)
{
    fprintf(file, "digraph \"%s\" {\n    rankdir=LR;\n    node [shape=ellipse];\n", system->name);
    for (u32 i = 0; i < d->boot.cell_count; i++) {
        print_cell(d, i, file);
    }
    for (u32 i = 0; i < d->boot.region_count; i++) {
        print_shared(d, i, file);
    }
    for (u32 i = 0; i < d->boot.cap_count; i++) {
        print_cap(d, &d->boot.caps[i], file);
    }
    fprintf(file, "}\n");
}
