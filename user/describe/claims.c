/* SPDX-License-Identifier: BSD-2-Clause */
/* What a description gives twice: see claims.h. */
#include "claims.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

#define WHAT_SIZE 128U
#define PLACE_SIZE 512U
/* A claim of no cell's own, and not of a guest's device. */
#define NOBODY .owner = NOWHERE, .device = NOWHERE

/* What to do about two claims. */
static const char *const cures[RESOURCES] = {
    [RESOURCE_NAME] = "choose another",
    [RESOURCE_KEPT] = "a VMM keeps 15 characters, and these are the same",
    [RESOURCE_NUMBER] = "choose another",
    [RESOURCE_SLOT] = "choose another",
    [RESOURCE_GRANT] = "a region has one capability",
    [RESOURCE_SPACE] = "move one",
    [RESOURCE_MEMORY] = ("a device has one cell, and so have a VMM's state and configuration; "
                         "other memory is shared by the same .shared"),
    [RESOURCE_USE] = "give each its own; several may have a disk that is .read_only for all",
    [RESOURCE_PART] = "it needs more RAM, or another .load",
    [RESOURCE_NODE] = "a region has one node in the device tree",
    [RESOURCE_LINE] = "a line has one device, and a guest one UART",
    [RESOURCE_INTID] = "a line has one irq",
    [RESOURCE_WAITER] = "give each cell its own, or say .shared",
    [RESOURCE_HEARD] = "who waits for it takes all its bits: give each its own",
    [RESOURCE_HANDLER] = "one cell handles a line",
    [RESOURCE_HANDLED] = "a line is of one use",
    [RESOURCE_CONSOLE] = "a VMM has one console",
};

void claims_add(struct claims *c, struct claim claim)
{
    if (c->count == c->room) {
        c->room = c->room * 2U + 64U;
        c->all = realloc(c->all, c->room * sizeof(*c->all));
        if (c->all == NULL) {
            abort();
        }
    }
    c->all[c->count++] = claim;
}

static bool is_name(enum resource resource)
{
    return resource == RESOURCE_NAME || resource == RESOURCE_KEPT;
}

static bool collide(const struct claim *a, const struct claim *b)
{
    if (a->resource != b->resource || a->scope != b->scope || same_name(a->word, b->word) ||
        (a->owner != NOWHERE && a->owner == b->owner)) {
        return false;
    }
    if (is_name(a->resource)) {
        return a->from == b->from && a->name != NULL && b->name != NULL &&
               strncmp(a->name, b->name, (size_t)a->size) == 0;
    }
    return a->size != 0 && b->size != 0 && a->from < b->from + b->size &&
           b->from < a->from + a->size;
}

/* What both claim. */
static void print_what(const struct claim *a, const struct claim *b, char text[WHAT_SIZE])
{
    u64 from = a->from > b->from ? a->from : b->from;
    u64 a_end = a->from + a->size;
    u64 b_end = b->from + b->size;

    if (a->name != NULL) {
        (void)snprintf(text, WHAT_SIZE, "\"%s\"", a->name);
    } else if (a->size == 1U) {
        (void)snprintf(text, WHAT_SIZE, "%llu", (unsigned long long)from);
    } else {
        (void)snprintf(text, WHAT_SIZE, "0x%llx to 0x%llx", (unsigned long long)from,
                       (unsigned long long)(a_end < b_end ? a_end : b_end) - 1U);
    }
}

/* A guest's devices have no place of their own in the model. */
static void print_field(const struct claim *c, char text[WHAT_SIZE])
{
    if (c->device != NOWHERE) {
        (void)snprintf(text, WHAT_SIZE, "guest.devices[%u].%s", c->device, c->field);
    } else {
        (void)snprintf(text, WHAT_SIZE, "%s", c->field);
    }
}

static void print_place(const struct model *m, const struct claim *c, char text[PLACE_SIZE])
{
    char field[WHAT_SIZE];
    FILE *file = fmemopen(text, PLACE_SIZE, "w");

    if (file == NULL) {
        abort();
    }
    model_place(m, c->kind, c->object, file);
    if (c->device != NOWHERE) {
        print_field(c, field);
        fprintf(file, ": %s", field);
    }
    (void)fclose(file);
    text[PLACE_SIZE - 1U] = '\0';
}

static void report(struct model *m, const struct claim *c, const struct claim *other)
{
    char what[WHAT_SIZE];
    char field[WHAT_SIZE];
    char place[PLACE_SIZE];

    print_what(c, other, what);
    print_field(c, field);
    print_place(m, other, place);
    model_error(m, c->kind, c->object, field, "%s is %s %s already: %s", what, other->purpose,
                place, cures[c->resource]);
}

/* Each claim against those before it; the first that it collides with is named. */
void check_claims(struct model *m)
{
    struct claims c = {.all = NULL};

    claims_collect_vms(&c, m);
    claims_collect(&c, m);
    for (u32 i = 0; i < c.count; i++) {
        u32 before = 0;
        while (before < i && !collide(&c.all[i], &c.all[before])) {
            before++;
        }
        if (before < i) {
            report(m, &c.all[i], &c.all[before]);
        }
    }
    free(c.all);
}

/* ---- what all systems claim ------------------------------------------------------*/

static void claim_name(struct claims *c, enum kind kind, u32 cell, u32 object, const char *name)
{
    claims_add(c, (struct claim){.resource = RESOURCE_NAME, .scope = cell, .from = kind,
                                 .size = SIZE_MAX, .name = name, .kind = kind,
                                 .object = object, .field = "name", NOBODY,
                                 .purpose = "the name of"});
}

static void claim_names(struct claims *c, const struct model *m)
{
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        claim_name(c, KIND_CELL, 0, i, m->system->cells[i].name);
    }
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        claim_name(c, KIND_THREAD, m->threads[i].cell, i, m->threads[i].is->name);
    }
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        if (m->regions[i].is != NULL) {
            claim_name(c, KIND_REGION, m->regions[i].cell, i, m->regions[i].is->name);
        }
    }
    for (u32 i = 0; i < m->count[KIND_IRQ]; i++) {
        claim_name(c, KIND_IRQ, 0, i, m->system->irqs[i].name);
    }
    for (u32 i = 0; i < m->count[KIND_DEVICE]; i++) {
        claim_name(c, KIND_DEVICE, 0, i, m->system->devices[i].name);
    }
    for (u32 i = 0; i < m->count[KIND_NOTIFICATION]; i++) {
        claim_name(c, KIND_NOTIFICATION, 0, i, m->system->notifications[i].name);
    }
}

/* Which cell hears an event: a capability that says so. */
static void claim_event(struct claims *c, const struct model *m, u32 cap)
{
    const struct model_cap *is = &m->caps[cap];
    struct claim claim = {.from = is->object, .size = 1, .owner = is->cell, .kind = KIND_CAP,
                          .object = cap, .device = NOWHERE};

    if (is->type == THIMBLE_CAP_IRQ) {
        claim.resource = RESOURCE_HANDLER;
        claim.name = is->is->irq;
        claim.field = "irq";
        claim.purpose = "handled by";
        claims_add(c, claim);
    } else if (is->type == THIMBLE_CAP_NOTIFICATION && (is->is->rights & THIMBLE_RIGHT_WAIT) != 0) {
        claim.resource = RESOURCE_WAITER;
        claim.name = is->is->notification;
        claim.field = "notification";
        claim.word = m->system->notifications[is->object].shared ? "shared" : NULL;
        claim.purpose = "waited for by";
        claims_add(c, claim);
    }
}

static void claim_caps(struct claims *c, const struct model *m)
{
    for (u32 i = 0; i < m->count[KIND_CAP]; i++) {
        const struct model_cap *is = &m->caps[i];
        if (is->is->slot != 0) {
            claims_add(c, (struct claim){.resource = RESOURCE_SLOT, .scope = is->cell,
                                         .from = is->is->slot, .size = 1, .kind = KIND_CAP,
                                         .object = i, .field = "slot", NOBODY,
                                         .purpose = "the slot of"});
        }
        if (is->object == NOWHERE) {
            continue;
        }
        claim_event(c, m, i);
        if (is->type == THIMBLE_CAP_REGION) {
            claims_add(c, (struct claim){.resource = RESOURCE_GRANT, .from = is->object, .size = 1,
                                         .name = is->is->region, .kind = KIND_CAP, .object = i,
                                         .field = "region", NOBODY,
                                         .purpose = "named by"});
        }
    }
    for (u32 i = 0; i < m->count[KIND_IRQ]; i++) {
        u32 line = model_irq_line(m, i);
        if (line != 0) {
            claims_add(c, (struct claim){.resource = RESOURCE_INTID, .from = line, .size = 1,
                                         .kind = KIND_IRQ, .object = i, .field = "line",
                                         NOBODY, .purpose = "the line of"});
        }
    }
}

/* Registers may be reached by one cell, in as many regions as it likes; or by every VM, if
 * the board says that each has its own. What a VMM keeps for itself no word shares. */
static const char *memory_word(const struct model *m, const struct model_region *r)
{
    if (r->device != NULL) {
        return r->device->vms ? r->device->name : NULL;
    }
    return r->is != NULL && !vms_own(m, r) ? r->is->shared : NULL;
}

static void claim_regions(struct claims *c, const struct model *m)
{
    for (u32 i = 0; i < m->count[KIND_REGION]; i++) {
        const struct model_region *r = &m->regions[i];
        struct claim claim = {.size = r->size, .kind = KIND_REGION, .object = i,
                              NOBODY, .purpose = "the place of"};
        if (r->is == NULL) {
            claim.kind = KIND_CELL;
            claim.object = r->cell;
            claim.purpose = "the image of";
        }
        if (r->is == NULL || !r->is->unmapped) {
            claim.resource = RESOURCE_SPACE;
            claim.scope = r->cell;
            claim.from = r->at;
            claim.field = r->is != NULL ? "at" : "memory";
            claims_add(c, claim);
        }
        if (!m->regions[r->first].misfit) {
            claim.resource = RESOURCE_MEMORY;
            claim.scope = 0;
            claim.from = r->pa;
            claim.field = r->device != NULL ? "device" : "shared";
            claim.owner = r->cell;
            claim.word = memory_word(m, r);
            claim.purpose = "memory of";
            claims_add(c, claim);
        }
    }
}

void claims_collect(struct claims *c, const struct model *m)
{
    claim_names(c, m);
    claim_caps(c, m);
    claim_regions(c, m);
}
