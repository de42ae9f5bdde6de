/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of VMs: what a vCPU needs, and what its guest and its VMM do. */
#include <ctype.h>
#include <string.h>

#include "check.h"
#include "timing.h"
#include "vmm/config.h"

#define FIELD_SIZE 64U
#define RAM_ACCESS (ACCESS_READ | ACCESS_WRITE | ACCESS_EXECUTE)
#define LINE_FIRST 32U

static const struct model_guest *guest_of(const struct model *m, u32 cell)
{
    for (u32 i = 0; i < m->guest_count; i++) {
        if (m->guests[i].cell == cell) {
            return &m->guests[i];
        }
    }
    return NULL;
}

/* The first guest that a VMM in this cell serves. */
static const struct model_guest *first_served(const struct model *m, u32 cell)
{
    for (u32 i = 0; i < m->guest_count; i++) {
        if (m->guests[i].vmm == cell) {
            return &m->guests[i];
        }
    }
    return NULL;
}

/* ---- VM cells -----------------------------------------------------------------*/

static void vm_cell(struct model *m, u32 object)
{
    const struct system_cell *is = m->cells[object].is;

    if (!is->vm) {
        if (is->guest != NULL) {
            model_error(m, KIND_CELL, object, "guest", "this cell is no VM: .vm is missing");
        }
        return;
    }
    if (is->program != NULL) {
        model_error(m, KIND_CELL, object, "program", "\"%s\": a VM runs its guest", is->program);
    }
    if (is->memory != 0) {
        model_error(m, KIND_CELL, object, "memory", "0x%x: a VM has no image, only regions",
                    is->memory);
    }
    if (is->stats) {
        model_error(m, KIND_CELL, object, "stats", "a VM has no image to have them in");
    }
    if (m->cells[object].threads.count > 1U) {
        model_error(m, KIND_CELL, object, "threads", "%u: a VM has one, its vCPU",
                    m->cells[object].threads.count);
    }
}

static void vm_thread(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;

    if (!m->cells[m->threads[object].cell].is->vm) {
        if (t->low_priority != 0) {
            model_error(m, KIND_THREAD, object, "low_priority", "%u: only vCPUs have one",
                        t->low_priority);
        }
        return;
    }
    if (t->passive) {
        model_error(m, KIND_THREAD, object, "passive", "a vCPU runs on its own time");
    }
    if (t->buffer) {
        model_error(m, KIND_THREAD, object, "buffer", "a vCPU has no message buffer");
    }
    if (t->argument != 0) {
        model_error(m, KIND_THREAD, object, "argument", "0x%x: vcpu_start says what a guest gets",
                    t->argument);
    }
    if (t->low_priority > t->priority) {
        model_error(m, KIND_THREAD, object, "low_priority", "%u is above its priority of %u",
                    t->low_priority, t->priority);
    }
    if (t->fault_handler == 0) {
        model_error(m, KIND_THREAD, object, "fault_handler",
                    "none: nobody would answer the vCPU's exits");
    }
}

static void vm_handler(struct model *m, u32 object)
{
    const struct model_thread *t = &m->threads[object];
    u32 cap = t->is->fault_handler != 0 ? model_cap_in_slot(m, t->cell, t->is->fault_handler) :
        NOWHERE;

    if (!m->cells[t->cell].is->vm || cap == NOWHERE || m->caps[cap].type != THIMBLE_CAP_THREAD ||
        m->caps[cap].object == NOWHERE) {
        return;
    }
    u32 vmm = m->threads[m->caps[cap].object].cell;
    if (m->cells[vmm].is->vm) {
        model_error(m, KIND_THREAD, object, "fault_handler",
                    "cells[%u] \"%s\" is a VM: a native thread answers exits", vmm,
                    model_cell_name(m, vmm));
    }
    if (vms_cap(m, vmm, THIMBLE_CAP_THREAD, object, THIMBLE_RIGHT_CONTROL, ANY_BADGE) == NOWHERE) {
        model_error(m, KIND_THREAD, object, "fault_handler",
                    "cells[%u] \"%s\" has no capability to control this vCPU: it could not start "
                    "it",
                    vmm, model_cell_name(m, vmm));
    }
}

/* What the VMM's own threads run below gets none of their time. */
static void vm_priority(struct model *m, u32 object)
{
    const struct model_thread *t = &m->threads[object];
    const struct model_guest *g = guest_of(m, t->cell);

    if (g == NULL || g->vmm == NOWHERE) {
        return;
    }
    const struct span *threads = &m->cells[g->vmm].threads;
    for (u32 i = threads->first; i < threads->first + threads->count; i++) {
        const struct system_thread *other = m->threads[i].is;
        if (!other->passive && other->priority <= t->is->priority && !timing_limited(t->is)) {
            model_error(m, KIND_THREAD, object, "priority",
                        "%u, without a budget, is not below %u of \"%s.%s\": a guest that spins "
                        "could "
                        "not be stopped",
                        t->is->priority, other->priority, model_cell_name(m, g->vmm),
                        other->name != NULL ? other->name : "");
        }
    }
}

/* Where a thread's urgency may go down to. */
static u32 lowest(const struct system_thread *t)
{
    return t->low_priority != 0 ? t->low_priority : t->priority;
}

/* What VMs and the console make a VMM's own threads do. */
static void vmm_time(struct model *m, u32 object)
{
    const struct model_thread *t = &m->threads[object];

    if (first_served(m, t->cell) == NULL || t->is->passive || timing_limited(t->is)) {
        return;
    }
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        const struct model_thread *other = &m->threads[i];
        if (other->cell != t->cell && !other->is->passive &&
            lowest(other->is) <= t->is->priority) {
            model_error(m, KIND_THREAD, object, "budget_us",
                        "none: its VMs, and whoever types, could make it hold up \"%s.%s\", which "
                        "is not more urgent (%u)",
                        model_cell_name(m, other->cell),
                        other->is->name != NULL ? other->is->name : "", lowest(other->is));
            return;
        }
    }
}

static void vm_page(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];

    if (r->device != NULL && r->device->vms && !m->cells[r->cell].is->vm) {
        model_error(m, KIND_REGION, object, "device", "\"%s\" is for VMs only", r->is->device);
    }
}

/* ---- contents -----------------------------------------------------------------*/

static void content_one(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];
    u32 given = (u32)(r->is->file != NULL) + (u32)(r->is->tree != NULL) + (u32)r->is->config;

    if (given == 0) {
        return;
    }
    if (given > 1U) {
        model_error(m, KIND_REGION, object, "file, tree, config",
                    "%u given: a region has contents of one kind", given);
    }
    if (r->is->device != NULL) {
        model_error(m, KIND_REGION, object, "device", "\"%s\": devices have no contents",
                    r->is->device);
    }
    if (r->is->dma) {
        model_error(m, KIND_REGION, object, "dma",
                    "contents come with the image, which says where that is");
    }
    if (r->first != object) {
        model_error(m, KIND_REGION, object, "shared",
                    "\"%s\": its first region says what it holds, in cells[%u] \"%s\"",
                    r->is->shared,
                    m->regions[r->first].cell, model_cell_name(m, m->regions[r->first].cell));
    }
}

/* Its name stands in makefiles, too. */
static void content_name(struct model *m, u32 object)
{
    const char *file = m->regions[object].is->file;

    for (const char *c = file; c != NULL && *c != '\0'; c++) {
        if (!isalnum((unsigned char)*c) && strchr("/._+-@,", *c) == NULL) {
            model_error(m, KIND_REGION, object, "file",
                        "character 0x%x: letters, digits and / . _ + - @ , only", (u8)*c);
            return;
        }
    }
}

static void content_file(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];

    if (r->is->file == NULL) {
        return;
    }
    if (r->path == NULL) {
        model_error(m, KIND_REGION, object, "file",
                    "\"%s\": no such file among the guests (`make guests` fetches them)",
                    r->is->file);
    } else if (r->file_size == 0) {
        model_error(m, KIND_REGION, object, "file", "\"%s\": %s is empty", r->is->file, r->path);
    } else if (r->file_size > r->size) {
        model_error(m, KIND_REGION, object, "size", "0x%x is too small: %s has 0x%x bytes", r->size,
                    r->path, r->file_size);
    }
}

static void content_tree(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];

    if (r->is->tree == NULL) {
        return;
    }
    u32 cell = model_cell_find(m, r->is->tree);
    if (cell == NOWHERE || guest_of(m, cell) == NULL) {
        model_error(m, KIND_REGION, object, "tree",
            "\"%s\": there is no VM of that name with a guest",
                    r->is->tree);
    }
}

static void content_config(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];

    if (!r->is->config) {
        return;
    }
    if (first_served(m, r->cell) == NULL) {
        model_error(m, KIND_REGION, object, "config", "no vCPU's fault handler is in this cell");
    }
    if (r->at != VMM_CONFIG_AT) {
        model_error(m, KIND_REGION, object, "at", "0x%x, but VMMs look for it at 0x%x", r->at,
                    VMM_CONFIG_AT);
    }
}

/* ---- guests ---------------------------------------------------------------------*/

static void ram_shape(struct model *m, u32 cell, const struct model_guest *g)
{
    const struct model_region *r = &m->regions[g->ram];

    if (r->is->access != RAM_ACCESS || r->is->memory != MEMORY_NORMAL || r->is->unmapped) {
        model_error(m, KIND_CELL, cell, "guest.ram",
                    "\"%s\": RAM is mapped, normal memory, to be read, written and executed",
                    g->is->ram);
    }
    if (r->at % BLOCK_SIZE != 0 || r->size % BLOCK_SIZE != 0) {
        model_error(m, KIND_CELL, cell, "guest.ram",
                    "\"%s\": 0x%x bytes at 0x%x: not in units of 2 MiB", g->is->ram, r->size,
                    r->at);
    }
    if (g->vmm == NOWHERE) {
        return;
    }
    if (g->vmm_ram == NOWHERE || m->regions[g->vmm_ram].is->unmapped ||
        (m->regions[g->vmm_ram].is->access & ACCESS_WRITE) == 0) {
        model_error(m, KIND_CELL, cell, "guest.ram",
                    "\"%s\": the VMM, cells[%u] \"%s\", does not share it for writing", g->is->ram,
                    g->vmm, model_cell_name(m, g->vmm));
    } else if (vms_cap(m, g->vmm, THIMBLE_CAP_REGION, g->vmm_ram, THIMBLE_RIGHT_READ, ANY_BADGE) ==
               NOWHERE) {
        model_error(m, KIND_CELL, cell, "guest.ram",
                    "\"%s\": the VMM, cells[%u] \"%s\", has no capability to its region: it could "
                    "not maintain caches",
                    g->is->ram, g->vmm, model_cell_name(m, g->vmm));
    }
}

static void guest_ram(struct model *m, u32 object)
{
    const struct model_guest *g = guest_of(m, object);

    if (g == NULL) {
        return;
    }
    if (g->ram == NOWHERE) {
        model_error(m, KIND_CELL, object, "guest.ram", "\"%s\": this cell has no such region",
                    g->is->ram != NULL ? g->is->ram : "");
    } else {
        ram_shape(m, object, g);
    }
    if (g->gicv == NOWHERE) {
        model_error(m, KIND_CELL, object, "regions",
                    "none is of device \"gicv\", by which the guest takes its interrupts");
    } else if (m->regions[g->gicv].at != VMS_GICC_AT) {
        model_error(m, KIND_CELL, object, "regions",
                    "\"%s\" is at 0x%x, but guests are told 0x%x", m->regions[g->gicv].is->name,
                    m->regions[g->gicv].at, VMS_GICC_AT);
    }
}

static void part_known(struct model *m, u32 cell, const char *field, const char *name, u32 region,
                       bool tree)
{
    if (name == NULL) {
        return;
    }
    if (region == NOWHERE) {
        model_error(m, KIND_CELL, cell, field, "\"%s\": the VMM's cell has no such region", name);
    } else if ((tree ? m->regions[region].is->tree : m->regions[region].is->file) == NULL) {
        model_error(m, KIND_CELL, cell, field, "\"%s\": that region has no .%s", name,
                    tree ? "tree" : "file");
    }
}

static void guest_parts(struct model *m, u32 object)
{
    const struct model_guest *g = guest_of(m, object);

    if (g == NULL || g->vmm == NOWHERE) {
        return;
    }
    if (g->is->kernel == NULL) {
        model_error(m, KIND_CELL, object, "guest.kernel", "missing");
    }
    part_known(m, object, "guest.kernel", g->is->kernel, g->kernel, false);
    part_known(m, object, "guest.initrd", g->is->initrd, g->initrd, false);
    part_known(m, object, "guest.tree", g->is->tree, g->tree, true);
    if (g->tree != NOWHERE && m->regions[g->tree].is->tree != NULL &&
        !same_name(m->regions[g->tree].is->tree, m->cells[object].is->name)) {
        model_error(m, KIND_CELL, object, "guest.tree", "\"%s\" holds that of \"%s\"", g->is->tree,
                    m->regions[g->tree].is->tree);
    }
    if (g->tree == NOWHERE && (g->is->initrd != NULL || g->is->command_line != NULL)) {
        model_error(m, KIND_CELL, object, "guest.tree",
                    "missing: initrd and command line are told by it");
    }
}

/* Texts stand in sources that are generated, between quotes. */
static void text_plain(struct model *m, enum kind kind, u32 object, const char *field,
                       const char *text)
{
    for (const char *c = text; c != NULL && *c != '\0'; c++) {
        if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\') {
            model_error(m, kind, object, field,
                        "character 0x%x: printable ones only, without \" and \\", (u8)*c);
            return;
        }
    }
}

static void guest_command_line(struct model *m, u32 object)
{
    const struct model_guest *g = guest_of(m, object);
    const char *text = g != NULL ? g->is->command_line : NULL;

    text_plain(m, KIND_CELL, object, "guest.command_line", text);
    if (text != NULL && strlen(text) > 1023U) {
        model_error(m, KIND_CELL, object, "guest.command_line", "%zu characters: Linux takes 1023",
                    strlen(text));
    }
}

/* Does [start, start + size) lie in the RAM? */
static bool in_ram(const struct model *m, const struct model_guest *g, u32 start, u64 size)
{
    const struct model_region *ram = &m->regions[g->ram];

    return start >= ram->at && (u64)start + size <= (u64)ram->at + ram->size;
}

static void part_fits(struct model *m, const struct model_guest *g, const char *field,
                      const char *name, u32 at, u32 bytes)
{
    if (!in_ram(m, g, at, bytes)) {
        model_error(m, KIND_CELL, g->cell, field,
                    "\"%s\": 0x%x bytes do not fit into %u KiB of RAM", name, bytes,
                    m->regions[g->ram].size / KIB);
    }
}

/* A kernel takes what it unpacks to. (claims_vms.c: what lies over what.) */
static void guest_fits(struct model *m, u32 object)
{
    const struct model_guest *g = guest_of(m, object);

    if (g == NULL || g->ram == NOWHERE) {
        return;
    }
    if (g->tree != NOWHERE) {
        part_fits(m, g, "guest.tree", g->is->tree, g->tree_at, m->regions[g->tree].size);
    }
    if (g->initrd != NOWHERE) {
        part_fits(m, g, "guest.initrd", g->is->initrd, g->initrd_at,
                  m->regions[g->initrd].file_size);
    }
    if (g->kernel != NOWHERE && m->regions[g->kernel].cell != object) {
        part_fits(m, g, "guest.kernel", g->is->kernel, g->kernel_at,
                  m->regions[g->kernel].kernel_needs);
    }
}

/* It is entered at its start, in ARM state. */
static void guest_entry(struct model *m, u32 object)
{
    const struct model_guest *g = guest_of(m, object);

    if (g == NULL || g->kernel == NOWHERE) {
        return;
    }
    if (g->is->load % 4U != 0) {
        model_error(m, KIND_CELL, object, "guest.load", "0x%x is not a multiple of 4",
                    g->is->load);
    }
    if (m->regions[g->kernel].cell == object &&
        ((m->regions[g->kernel].is->access & ACCESS_EXECUTE) == 0 ||
         m->regions[g->kernel].is->unmapped)) {
        model_error(m, KIND_CELL, object, "guest.kernel",
                    "\"%s\" is not mapped to be executed, and the kernel runs where it is",
                    g->is->kernel);
    }
}

/* ---- a guest's devices ----------------------------------------------------------*/

#define device_error(m, cell, index, which, ...)                                    \
    do {                                                                            \
        char its_field[FIELD_SIZE];                                                 \
        (void)snprintf(its_field, sizeof(its_field), "guest.devices[%u].%s", index, \
                       which);                                                      \
        model_error(m, KIND_CELL, cell, its_field, __VA_ARGS__);                    \
    } while (false)

static void guest_line(struct model *m, const struct model_guest *g, u32 index)
{
    u32 line = vms_line(g, index);
    u8 kind = g->is->devices[index].kind;

    if ((kind == GUEST_DEVICE || kind == GUEST_SIGNAL) && (line < LINE_FIRST ||
        line >= VMM_LINES)) {
        device_error(m, g->cell, index, "line", "%u: a guest's devices have lines %u to %u", line,
                     LINE_FIRST, VMM_LINES - 1U);
    }
}

static void device_cable(struct model *m, const struct model_guest *g, u32 index)
{
    const char *cable = g->is->devices[index].cable;
    u32 ends = 0;

    if (cable == NULL) {
        device_error(m, g->cell, index, "cable", "missing");
        return;
    }
    for (u32 i = 0; i < m->guest_count; i++) {
        for (u32 j = 0; j < m->guests[i].devices; j++) {
            const struct system_guest_device *d = &m->guests[i].is->devices[j];
            if (d->kind != GUEST_VIRTIO_NET || !same_name(d->cable, cable)) {
                continue;
            }
            ends++;
            if (m->guests[i].vmm != g->vmm) {
                device_error(m, g->cell, index, "cable",
                             "\"%s\": the other end is with another VMM, in cells[%u] \"%s\"",
                             cable,
                             m->guests[i].cell, model_cell_name(m, m->guests[i].cell));
            }
        }
    }
    if (ends != 2U) {
        device_error(m, g->cell, index, "cable", "\"%s\": %u ends, and a cable has 2", cable, ends);
    }
}

static void device_disk(struct model *m, const struct model_guest *g, u32 index)
{
    const struct system_guest_device *d = &g->is->devices[index];
    u32 region = g->vmm != NOWHERE && d->region != NULL ? model_region_find(m, g->vmm, d->region)
                                                        : NOWHERE;

    if (region == NOWHERE) {
        device_error(m, g->cell, index, "region", "\"%s\": the VMM's cell has no such region",
                     d->region != NULL ? d->region : "");
    } else if (m->regions[region].is->unmapped) {
        device_error(m, g->cell, index, "region", "\"%s\" is not mapped", d->region);
    } else if (!d->read_only && (m->regions[region].is->access & ACCESS_WRITE) == 0) {
        device_error(m, g->cell, index, "read_only",
                     "missing: the VMM cannot write to \"%s\"", d->region);
    }
}

static void device_passed(struct model *m, const struct model_guest *g, u32 index)
{
    const struct system_guest_device *d = &g->is->devices[index];
    u32 region = d->region != NULL ? model_region_find(m, g->cell, d->region) : NOWHERE;
    u32 irq = d->irq != NULL ? model_irq_find(m, d->irq) : NOWHERE;
    char field[FIELD_SIZE];

    if (region == NOWHERE || m->regions[region].is->device == NULL) {
        device_error(m, g->cell, index, "region", "\"%s\": the VM has no such region of a device",
                     d->region != NULL ? d->region : "");
    }
    if ((d->compatible == NULL || d->compatible[0] == '\0') && g->is->tree != NULL) {
        device_error(m, g->cell, index, "compatible", "missing: the device tree names its driver");
    }
    (void)snprintf(field, sizeof(field), "guest.devices[%u].compatible", index);
    text_plain(m, KIND_CELL, g->cell, field, d->compatible);
    if (irq == NOWHERE || vms_cap(m, g->vmm, THIMBLE_CAP_IRQ, irq, THIMBLE_RIGHT_HANDLE,
                                  ANY_BADGE) == NOWHERE) {
        device_error(m, g->cell, index, "irq", "\"%s\": the VMM's cell may handle no such line",
                     d->irq != NULL ? d->irq : "");
    }
}

/* Guests have it cached, so that it agrees with what other cells see. */
static void signal_memory(struct model *m, const struct model_guest *g, u32 index)
{
    const char *name = g->is->devices[index].region;
    u32 region = model_region_find(m, g->cell, name);

    if (region == NOWHERE) {
        device_error(m, g->cell, index, "region", "\"%s\": the VM has no such region", name);
    } else if (m->regions[region].is->unmapped ||
               m->regions[region].is->memory != MEMORY_NORMAL) {
        device_error(m, g->cell, index, "region", "\"%s\" is not mapped as normal memory", name);
    }
}

static void device_signal(struct model *m, const struct model_guest *g, u32 index)
{
    const char *name = g->is->devices[index].notification;
    const char *answer = g->is->devices[index].answer;
    u32 notification = name != NULL ? model_notification_find(m, name) : NOWHERE;

    if (vms_cap(m, g->vmm, THIMBLE_CAP_NOTIFICATION, notification, THIMBLE_RIGHT_WAIT, ANY_BADGE) ==
        NOWHERE) {
        device_error(m, g->cell, index, "notification",
                     "\"%s\": the VMM's cell may wait for no such notification",
                     name != NULL ? name : "");
    }
    if (answer != NULL &&
        vms_cap(m, g->cell, THIMBLE_CAP_NOTIFICATION, model_notification_find(m, answer),
                THIMBLE_RIGHT_SIGNAL, ANY_BADGE) == NOWHERE) {
        device_error(m, g->cell, index, "answer",
                     "\"%s\": the VM may signal no such notification", answer);
    }
    if (g->is->devices[index].region != NULL) {
        signal_memory(m, g, index);
    }
}

static void guest_devices(struct model *m, u32 object)
{
    const struct model_guest *g = guest_of(m, object);

    for (u32 i = 0; g != NULL && i < g->devices; i++) {
        u8 kind = g->is->devices[i].kind;
        guest_line(m, g, i);
        if (kind > GUEST_SIGNAL) {
            device_error(m, object, i, "kind", "%u: no such kind", kind);
        } else if (kind == GUEST_VIRTIO_NET) {
            device_cable(m, g, i);
        } else if (kind == GUEST_VIRTIO_BLOCK) {
            device_disk(m, g, i);
        } else if (kind == GUEST_DEVICE) {
            device_passed(m, g, i);
        } else if (kind == GUEST_SIGNAL) {
            device_signal(m, g, i);
        }
    }
    if (g != NULL && g->virtios > VMM_VIRTIOS) {
        model_error(m, KIND_CELL, object, "guest.devices", "%u of virtio: the VMM has room for %u",
                    g->virtios, VMM_VIRTIOS);
    }
    if (g != NULL && g->binds > VMM_BINDS) {
        model_error(m, KIND_CELL, object, "guest.devices",
                    "%u are passed through or signals: the VMM has room for %u", g->binds,
                    VMM_BINDS);
    }
}

/* ---- VMMs -------------------------------------------------------------------------*/

static void vmm_number(struct model *m, u32 object)
{
    const struct model_guest *g = guest_of(m, object);
    u32 served = 0;

    if (g == NULL || g->vmm == NOWHERE) {
        return;
    }
    for (u32 i = 0; i < m->guest_count; i++) {
        served += m->guests[i].vmm == g->vmm;
    }
    u32 number = m->caps[g->handler].is->badge;
    if (served > VMM_VMS) {
        model_error(m, KIND_CELL, object, "vm", "one VMM serves at most %u VMs, and this has %u",
                    VMM_VMS, served);
    } else if (number >= served) {
        model_error(m, KIND_CAP, g->handler, "badge", "%u: the VMM's %u VMs have numbers from 0 on",
                    number, served);
    }
}

static void vmm_health(struct model *m, u32 object)
{
    const struct model_guest *g = guest_of(m, object);

    if (g == NULL || g->vmm == NOWHERE || g->handler == NOWHERE) {
        return;
    }
    u32 number = m->caps[g->handler].is->badge;
    if (g->health == NOWHERE ||
        vms_cap(m, g->vmm, THIMBLE_CAP_NOTIFICATION, g->health, THIMBLE_RIGHT_WAIT, ANY_BADGE) ==
            NOWHERE) {
        model_error(m, KIND_THREAD, g->thread, "health",
                    "the VMM, cells[%u] \"%s\", would not hear of its end", g->vmm,
                    model_cell_name(m, g->vmm));
    } else if (number < VMM_VMS &&
               vms_cap(m, object, THIMBLE_CAP_NOTIFICATION, g->health, THIMBLE_RIGHT_SIGNAL,
                       VMM_EVENT_VM(number)) == NOWHERE) {
        model_error(m, KIND_THREAD, g->thread, "health",
                    "VM %u of its VMM signals with badge 0x%x", number, VMM_EVENT_VM(number));
    }
}

static void vmm_regions(struct model *m, u32 object)
{
    const struct model_guest *g = first_served(m, object);
    u32 state = model_region_find(m, object, "state");
    bool config = false;

    if (g == NULL) {
        return;
    }
    for (u32 i = 0; i < m->cells[object].regions.count; i++) {
        const struct system_region *r = m->regions[m->cells[object].regions.first + i].is;
        config = config || (r != NULL && r->config);
    }
    if (!config) {
        model_error(m, KIND_CELL, object, "regions", "none is .config: a VMM finds its VMs there");
    }
    if (state == NOWHERE || m->regions[state].size < VMM_STATE_BYTES ||
        m->regions[state].is->unmapped ||
        (m->regions[state].is->access & ACCESS_WRITE) == 0 || m->regions[state].loaded) {
        model_error(m, KIND_CELL, object, "regions",
                    "none is \"state\", 0x%x bytes to be written, for the VMM's own use",
                    VMM_STATE_BYTES);
    }
}

static void vmm_caps(struct model *m, u32 object)
{
    const struct model_guest *g = first_served(m, object);

    if (g == NULL) {
        return;
    }
    u32 service = m->caps[g->handler].object;
    if (vms_cap(m, object, THIMBLE_CAP_THREAD, service, THIMBLE_RIGHT_CALL, VMM_BADGE_EVENTS) ==
        NOWHERE) {
        model_error(m, KIND_CELL, object, "caps",
                    "none calls its own \"%s\" with badge 0x%x: a VMM's events go there",
                    m->threads[service].is->name, VMM_BADGE_EVENTS);
    }
    if (vms_cap(m, object, THIMBLE_CAP_NOTIFICATION, g->health, THIMBLE_RIGHT_SIGNAL,
                VMM_EVENT_WORK) == NOWHERE) {
        model_error(m, KIND_CELL, object, "caps",
                    "none signals the VMs' health notification with badge 0x%x: the VMM wakes "
                    "itself",
                    VMM_EVENT_WORK);
    }
}

const struct check check_vms[] = {
    {KIND_CELL, vm_cell},        {KIND_THREAD, vm_thread},     {KIND_THREAD, vm_handler},
    {KIND_THREAD, vm_priority},  {KIND_THREAD, vmm_time},      {KIND_REGION, vm_page},
    {KIND_REGION, content_one},  {KIND_REGION, content_name},  {KIND_REGION, content_file},
    {KIND_REGION, content_tree}, {KIND_REGION, content_config}, {KIND_CELL, guest_ram},
    {KIND_CELL, guest_parts},    {KIND_CELL, guest_command_line}, {KIND_CELL, guest_fits},
    {KIND_CELL, guest_entry},    {KIND_CELL, guest_devices},   {KIND_CELL, vmm_number},
    {KIND_CELL, vmm_health},     {KIND_CELL, vmm_regions},     {KIND_CELL, vmm_caps},
    {KIND_SYSTEM, NULL},
};
