/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual machines, their guests' places and devices: see print.h. */
#include "model.h"
#include "print.h"
#include "timing.h"
#include "vmm/config.h"

static const char *const kinds[] = {
    [GUEST_UART] = "PL011",
    [GUEST_VIRTIO_CONSOLE] = "virtio console",
    [GUEST_VIRTIO_NET] = "virtio network",
    [GUEST_VIRTIO_BLOCK] = "virtio block",
    [GUEST_DEVICE] = "passed through",
    [GUEST_SIGNAL] = "signal",
};

static void print_part(const struct model *m, u32 region, u32 at, const char *name, FILE *file)
{
    if (region == NOWHERE) {
        return;
    }
    const struct model_region *r = &m->regions[region];
    u32 size = r->path != NULL ? r->file_size : r->size;
    fprintf(file, "    0x%08x-0x%08x  %-8s %s\n", at, at + (size - 1U), name,
            r->path != NULL ? r->path : "generated");
}

static void print_device(const struct model *m, const struct model_guest *g, u32 index, FILE *file)
{
    const struct system_guest_device *d = &g->is->devices[index];
    u32 at = vms_registers(g, index);
    const char *what = "";

    if (d->kind == GUEST_DEVICE) {
        at = m->regions[model_region_find(m, g->cell, d->region)].at;
        what = d->irq;
    } else if (d->kind == GUEST_VIRTIO_NET) {
        what = d->cable;
    } else if (d->kind == GUEST_VIRTIO_BLOCK) {
        what = d->region;
    } else if (d->kind == GUEST_SIGNAL) {
        what = d->notification;
        at = d->region != NULL ? m->regions[model_region_find(m, g->cell, d->region)].at : 0;
    }
    if (at != 0) {
        fprintf(file, "    0x%08x  ", at);
    } else {
        fprintf(file, "    %-10s  ", "-");
    }
    fprintf(file, "line %2u  %s%s%s%s\n", vms_line(g, index), kinds[d->kind],
            *what != '\0' ? " " : "", what, d->urgent ? " (urgent)" : "");
}

/* What an exit may wait for: whatever its VMM does is done in steps, and the service thread
 * does one at a time. */
static void print_waits(const struct model *m, const struct model_guest *g, FILE *file)
{
    const struct span *threads = &m->cells[g->vmm].threads;

    fprintf(file, "    an exit waits at most %u us for a step of another VM\n", VMM_STEP_US);
    for (u32 i = threads->first; i < threads->first + threads->count; i++) {
        const struct system_thread *t = m->threads[i].is;
        if (t->passive) {
            continue;
        }
        fprintf(file, "    or of %s.%s, priority %u", model_cell_name(m, g->vmm),
                t->name != NULL ? t->name : "", t->priority);
        if (timing_limited(t)) {
            fprintf(file, ": at most %u us in %u us\n", t->budget_us, t->period_us);
        } else {
            fprintf(file, ", without a budget: below all else\n");
        }
    }
}

static void print_guest(const struct model *m, const struct model_guest *g, FILE *file)
{
    const struct system_thread *vcpu = m->threads[g->thread].is;
    const struct model_region *ram = &m->regions[g->ram];

    fprintf(file, "  %s: VM %u of %s, priority %u", model_cell_name(m, g->cell),
            m->caps[g->handler].is->badge, model_cell_name(m, g->vmm), vcpu->priority);
    if (vcpu->low_priority != 0) {
        fprintf(file, ", low priority %u", vcpu->low_priority);
    }
    fprintf(file, "\n");
    print_waits(m, g, file);
    fprintf(file, "    0x%08x-0x%08x  RAM\n", ram->at, ram->at + (ram->size - 1U));
    print_part(m, g->kernel, g->kernel_at, "kernel", file);
    print_part(m, g->initrd, g->initrd_at, "initrd", file);
    print_part(m, g->tree, g->tree_at, "tree", file);
    if (g->is->command_line != NULL) {
        fprintf(file, "    command line \"%s\"\n", g->is->command_line);
    }
    for (u32 i = 0; i < g->devices; i++) {
        print_device(m, g, i, file);
    }
}

void print_vms(const struct system *system, const struct described *d, FILE *file)
{
    struct model m;

    if (model_make(&m, system, d->board, file) && m.guest_count != 0) {
        fprintf(file, "virtual machines (addresses are the guests')\n");
        for (u32 i = 0; i < m.guest_count; i++) {
            print_guest(&m, &m.guests[i], file);
        }
    }
    model_free(&m);
}
