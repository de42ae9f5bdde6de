/* SPDX-License-Identifier: BSD-2-Clause */
/* A system for people to read: see describe.h. */
#include "print.h"

#include "config.h"
#include "device_place.h"

static const char *cell_name(const struct described *d, u32 cell)
{
    return d->boot.cells[cell].name;
}

bool region_trusted(const struct described *d, const struct boot_region *r)
{
    for (const struct board_device *dev = d->board->devices; dev->name != NULL; dev++) {
        if (r->map.memory == MEMORY_DEVICE && dev->pa.raw == r->map.pa.raw && dev->trusted) {
            return true;
        }
    }
    return false;
}

static void print_access(u32 access, FILE *file)
{
    fprintf(file, "%c%c%c", (access & ACCESS_READ) != 0 ? 'r' : '-',
            (access & ACCESS_WRITE) != 0 ? 'w' : '-', (access & ACCESS_EXECUTE) != 0 ? 'x' : '-');
}

static void print_region(const struct described *d, const struct boot_region *r, FILE *file)
{
    static const char *const types[] = {
        [MEMORY_NORMAL] = "normal",
        [MEMORY_UNCACHED] = "uncached",
        [MEMORY_DEVICE] = "device",
    };
    char name[64];
    char guest[16] = "-";

    (void)snprintf(name, sizeof(name), "%s.%s", cell_name(d, r->cell), r->name);
    if (r->mapped) {
        (void)snprintf(guest, sizeof(guest), "0x%08x", r->map.gpa.raw);
    }
    fprintf(file, "  0x%08x-0x%08x %8u  %-10s  ", r->map.pa.raw,
            r->map.pa.raw + (r->map.size - 1U), r->map.size / KIB, guest);
    print_access(r->map.access, file);
    bool same = r->mapped && r->map.gpa.raw == r->map.pa.raw && r->map.memory != MEMORY_DEVICE;
    fprintf(file, "  %-8s  %s%s%s\n", types[r->map.memory], name,
            region_trusted(d, r) ? " (bus master: trusted)" : "",
            same ? " (at its physical address)" : "");
}

/* Regions by physical address; of one address, in description order. */
static const struct boot_region *region_after(const struct described *d,
                                              const struct boot_region *last)
{
    const struct boot_region *next = NULL;

    for (u32 i = 0; i < d->boot.region_count; i++) {
        const struct boot_region *r = &d->boot.regions[i];
        u32 pa = r->map.pa.raw;
        bool after = last == NULL || pa > last->map.pa.raw ||
                     (pa == last->map.pa.raw && r > last);
        if (after && (next == NULL || pa < next->map.pa.raw)) {
            next = r;
        }
    }
    return next;
}

static void print_memory(const struct described *d, FILE *file)
{
    u32 ram = d->board->ram.raw;
    u32 used = 0;
    u32 tables = 0;
    u32 regions = d->boot.region_count;

    fprintf(file, "memory\n  %-21s %8s  %-10s  %-3s  %-8s  %s\n", "physical", "KiB", "guest", "",
            "type", "cell.region");
    for (const struct boot_region *r = region_after(d, NULL); r != NULL; r = region_after(d, r)) {
        u32 end = r->map.pa.raw - ram + r->map.size;
        print_region(d, r, file);
        if (r->map.memory != MEMORY_DEVICE && end > used) {
            used = end;
        }
    }
    for (u32 i = 0; i < d->boot.cell_count; i++) {
        tables += d->boot.cells[i].tables;
        regions += d->boot.cells[i].derived;
    }
    fprintf(file,
            "  RAM: %u of %u KiB; page tables: at most %u of %u pages; regions: at most %u of %u\n",
            used / KIB, d->board->ram_size / KIB, tables, d->board->table_pages, regions,
            REGION_MAX);
}

static void print_slot(u16 slot, FILE *file)
{
    if (slot == THIMBLE_NO_SLOT) {
        fprintf(file, " %7s", "-");
    } else {
        fprintf(file, " %7u", slot);
    }
}

/* Microseconds, as far as the counter can tell. */
static u64 to_us(const struct described *d, u32 ticks)
{
    return (u64)ticks * 1000U / d->board->ticks_per_ms;
}

static void print_thread(const struct described *d, const struct boot_thread *t, FILE *file)
{
    char name[64];

    (void)snprintf(name, sizeof(name), "%s.%s", cell_name(d, t->cell), t->name);
    fprintf(file, "  %-24s", name);
    if (t->sc == NONE) {
        fprintf(file, " %8s %11s %11s %5u", "-", "-", "-", t->level);
    } else {
        const struct boot_sc *sc = &d->boot.scs[t->sc];
        fprintf(file, " %8u %11llu %11llu %5s", sc->described,
                (unsigned long long)to_us(d, sc->budget), (unsigned long long)to_us(d, sc->period),
                "-");
    }
    print_slot(t->handler, file);
    print_slot(t->health, file);
    if (t->buffer.raw != 0) {
        fprintf(file, "  0x%08x\n", t->buffer_at.raw);
    } else {
        fprintf(file, "  -\n");
    }
}

static void print_threads(const struct described *d, FILE *file)
{
    fprintf(file, "threads\n  %-24s %8s %11s %11s %5s %7s %7s  %s\n", "cell.thread", "priority",
            "budget us", "period us", "level", "handler", "health", "buffer");
    for (u32 i = 0; i < d->boot.thread_count; i++) {
        print_thread(d, &d->boot.threads[i], file);
    }
}

/* The names of the rights that a capability has of two. */
static void print_rights(const struct boot_cap *c, u32 first_right, const char *first,
                         u32 second_right, const char *second, FILE *file)
{
    bool has_first = (c->rights & first_right) != 0;
    bool has_second = (c->rights & second_right) != 0;

    fprintf(file, "%s%s%s ", has_first ? first : "", has_first && has_second ? ", " : "",
            has_second ? second : "");
}

static void print_badge(const struct boot_cap *c, u32 right, FILE *file)
{
    if ((c->rights & right) != 0) {
        fprintf(file, ", badge 0x%x", c->badge);
    }
}

static void print_cap(const struct described *d, const struct boot_cap *c, FILE *file)
{
    fprintf(file, "  %-16s %5u  ", cell_name(d, c->cell), c->slot);
    if (c->type == THIMBLE_CAP_THREAD) {
        const struct boot_thread *t = &d->boot.threads[c->object];
        print_rights(c, THIMBLE_RIGHT_CALL, "call", THIMBLE_RIGHT_CONTROL, "stop", file);
        fprintf(file, "%s.%s", cell_name(d, t->cell), t->name);
        print_badge(c, THIMBLE_RIGHT_CALL, file);
    } else if (c->type == THIMBLE_CAP_NOTIFICATION) {
        print_rights(c, THIMBLE_RIGHT_SIGNAL, "signal", THIMBLE_RIGHT_WAIT, "wait", file);
        fprintf(file, "%s", d->boot.notifications[c->object].name);
        print_badge(c, THIMBLE_RIGHT_SIGNAL, file);
    } else if (c->type == THIMBLE_CAP_IRQ) {
        fprintf(file, "handle %s", d->boot.irqs[c->object].name);
    } else if (c->type == THIMBLE_CAP_REGION) {
        fprintf(file, "map, derive %s ", d->boot.regions[c->object].name);
        print_access(c->rights, file);
    } else {
        print_rights(c, THIMBLE_RIGHT_MAP, "map into", THIMBLE_RIGHT_CONTROL, "restart", file);
        fprintf(file, "%s", cell_name(d, c->object));
    }
    fputc('\n', file);
}

static void print_caps(const struct described *d, FILE *file)
{
    fprintf(file, "capabilities\n  %-16s %5s  %s\n", "cell", "slot", "may");
    for (u32 i = 0; i < d->boot.cap_count; i++) {
        print_cap(d, &d->boot.caps[i], file);
    }
}

u32 irq_holder(const struct described *d, u32 irq)
{
    for (u32 i = 0; i < d->boot.cap_count; i++) {
        const struct boot_cap *c = &d->boot.caps[i];
        if (c->type == THIMBLE_CAP_IRQ && c->object == irq) {
            return c->cell;
        }
    }
    return NONE;
}

static void print_irqs(const struct described *d, FILE *file)
{
    fprintf(file, "interrupts\n  %-16s %5s  %-5s  %s\n", "irq", "INTID", "fires", "cell");
    for (u32 i = 0; i < d->boot.irq_count; i++) {
        const struct boot_irq *irq = &d->boot.irqs[i];
        u32 holder = irq_holder(d, i);
        fprintf(file, "  %-16s %5u  %-5s  %s\n", irq->name, irq->line,
                irq->edge ? "edge" : "level", holder != NONE ? cell_name(d, holder) : "-");
    }
}

static void print_devices(const struct described *d, FILE *file)
{
    if (d->devices == NULL || d->devices[0].name == NULL) {
        return;
    }
    fprintf(file, "devices by models\n  %-16s %-16s  %-10s  %5s  %s\n", "device", "model",
            "physical", "INTID", "senses");
    for (const struct device_place *p = d->devices; p->name != NULL; p++) {
        fprintf(file, "  %-16s %-16s  0x%08x  %5u", p->name, p->model->name, p->at, p->line);
        if (p->senses != SIM_SENSES_NOTHING) {
            const struct device_place *other = &d->devices[p->senses];
            fprintf(file, "  %s.%s", other->name, other->model->values[p->sensed]);
        }
        fputc('\n', file);
    }
}

void describe_print(const struct system *system, const struct described *d, FILE *file)
{
    fprintf(file, "system \"%s\" on board \"%s\"\n", system->name, d->board->name);
    print_memory(d, file);
    print_threads(d, file);
    print_caps(d, file);
    print_irqs(d, file);
    print_devices(d, file);
    print_vms(system, d, file);
    print_bounds(system, d, file);
}
