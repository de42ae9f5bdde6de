/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration of a VMM (user/vmm/config.h), and the contents of regions. */
#include "emit_vms.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct vmm_bind) == 16U, "plain words");

/* The slot of a capability that the checks have found; 0: there is none. */
static u32 slot_of(const struct model *m, u32 cap)
{
    return cap != NOWHERE ? m->caps[cap].is->slot : 0;
}

static u32 number_of(const struct model *m, const struct model_guest *g)
{
    return m->caps[g->handler].is->badge;
}

static void config_payload(const struct model *m, struct vmm_vm *vm, u32 region, u32 guest)
{
    struct vmm_payload *p = vm->payloads;

    if (region == NOWHERE) {
        return;
    }
    while (p->bytes != 0) {
        p++;
    }
    const struct model_region *r = &m->regions[region];
    *p = (struct vmm_payload){
        .at = r->at, .bytes = r->path != NULL ? r->file_size : r->size, .guest = guest};
}

/* The other end of a cable. */
static void config_peer(const struct model *m, const struct model_guest *g, u32 device,
                        struct vmm_virtio *v)
{
    const char *cable = g->is->devices[device].cable;

    for (u32 i = 0; i < m->guest_count; i++) {
        const struct model_guest *other = &m->guests[i];
        u32 virtio = 0;
        for (u32 j = 0; j < other->devices; j++) {
            const struct system_guest_device *d = &other->is->devices[j];
            bool self = other == g && j == device;
            if (!self && d->kind == GUEST_VIRTIO_NET && same_name(d->cable, cable)) {
                v->peer_vm = number_of(m, other);
                v->peer_virtio = virtio;
            }
            virtio += vms_virtio(d);
        }
    }
}

static void config_virtio(const struct model *m, const struct model_guest *g, u32 device,
                          struct vmm_virtio *v)
{
    const struct system_guest_device *d = &g->is->devices[device];

    v->guest = vms_registers(g, device);
    v->line = vms_line(g, device);
    if (d->kind == GUEST_VIRTIO_CONSOLE) {
        v->kind = VMM_VIRTIO_CONSOLE;
    } else if (d->kind == GUEST_VIRTIO_NET) {
        v->kind = VMM_VIRTIO_NET;
        config_peer(m, g, device, v);
        /* Locally administered: 02:54:48, then the VM and the line. */
        v->mac[0] = 0x00485402U;
        v->mac[1] = number_of(m, g) | v->line << 8;
    } else {
        const struct model_region *r = &m->regions[model_region_find(m, g->vmm, d->region)];
        u32 bytes = r->path != NULL ? r->file_size : r->size;
        v->kind = VMM_VIRTIO_BLOCK;
        v->image_at = r->at;
        v->image_bytes = (bytes + 511U) / 512U * 512U;
        v->read_only = d->read_only;
    }
}

static void config_bind(const struct model *m, const struct model_guest *g, u32 device,
                        struct vmm_bind *b)
{
    const struct system_guest_device *d = &g->is->devices[device];
    u32 cap;

    if (d->kind == GUEST_DEVICE) {
        b->kind = VMM_BIND_IRQ;
        cap = vms_cap(m, g->vmm, THIMBLE_CAP_IRQ, model_irq_find(m, d->irq), THIMBLE_RIGHT_HANDLE,
                      ANY_BADGE);
    } else {
        b->kind = VMM_BIND_NOTIFICATION;
        cap = vms_cap(m, g->vmm, THIMBLE_CAP_NOTIFICATION,
                      model_notification_find(m, d->notification), THIMBLE_RIGHT_WAIT, ANY_BADGE);
    }
    b->slot = slot_of(m, cap);
    b->line = d->line;
}

static void config_devices(const struct model *m, const struct model_guest *g, struct vmm_vm *vm)
{
    struct vmm_virtio *virtio = vm->virtios;
    struct vmm_bind *bind = vm->binds;

    for (u32 i = 0; i < g->devices; i++) {
        const struct system_guest_device *d = &g->is->devices[i];
        u32 line = vms_line(g, i);
        if (d->urgent) {
            vm->urgent[line / 32U] |= 1U << line % 32U;
        }
        if (d->kind == GUEST_UART) {
            vm->uart = VMM_UART_PL011;
            vm->uart_guest = vms_registers(g, i);
            vm->uart_line = line;
        } else if (vms_virtio(d)) {
            config_virtio(m, g, i, virtio++);
        } else {
            config_bind(m, g, i, bind++);
        }
    }
}

static void config_vm(const struct model *m, const struct model_guest *g, struct vmm_vm *vm)
{
    const struct model_region *ram = &m->regions[g->ram];

    (void)snprintf(vm->name, sizeof(vm->name), "%s", model_cell_name(m, g->cell));
    vm->flags = (g->is->reset ? VMM_VM_RESTART_RESET : 0) |
                (g->is->restarts != 0 ? VMM_VM_RESTART_CRASH : 0) |
                (g->is->zeros ? VMM_VM_ZEROS : 0) |
                (g->is->input_virtio ? VMM_VM_INPUT_VIRTIO : 0);
    vm->vcpu = slot_of(m, vms_cap(m, g->vmm, THIMBLE_CAP_THREAD, g->thread, THIMBLE_RIGHT_CONTROL,
                                  ANY_BADGE));
    vm->ram_slot = slot_of(m, vms_cap(m, g->vmm, THIMBLE_CAP_REGION, g->vmm_ram,
                                      THIMBLE_RIGHT_READ, ANY_BADGE));
    vm->ram_at = m->regions[g->vmm_ram].at;
    vm->ram_guest = ram->at;
    vm->ram_bytes = ram->size;
    vm->entry = g->kernel_at;
    vm->r[1] = ~0U; /* no machine number: there is a device tree */
    vm->r[2] = g->tree_at;
    vm->restart_ms = g->is->restart_ms;
    vm->restarts = g->is->restarts;
    config_payload(m, vm, m->regions[g->kernel].cell == g->vmm ? g->kernel : NOWHERE, g->kernel_at);
    config_payload(m, vm, g->initrd, g->initrd_at);
    config_payload(m, vm, g->tree, g->tree_at);
    config_devices(m, g, vm);
}

/* A UART that is mapped here, or a thread of another cell to call. */
static void config_console(const struct model *m, u32 cell, u32 events, struct vmm_config *config)
{
    const struct model_cell *c = &m->cells[cell];

    for (u32 i = c->regions.first; i < c->regions.first + c->regions.count; i++) {
        if (m->regions[i].device != NULL) {
            config->console = VMM_CONSOLE_UART;
            config->console_at = m->regions[i].at;
        }
    }
    for (u32 i = c->caps.first; i < c->caps.first + c->caps.count; i++) {
        const struct model_cap *cap = &m->caps[i];
        /* It may have the interrupts of devices that are passed through, too. */
        if (cap->type == THIMBLE_CAP_IRQ && vms_console_irq(m, cell, cap->object)) {
            config->console_irq = cap->is->slot;
        }
        if (cap->type == THIMBLE_CAP_THREAD && m->threads[cap->object].cell != cell &&
            (cap->is->rights & THIMBLE_RIGHT_CALL) != 0 && config->console == VMM_CONSOLE_NONE) {
            config->console = VMM_CONSOLE_DRIVER;
            config->console_driver = cap->is->slot;
        }
    }
    config->console_signal = slot_of(m, vms_cap(m, cell, THIMBLE_CAP_NOTIFICATION, events,
                                                THIMBLE_RIGHT_SIGNAL, VMM_EVENT_CONSOLE));
}

void emit_config(const struct model *m, u32 cell, struct vmm_config *config)
{
    u32 events = NOWHERE;
    u32 service = NOWHERE;

    memset(config, 0, sizeof(*config));
    for (u32 i = 0; i < m->guest_count; i++) {
        const struct model_guest *g = &m->guests[i];
        if (g->vmm == cell) {
            config_vm(m, g, &config->vm[number_of(m, g)]);
            config->vms++;
            events = g->health;
            service = m->caps[g->handler].object;
        }
    }
    config->magic = VMM_CONFIG_MAGIC;
    config->version = VMM_CONFIG_VERSION;
    config->bytes = sizeof(*config);
    config->state_at = m->regions[model_region_find(m, cell, "state")].at;
    config->ticks_per_ms = m->board->ticks_per_ms;
    config->service = slot_of(m, vms_cap(m, cell, THIMBLE_CAP_THREAD, service, THIMBLE_RIGHT_CALL,
                                         VMM_BADGE_EVENTS));
    config->events = slot_of(m, vms_cap(m, cell, THIMBLE_CAP_NOTIFICATION, events,
                                        THIMBLE_RIGHT_WAIT, ANY_BADGE));
    config->work = slot_of(m, vms_cap(m, cell, THIMBLE_CAP_NOTIFICATION, events,
                                      THIMBLE_RIGHT_SIGNAL, VMM_EVENT_WORK));
    config->console_escape = 0x01U; /* Ctrl-A */
    config_console(m, cell, events, config);
}

/* So that what is made of a file is made anew when it changes, whatever its time says. */
static u64 file_hash(const char *path)
{
    u64 hash = 0xcbf29ce484222325U; /* FNV-1a */
    FILE *file = fopen(path, "rb");
    int c;

    if (file == NULL) {
        return 0;
    }
    while ((c = getc(file)) != EOF) {
        hash = (hash ^ (u64)c) * 0x100000001b3U;
    }
    (void)fclose(file);
    return hash;
}

void emit_contents(const struct model *m, const char *folder, FILE *file)
{
    u64 end = m->board->ram.raw;

    fprintf(file, "    .section .contents, \"a\"\ncontents:\n");
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        const struct model_region *r = &m->regions[i];
        if (!r->loaded || r->first != i) {
            continue;
        }
        fprintf(file, "    .org 0x%llx\n    .incbin \"", (unsigned long long)r->pa -
            m->board->ram.raw);
        if (r->path != NULL) {
            fprintf(file, "%s\" /* %016llx */\n", r->path,
                    (unsigned long long)file_hash(r->path));
        } else if (r->is->tree != NULL) {
            fprintf(file, "%s/%s.dtb\"\n", folder, r->is->tree);
        } else {
            fprintf(file, "%s/%s.config\"\n", folder, model_cell_name(m, r->cell));
        }
        end = r->pa + r->size;
    }
    /* The image ends behind them. */
    fprintf(file, "    .org 0x%llx\n    .word ARM_IMAGE_ID\n",
            (unsigned long long)end - m->board->ram.raw);
}
