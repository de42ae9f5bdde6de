/* SPDX-License-Identifier: BSD-2-Clause */
/* What VMs claim, their guests, and the VMMs that serve them: see claims.h. */
#include "claims.h"

#include "vmm/config.h"

/* Several may have bytes to read. */
#define TO_READ "(read)"
/* What memory a guest's signals have beside RAM, RESOURCE_NODE says. */
#define SIGNALS "(signals)"

/* The claims of one guest. */
struct by_guest {
    struct claims *c;
    const struct model *m;
    const struct model_guest *g;
};

static void add(const struct by_guest *b, enum resource resource, struct claim claim)
{
    claim.resource = resource;
    claim.owner = NOWHERE;
    claim.kind = KIND_CELL;
    claim.object = b->g->cell;
    claims_add(b->c, claim);
}

/* Bytes of a region: `word` by which others may have them, too. */
static void claim_use(const struct by_guest *b, u32 region, u32 device, const char *field,
                      const char *purpose, const char *word)
{
    if (region == NOWHERE) {
        return;
    }
    const struct model_region *r = &b->m->regions[region];
    bool placed = !b->m->regions[r->first].misfit;

    add(b, RESOURCE_USE, (struct claim){.from = r->pa, .size = placed ? r->size : 0,
                                        .name = r->is->name, .word = word, .field = field,
                                        .device = device, .purpose = purpose});
}

static void claim_payload(const struct by_guest *b, u32 region, const char *field,
                          const char *purpose)
{
    bool written = region != NOWHERE && b->m->regions[region].cell == b->g->cell &&
                   (b->m->regions[region].is->access & ACCESS_WRITE) != 0;

    claim_use(b, region, NOWHERE, field, purpose, written ? NULL : TO_READ);
}

/* What is copied into the RAM; what does not lie in it is an error already. */
static void claim_part(const struct by_guest *b, u32 region, u32 at, u32 size, const char *field,
                       const char *purpose)
{
    const struct model *m = b->m;

    if (region == NOWHERE || b->g->ram == NOWHERE || m->regions[region].cell == b->g->cell) {
        return;
    }
    const struct model_region *ram = &m->regions[b->g->ram];
    if (at >= ram->at && (u64)at + size <= (u64)ram->at + ram->size) {
        add(b, RESOURCE_PART, (struct claim){.scope = b->g->cell, .from = at, .size = size,
                                             .field = field, .device = NOWHERE,
                                             .purpose = purpose});
    }
}

static void claim_parts(const struct by_guest *b)
{
    const struct model_guest *g = b->g;
    const struct model_region *r = b->m->regions;

    claim_use(b, g->ram, NOWHERE, "guest.ram", "the RAM of", NULL);
    claim_payload(b, g->kernel, "guest.kernel", "the kernel of");
    claim_payload(b, g->initrd, "guest.initrd", "the initrd of");
    claim_use(b, g->tree, NOWHERE, "guest.tree", "the device tree of", NULL);
    if (g->tree != NOWHERE) {
        claim_part(b, g->tree, g->tree_at, r[g->tree].size, "guest.tree", "the device tree of");
    }
    if (g->initrd != NOWHERE) {
        claim_part(b, g->initrd, g->initrd_at, r[g->initrd].file_size, "guest.initrd",
                   "the initrd of");
    }
    /* All that it writes to until it runs. */
    if (g->kernel != NOWHERE) {
        claim_part(b, g->kernel, g->kernel_at, r[g->kernel].kernel_needs, "guest.kernel",
                   "the kernel of");
    }
}

/* Registers that the VMM answers for. */
static void claim_emulated(const struct by_guest *b)
{
    const struct {
        u32 at;
        bool there;
        const char *purpose;
    } pages[] = {
        {VMM_GICD, true, "the interrupt distributor of"},
        {VMS_UART_AT, vms_has(b->g, GUEST_UART), "the UART of"},
        {VMS_VIRTIO_AT, b->g->virtios != 0, "virtio registers of"},
    };

    for (u32 i = 0; i < ARRAY_SIZE(pages); i++) {
        add(b, RESOURCE_SPACE, (struct claim){.scope = b->g->cell, .from = pages[i].at,
                                              .size = pages[i].there ? PAGE_SIZE : 0,
                                              .field = "guest", .device = NOWHERE,
                                              .purpose = pages[i].purpose});
    }
}

static void claim_node(const struct by_guest *b, u32 device, u32 region)
{
    if (region != NOWHERE) {
        add(b, RESOURCE_NODE, (struct claim){.from = region, .size = 1,
                                             .name = b->m->regions[region].is->name,
                                             .field = "region", .device = device,
                                             .purpose = "the region of"});
    }
}

static void claim_heard(const struct by_guest *b, enum resource resource, u32 device, u32 object,
                        const char *name)
{
    if (object != NOWHERE) {
        add(b, resource, (struct claim){.from = object, .size = 1, .name = name,
                                        .field = resource == RESOURCE_HANDLED ? "irq"
                                                                              : "notification",
                                        .device = device, .purpose = "the line of"});
    }
}

static u32 find(const struct model *m, u32 cell, const char *region)
{
    return cell != NOWHERE && region != NULL ? model_region_find(m, cell, region) : NOWHERE;
}

static void claim_device(const struct by_guest *b, u32 device)
{
    const struct model *m = b->m;
    const struct system_guest_device *d = &b->g->is->devices[device];
    u32 line = vms_line(b->g, device);
    u32 own = find(m, b->g->cell, d->region);

    if (line < VMM_LINES) {
        add(b, RESOURCE_LINE, (struct claim){.scope = b->g->cell, .from = line, .size = 1,
                                             .field = "line", .device = device,
                                             .purpose = "the line of"});
    }
    if (d->kind == GUEST_VIRTIO_BLOCK) {
        claim_use(b, find(m, b->g->vmm, d->region), device, "region", "the disk of",
                  d->read_only ? TO_READ : NULL);
    } else if (d->kind == GUEST_DEVICE) {
        if (own != NOWHERE && m->regions[own].device != NULL) {
            claim_use(b, own, device, "region", "the registers of", NULL);
        }
        claim_heard(b, RESOURCE_HANDLED, device, d->irq != NULL ? model_irq_find(m, d->irq)
                                                                : NOWHERE, d->irq);
    } else if (d->kind == GUEST_SIGNAL) {
        claim_use(b, own, device, "region", "the memory of",
                  own != NOWHERE && m->regions[own].is->shared != NULL
                      ? m->regions[own].is->shared : SIGNALS);
        claim_node(b, device, own);
        claim_heard(b, RESOURCE_HEARD, device,
                    d->notification != NULL ? model_notification_find(m, d->notification) : NOWHERE,
                    d->notification);
    }
}

static void claim_guest(struct claims *c, const struct model *m, const struct model_guest *g)
{
    const struct by_guest b = {.c = c, .m = m, .g = g};

    claim_emulated(&b);
    claim_parts(&b);
    if (g->vmm == NOWHERE) {
        return;
    }
    /* An equal name is an error by itself. */
    add(&b, RESOURCE_KEPT, (struct claim){.scope = g->vmm, .size = VMM_NAME - 1U,
                                          .name = m->cells[g->cell].is->name,
                                          .word = m->cells[g->cell].is->name, .field = "name",
                                          .device = NOWHERE, .purpose = "the name of"});
    claims_add(c, (struct claim){.resource = RESOURCE_NUMBER, .scope = g->vmm,
                                 .from = m->caps[g->handler].is->badge, .size = 1,
                                 .kind = KIND_CAP, .object = g->handler, .field = "badge",
                                 .owner = NOWHERE, .device = NOWHERE, .purpose = "the badge of"});
}

/* ---- VMMs -------------------------------------------------------------------------*/

static void vmm_region(struct claims *c, const struct model *m, u32 region)
{
    const struct model_region *r = &m->regions[region];
    bool console = r->device != NULL;
    struct claim claim = {.resource = RESOURCE_USE, .from = r->pa, .size = r->size,
                          .name = r->is->name, .kind = KIND_REGION, .object = region,
                          .field = "name", .owner = NOWHERE, .device = NOWHERE,
                          .purpose = console ? "the VMM's console," : "the VMM's own,"};

    if (console || vms_own(m, r)) {
        claims_add(c, claim);
    }
    if (console) {
        claim.resource = RESOURCE_CONSOLE;
        claim.scope = r->cell;
        claim.from = 0;
        claim.size = 1;
        claim.name = "console";
        claim.field = "device";
        claim.purpose = "given by";
        claims_add(c, claim);
    }
}

/* Its console's interrupt, or the driver's thread that is its console; and its events. */
static void vmm_cap(struct claims *c, const struct model *m, u32 cell, u32 cap, bool uart)
{
    const struct model_cap *is = &m->caps[cap];
    struct claim claim = {.from = is->object, .size = 1, .kind = KIND_CAP, .object = cap,
                          .owner = NOWHERE, .device = NOWHERE, .purpose = "the VMM's console,"};

    if (is->object == NOWHERE) {
        return;
    }
    if (is->type == THIMBLE_CAP_IRQ && vms_console_irq(m, cell, is->object)) {
        claim.resource = RESOURCE_HANDLED;
        claim.name = is->is->irq;
        claim.field = "irq";
        claims_add(c, claim);
    } else if (is->type == THIMBLE_CAP_THREAD && !uart && m->threads[is->object].cell != cell &&
               (is->is->rights & THIMBLE_RIGHT_CALL) != 0) {
        claim.resource = RESOURCE_CONSOLE;
        claim.scope = cell;
        claim.from = 0;
        claim.name = "console";
        claim.field = "thread";
        claim.purpose = "given by";
        claims_add(c, claim);
    }
}

static void claim_vmm(struct claims *c, const struct model *m, u32 cell)
{
    const struct model_cell *is = &m->cells[cell];
    bool uart = false;

    for (u32 i = is->regions.first + is->images; i < is->regions.first + is->regions.count; i++) {
        vmm_region(c, m, i);
        uart = uart || m->regions[i].device != NULL;
    }
    for (u32 i = is->caps.first; i < is->caps.first + is->caps.count; i++) {
        vmm_cap(c, m, cell, i, uart);
    }
    for (u32 i = 0; i < m->guest_count; i++) {
        const struct model_guest *g = &m->guests[i];
        if (g->vmm == cell && g->health != NOWHERE) {
            claims_add(c, (struct claim){.resource = RESOURCE_HEARD, .from = g->health, .size = 1,
                                         .name = m->system->notifications[g->health].name,
                                         .owner = cell, .kind = KIND_CELL, .object = cell,
                                         .field = "caps", .device = NOWHERE,
                                         .purpose = "the VMM's own,"});
        }
    }
}

/* What VMMs have for themselves comes first: it is a guest's device that is wrong then. */
void claims_collect_vms(struct claims *c, const struct model *m)
{
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        if (vms_is_vmm(m, i)) {
            claim_vmm(c, m, i);
        }
    }
    for (u32 i = 0; i < m->guest_count; i++) {
        claim_guest(c, m, &m->guests[i]);
    }
    for (u32 i = 0; i < m->guest_count; i++) {
        const struct by_guest b = {.c = c, .m = m, .g = &m->guests[i]};
        for (u32 j = 0; j < b.g->devices; j++) {
            claim_device(&b, j);
        }
    }
}
