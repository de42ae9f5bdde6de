/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of capabilities to regions and cells, and of rights that are missing
 * for what others are there for. */
#include "check.h"

static void region_known(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];
    const struct span *regions = &m->cells[c->cell].regions;
    struct nearest near;

    if (c->type != THIMBLE_CAP_REGION || c->object != NOWHERE) {
        return;
    }
    if (same_name(c->is->region, "image")) {
        /* The core writes messages into it, wherever its owner maps it. */
        model_error(m, KIND_CAP, object, "region",
                    "\"image\" holds message buffers: nobody can take it away or give it away");
        return;
    }
    nearest_start(&near, c->is->region);
    for (u32 i = regions->first + m->cells[c->cell].images; i < regions->first + regions->count;
         i++) {
        nearest_offer(&near, NULL, m->regions[i].is->name);
    }
    check_unknown(m, object, "region", &near);
}

static void cell_known(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];
    struct nearest near;

    if (c->type != THIMBLE_CAP_CELL || c->object != NOWHERE) {
        return;
    }
    nearest_start(&near, c->is->cell);
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        nearest_offer(&near, NULL, m->system->cells[i].name);
    }
    check_unknown(m, object, "cell", &near);
}

/* A region object has one access, its mapping's and its capability's. */
static void region_rights(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];

    if (c->type != THIMBLE_CAP_REGION || c->object == NOWHERE || c->is->rights == 0) {
        return;
    }
    u32 access = m->regions[c->object].is->access;
    if ((c->is->rights & ~access) != 0) {
        model_error(m, KIND_CAP, object, "rights", "0x%x goes beyond the access 0x%x of \"%s\"",
                    c->is->rights, access, c->is->region);
    } else if (c->is->rights != access) {
        model_error(m, KIND_CAP, object, "rights",
                    "0x%x, but \"%s\" has access 0x%x: they are one and the same", c->is->rights,
                    c->is->region, access);
    }
}

static void region_usable(struct model *m, u32 object)
{
    const struct model_region *r = &m->regions[object];

    if (!r->is->unmapped) {
        return;
    }
    for (u32 i = 0; i < m->count[KIND_CAP]; i++) {
        if (m->caps[i].type == THIMBLE_CAP_REGION && m->caps[i].object == object) {
            return;
        }
    }
    model_error(m, KIND_REGION, object, "unmapped",
                "the cell has no capability to it, so nobody could ever map it");
}

static void cell_other(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];

    if (c->type == THIMBLE_CAP_CELL && m->system->fixed &&
        (c->is->rights & THIMBLE_RIGHT_MAP) != 0) {
        model_error(m, KIND_CAP, object, "rights",
                    "MAP, but the system's memory is fixed: nothing is mapped after boot");
    }
    if (c->type == THIMBLE_CAP_CELL && c->object == c->cell &&
        (c->is->rights & THIMBLE_RIGHT_CONTROL) != 0) {
        model_warning(m, KIND_CAP, object, "rights",
                      "a cell cannot restart itself: of use only if passed on to another");
    }
}

/* Whether the cell may do that with any notification. */
static bool cell_notifies(const struct model *m, u32 cell, u32 right)
{
    const struct span *caps = &m->cells[cell].caps;

    for (u32 i = caps->first; i < caps->first + caps->count; i++) {
        if (m->caps[i].type == THIMBLE_CAP_NOTIFICATION && (m->caps[i].is->rights & right) != 0) {
            return true;
        }
    }
    return false;
}

/* Said once for a cell, at the first of its irqs. */
static void irq_bindable(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];

    if (c->type != THIMBLE_CAP_IRQ || c->object == NOWHERE ||
        cell_notifies(m, c->cell, THIMBLE_RIGHT_SIGNAL)) {
        return;
    }
    for (u32 i = m->cells[c->cell].caps.first; i < object; i++) {
        if (m->caps[i].type == THIMBLE_CAP_IRQ) {
            return;
        }
    }
    model_warning(m, KIND_CAP, object, "irq",
                  "\"%s\": the cell may signal no notification, so there is nothing to bind it to",
                  c->is->irq);
}

static void notification_heard(struct model *m, u32 object)
{
    u32 rights = 0;

    for (u32 i = 0; i < m->count[KIND_CAP]; i++) {
        if (m->caps[i].type == THIMBLE_CAP_NOTIFICATION && m->caps[i].object == object) {
            rights |= m->caps[i].is->rights;
        }
    }
    if ((rights & THIMBLE_RIGHT_SIGNAL) != 0 && (rights & THIMBLE_RIGHT_WAIT) == 0) {
        model_warning(m, KIND_NOTIFICATION, object, NULL,
                      "signalled, but no cell has the right to wait for it");
    }
}

const struct check check_grants[] = {
    {KIND_CAP, region_known},  {KIND_CAP, cell_known},
    {KIND_CAP, region_rights},
    {KIND_CAP, cell_other},    {KIND_CAP, irq_bindable},
    {KIND_REGION, region_usable}, {KIND_NOTIFICATION, notification_heard},
    {KIND_SYSTEM, NULL},
};
