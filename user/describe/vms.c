/* SPDX-License-Identifier: BSD-2-Clause */
/* VMs with guests: who serves them, and where everything is in them. See model.h. */
#include <stdlib.h>

#include "model.h"
#include "objects.h"
#include "vmm/config.h"

/* The layout of every guest's space (docs/systems.md). */
#define UART_LINE 33U
#define VIRTIO_LINE 48U
#define KERNEL_LOAD 0x8000U

u32 vms_cap(const struct model *m, u32 cell, u8 type, u32 object, u32 right, u32 badge)
{
    if (cell == NOWHERE || object == NOWHERE) {
        return NOWHERE;
    }
    const struct span *caps = &m->cells[cell].caps;

    for (u32 i = caps->first; i < caps->first + caps->count; i++) {
        const struct model_cap *c = &m->caps[i];
        if (c->type == type && c->object == object && (c->is->rights & right) == right &&
            (badge == ANY_BADGE || c->is->badge == badge)) {
            return i;
        }
    }
    return NOWHERE;
}

bool vms_virtio(const struct system_guest_device *d)
{
    return d->kind == GUEST_VIRTIO_CONSOLE || d->kind == GUEST_VIRTIO_NET ||
           d->kind == GUEST_VIRTIO_BLOCK;
}

bool vms_has(const struct model_guest *g, u8 kind)
{
    for (u32 i = 0; i < g->devices; i++) {
        if (g->is->devices[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* How many virtio devices come before this one. */
static u32 virtio_number(const struct model_guest *g, u32 device)
{
    u32 number = 0;

    for (u32 i = 0; i < device; i++) {
        number += vms_virtio(&g->is->devices[i]);
    }
    return number;
}

u32 vms_line(const struct model_guest *g, u32 device)
{
    const struct system_guest_device *d = &g->is->devices[device];

    if (d->kind == GUEST_UART) {
        return UART_LINE;
    }
    return vms_virtio(d) ? VIRTIO_LINE + virtio_number(g, device) : d->line;
}

u32 vms_registers(const struct model_guest *g, u32 device)
{
    const struct system_guest_device *d = &g->is->devices[device];

    if (d->kind == GUEST_UART) {
        return VMS_UART_AT;
    }
    return vms_virtio(d) ? VMS_VIRTIO_AT + VMS_VIRTIO_SIZE * virtio_number(g, device) : 0;
}

bool vms_is_vmm(const struct model *m, u32 cell)
{
    for (u32 i = 0; i < m->guest_count; i++) {
        if (m->guests[i].vmm == cell) {
            return true;
        }
    }
    return false;
}

bool vms_own(const struct model *m, const struct model_region *r)
{
    return vms_is_vmm(m, r->cell) && (r->is->config || same_name(r->is->name, "state"));
}

bool vms_console_irq(const struct model *m, u32 cell, u32 irq)
{
    const struct span *regions = &m->cells[cell].regions;

    for (u32 i = regions->first; i < regions->first + regions->count; i++) {
        if (m->regions[i].device != NULL &&
            same_name(m->regions[i].device->name, m->system->irqs[irq].device)) {
            return true;
        }
    }
    return false;
}

static u32 region_of(const struct model *m, u32 cell, const char *name)
{
    return cell != NOWHERE && name != NULL ? model_region_find(m, cell, name) : NOWHERE;
}

/* The region of a cell that is the same shared memory. */
static u32 same_memory(const struct model *m, u32 cell, u32 region)
{
    if (cell == NOWHERE || region == NOWHERE) {
        return NOWHERE;
    }
    const struct span *regions = &m->cells[cell].regions;

    for (u32 i = regions->first; i < regions->first + regions->count; i++) {
        if (m->regions[i].first == m->regions[region].first) {
            return i;
        }
    }
    return NOWHERE;
}

static u32 gicv_of(const struct model *m, u32 cell)
{
    const struct span *regions = &m->cells[cell].regions;

    for (u32 i = regions->first; i < regions->first + regions->count; i++) {
        if (m->regions[i].device != NULL && m->regions[i].device->vms) {
            return i;
        }
    }
    return NOWHERE;
}

/* Who answers the vCPU's exits, and who is told of its end. */
static void serve(const struct model *m, struct model_guest *g)
{
    const struct system_thread *vcpu = m->threads[g->thread].is;
    u32 health = vcpu->health != 0 ? model_cap_in_slot(m, g->cell, vcpu->health) : NOWHERE;

    if (vcpu->fault_handler != 0) {
        g->handler = model_cap_in_slot(m, g->cell, vcpu->fault_handler);
    }
    if (g->handler != NOWHERE && m->caps[g->handler].type == THIMBLE_CAP_THREAD &&
        m->caps[g->handler].object != NOWHERE) {
        g->vmm = m->threads[m->caps[g->handler].object].cell;
    }
    if (health != NOWHERE && m->caps[health].type == THIMBLE_CAP_NOTIFICATION) {
        g->health = m->caps[health].object;
    }
}

static void count_devices(struct model *m, struct model_guest *g)
{
    const struct system_guest_device *d = g->is->devices;
    const char *end = object_end(d);

    for (; d != NULL; d++) {
        if (end != NULL && (const char *)(d + 1) > end) {
            model_error(m, KIND_CELL, g->cell, "guest.devices", MODEL_NO_END);
            return;
        }
        if (d->kind == GUEST_NOTHING) {
            return;
        }
        g->devices++;
        g->virtios += vms_virtio(d);
        g->binds += d->kind == GUEST_DEVICE || d->kind == GUEST_SIGNAL;
    }
}

/* The tree at the RAM's end, the initial RAM file system below: a kernel unpacks
 * itself from the start. Checked later: what is too large wraps, and then overlaps. */
static void lay_out(const struct model *m, struct model_guest *g)
{
    if (g->ram == NOWHERE) {
        return;
    }
    u32 start = m->regions[g->ram].at;
    u32 end = start + m->regions[g->ram].size;

    if (g->kernel != NOWHERE) {
        u32 load = g->is->load != 0 ? g->is->load : KERNEL_LOAD;
        bool own = m->regions[g->kernel].cell == g->cell;
        g->kernel_at = own ? m->regions[g->kernel].at : start + load;
    }
    if (g->tree != NOWHERE) {
        end -= g->is->tree_first ? 0 : m->regions[g->tree].size;
        g->tree_at = g->is->tree_first ? start : end;
    }
    if (g->initrd != NOWHERE) {
        g->initrd_at = end - (m->regions[g->initrd].file_size + PAGE_SIZE -
            1U) / PAGE_SIZE * PAGE_SIZE;
    }
}

static void guest_resolve(struct model *m, struct model_guest *g, u32 cell)
{
    *g = (struct model_guest){.is = m->cells[cell].is->guest,
                              .cell = cell,
                              .thread = m->cells[cell].threads.first,
                              .vmm = NOWHERE,
                              .handler = NOWHERE,
                              .health = NOWHERE,
                              .gicv = gicv_of(m, cell)};
    serve(m, g);
    g->ram = region_of(m, cell, g->is->ram);
    g->vmm_ram = same_memory(m, g->vmm, g->ram);
    g->kernel = region_of(m, cell, g->is->kernel);
    if (g->kernel == NOWHERE) {
        g->kernel = region_of(m, g->vmm, g->is->kernel);
    }
    g->initrd = region_of(m, g->vmm, g->is->initrd);
    g->tree = region_of(m, g->vmm, g->is->tree);
    count_devices(m, g);
    lay_out(m, g);
}

bool vms_resolve(struct model *m)
{
    m->guests = calloc(m->count[KIND_CELL] + 1U, sizeof(*m->guests));
    if (m->guests == NULL) {
        return false;
    }
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        const struct model_cell *cell = &m->cells[i];
        if (cell->is->vm && cell->is->guest != NULL && cell->threads.count != 0) {
            guest_resolve(m, &m->guests[m->guest_count], i);
            m->guest_count++;
        }
    }
    return true;
}
