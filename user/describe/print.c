/* SPDX-License-Identifier: BSD-2-Clause */
/* A system for people to read: see describe.h. */
#include "config.h"
#include "describe.h"

static const char *cell_name(const struct described *d, u32 cell)
{
    return d->boot.cells[cell].name;
}

/* Without an SMMU a bus master reaches all memory: its cell must be trusted. */
static bool region_trusted(const struct described *d, const struct boot_region *r)
{
    for (const struct board_device *dev = d->board->devices; dev->name != NULL; dev++) {
        if (r->map.memory == MEMORY_DEVICE && dev->pa.raw == r->map.pa.raw && dev->trusted) {
            return true;
        }
    }
    return false;
}

static void print_region(const struct described *d, const struct boot_region *r, FILE *file)
{
    static const char *const types[] = {
        [MEMORY_NORMAL] = "normal",
        [MEMORY_UNCACHED] = "uncached",
        [MEMORY_DEVICE] = "device",
    };
    u32 access = r->map.access;
    char name[64];

    (void)snprintf(name, sizeof(name), "%s.%s", cell_name(d, r->cell), r->name);
    fprintf(file, "  0x%08x-0x%08x %8u  0x%08x  %c%c%c  %-8s  %s%s\n", r->map.pa.raw,
            r->map.pa.raw + (r->map.size - 1U), r->map.size / KIB, r->map.gpa.raw,
            (access & ACCESS_READ) != 0 ? 'r' : '-', (access & ACCESS_WRITE) != 0 ? 'w' : '-',
            (access & ACCESS_EXECUTE) != 0 ? 'x' : '-', types[r->map.memory], name,
            region_trusted(d, r) ? " (bus master: trusted)" : "");
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
    }
    fprintf(file, "  RAM: %u of %u KiB; page tables: at most %u of %u pages\n", used / KIB,
            d->board->ram_size / KIB, tables, d->board->table_pages);
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
        fprintf(file, " %8u %11llu %11llu %5s", sc->priority,
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

static void print_cap(const struct described *d, const struct boot_cap *c, FILE *file)
{
    fprintf(file, "  %-16s %5u  ", cell_name(d, c->cell), c->slot);
    if (c->type == THIMBLE_CAP_THREAD) {
        const struct boot_thread *t = &d->boot.threads[c->object];
        fprintf(file, "call %s.%s, badge 0x%x\n", cell_name(d, t->cell), t->name, c->badge);
    } else if (c->type == THIMBLE_CAP_NOTIFICATION) {
        bool signals = (c->rights & THIMBLE_RIGHT_SIGNAL) != 0;
        bool waits = (c->rights & THIMBLE_RIGHT_WAIT) != 0;
        fprintf(file, "%s%s%s %s", signals ? "signal" : "", signals && waits ? ", " : "",
                waits ? "wait" : "", d->boot.notifications[c->object].name);
        if (signals) {
            fprintf(file, ", badge 0x%x", c->badge);
        }
        fputc('\n', file);
    } else {
        fprintf(file, "handle %s\n", d->boot.irqs[c->object].name);
    }
}

static void print_caps(const struct described *d, FILE *file)
{
    fprintf(file, "capabilities\n  %-16s %5s  %s\n", "cell", "slot", "may");
    for (u32 i = 0; i < d->boot.cap_count; i++) {
        print_cap(d, &d->boot.caps[i], file);
    }
}

static const char *irq_holder(const struct described *d, u32 irq)
{
    for (u32 i = 0; i < d->boot.cap_count; i++) {
        const struct boot_cap *c = &d->boot.caps[i];
        if (c->type == THIMBLE_CAP_IRQ && c->object == irq) {
            return cell_name(d, c->cell);
        }
    }
    return "-";
}

static void print_irqs(const struct described *d, FILE *file)
{
    fprintf(file, "interrupts\n  %-16s %5s  %-5s  %s\n", "irq", "INTID", "fires", "cell");
    for (u32 i = 0; i < d->boot.irq_count; i++) {
        const struct boot_irq *irq = &d->boot.irqs[i];
        fprintf(file, "  %-16s %5u  %-5s  %s\n", irq->name, irq->line,
                irq->edge ? "edge" : "level", irq_holder(d, i));
    }
}

void describe_print(const struct system *system, const struct described *d, FILE *file)
{
    fprintf(file, "system \"%s\" on board \"%s\"\n", system->name, d->board->name);
    print_memory(d, file);
    print_threads(d, file);
    print_caps(d, file);
    print_irqs(d, file);
}
