/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities, and the tree of what was derived from what. See model.h. */
#include "model.h"

#include <string.h>

u32 model_find(u32 cell, u32 slot, u32 *cap)
{
    if (slot >= model.cells[cell].slots) {
        return THIMBLE_ERR_SLOT;
    }
    *cap = model.cells[cell].first + slot;
    if (model.caps[*cap].type == THIMBLE_CAP_EMPTY || model.caps[*cap].marked) {
        return THIMBLE_ERR_SLOT;
    }
    return THIMBLE_OK;
}

u32 model_look_up(u32 cell, u32 slot, u32 type, u32 right, u32 *cap)
{
    u32 err = model_find(cell, slot, cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    if (model.caps[*cap].type != type) {
        return THIMBLE_ERR_TYPE;
    }
    return (model.caps[*cap].rights & right) == right ? THIMBLE_OK : THIMBLE_ERR_RIGHTS;
}

/* ---- the tree ------------------------------------------------------------*/

static u32 depth_of(u32 cap)
{
    u32 depth = 0;

    while (model.caps[cap].parent != MODEL_NONE) {
        cap = model.caps[cap].parent;
        depth++;
    }
    return depth;
}

u32 model_derive_check(u32 from, u32 cell, u32 slot)
{
    if (depth_of(from) >= MODEL_DEPTH) {
        return THIMBLE_ERR_DEPTH;
    }
    if (slot >= model.cells[cell].slots ||
        model.caps[model.cells[cell].first + slot].type != THIMBLE_CAP_EMPTY) {
        return THIMBLE_ERR_TARGET;
    }
    return THIMBLE_OK;
}

/* Derives a copy into a slot that has been checked. */
u32 model_derive(u32 from, u32 cell, u32 slot)
{
    u32 to = model.cells[cell].first + slot;
    struct model_cap *parent = &model.caps[from];

    memmove(&parent->child[1], &parent->child[0], parent->children);
    parent->child[0] = (u8)to;
    parent->children++;
    model.caps[to].type = parent->type;
    model.caps[to].rights = parent->rights;
    model.caps[to].object = parent->object;
    model.caps[to].badge = parent->badge;
    model.caps[to].parent = from;
    return to;
}

static u32 child_place(u32 cap)
{
    const struct model_cap *parent = &model.caps[model.caps[cap].parent];
    u32 place = 0;

    while (parent->child[place] != cap) {
        place++;
    }
    return place;
}

/* A capability without children goes. */
static void leaf_remove(u32 cap)
{
    if (model.caps[cap].parent != MODEL_NONE) {
        struct model_cap *parent = &model.caps[model.caps[cap].parent];
        u32 place = child_place(cap);
        parent->children--;
        memmove(&parent->child[place], &parent->child[place + 1U], parent->children - place);
    }
    model.caps[cap].type = THIMBLE_CAP_EMPTY;
    model.caps[cap].marked = false;
    model.caps[cap].parent = MODEL_NONE;
}

/* Marks come to parents before their children, newest children first. */
static u32 first_unmarked_below(u32 cap)
{
    const struct model_cap *c = &model.caps[cap];

    for (u32 i = 0; i < c->children; i++) {
        u32 child = c->child[i];
        u32 found = model.caps[child].marked ? first_unmarked_below(child) : child;
        if (found != MODEL_NONE) {
            return found;
        }
    }
    return MODEL_NONE;
}

static u32 last_below(u32 cap)
{
    while (model.caps[cap].children != 0) {
        cap = model.caps[cap].child[model.caps[cap].children - 1U];
    }
    return cap;
}

/* The irq capability that a line was bound by: where it goes, the binding goes. */
static void binding_follow(u32 from, u32 to)
{
    for (u32 i = 0; i < model.irq_count; i++) {
        if (model.irqs[i].cap == from && to == MODEL_NONE) {
            model_irq_silence(i);
        } else if (model.irqs[i].cap == from) {
            model.irqs[i].cap = to;
        }
    }
}

/* A region that loses its capability loses its mapping first, unless memory is fixed. */
static u32 remove_unit(u32 cap)
{
    if (model.caps[cap].type == THIMBLE_CAP_REGION && !model.fixed &&
        !model_region_remove_unit(model.caps[cap].object)) {
        return MODEL_MORE;
    }
    binding_follow(cap, MODEL_NONE);
    leaf_remove(cap);
    return THIMBLE_OK;
}

/* ---- revocation ----------------------------------------------------------*/

/* One unit of the revocation under way. Everything is marked before anything
 * goes. THIMBLE_OK when it has ended. */
u32 model_revoke_unit(void)
{
    u32 next = first_unmarked_below(model.revoking);

    if (next != MODEL_NONE) {
        model.caps[next].marked = true;
        return MODEL_MORE;
    }
    if (model.caps[model.revoking].children != 0) {
        (void)remove_unit(last_below(model.revoking));
        return MODEL_MORE;
    }
    model.revoking = MODEL_NONE;
    return THIMBLE_OK;
}

/* There is one revocation at a time: who needs another helps to finish it. */
static u32 revoke_unit(u32 cap)
{
    if (model.revoking == MODEL_NONE) {
        if (model.caps[cap].children == 0) {
            return THIMBLE_OK;
        }
        model.revoking = cap;
    }
    bool ours = model.revoking == cap;
    u32 status = model_revoke_unit();
    return ours ? status : MODEL_MORE;
}

/* What is being revoked stays as it is until that has ended: who wants to derive
 * from it or move it helps. */
static u32 help(void)
{
    (void)model_revoke_unit();
    return MODEL_MORE;
}

/* ---- hypercalls ----------------------------------------------------------*/

u32 model_cap_copy(u32 thread)
{
    const struct model_thread *t = &model.threads[thread];
    u32 slot = t->regs[1];
    u32 rights = t->regs[2];
    u32 badge = t->regs[3];
    u32 from;
    u32 err = model_find(t->cell, t->regs[0], &from);

    if (err != THIMBLE_OK) {
        return err;
    }
    const struct model_cap *c = &model.caps[from];
    if (c->type == THIMBLE_CAP_REGION) {
        return THIMBLE_ERR_TYPE;
    }
    if (rights == 0 || (rights & ~c->rights) != 0) {
        return THIMBLE_ERR_RIGHTS;
    }
    if (badge != c->badge && c->badge != 0) {
        return THIMBLE_ERR_BADGE;
    }
    err = model_derive_check(from, t->cell, slot);
    if (err != THIMBLE_OK) {
        return err;
    }
    if (model.revoking == from) {
        return help();
    }
    u32 to = model_derive(from, t->cell, slot);
    model.caps[to].rights = rights;
    model.caps[to].badge = badge;
    return THIMBLE_OK;
}

u32 model_cap_move(u32 thread)
{
    const struct model_thread *t = &model.threads[thread];
    u32 slot = t->regs[1];
    u32 from;
    u32 err = model_find(t->cell, t->regs[0], &from);

    if (err != THIMBLE_OK) {
        return err;
    }
    u32 to = model.cells[t->cell].first + slot;
    if (slot >= model.cells[t->cell].slots || model.caps[to].type != THIMBLE_CAP_EMPTY) {
        return THIMBLE_ERR_TARGET;
    }
    if (model.revoking == from) {
        return help();
    }
    binding_follow(from, to);
    model.caps[to] = model.caps[from];
    if (model.caps[to].parent != MODEL_NONE) {
        model.caps[model.caps[to].parent].child[child_place(from)] = (u8)to;
    }
    for (u32 i = 0; i < model.caps[to].children; i++) {
        model.caps[model.caps[to].child[i]].parent = to;
    }
    model.caps[from].type = THIMBLE_CAP_EMPTY;
    model.caps[from].parent = MODEL_NONE;
    model.caps[from].children = 0;
    return THIMBLE_OK;
}

u32 model_cap_revoke(u32 thread)
{
    const struct model_thread *t = &model.threads[thread];
    u32 cap;
    u32 err = model_find(t->cell, t->regs[0], &cap);

    return err != THIMBLE_OK ? err : revoke_unit(cap);
}

u32 model_cap_delete(u32 thread)
{
    const struct model_thread *t = &model.threads[thread];
    u32 cap;
    u32 err = model_find(t->cell, t->regs[0], &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    if (model.revoking != MODEL_NONE || model.caps[cap].children != 0) {
        (void)revoke_unit(cap);
        return MODEL_MORE;
    }
    return remove_unit(cap);
}

u32 model_window(u32 thread)
{
    struct model_thread *t = &model.threads[thread];
    u32 slot = t->regs[0];

    if (slot >= model.cells[t->cell].slots && slot != THIMBLE_NO_SLOT) {
        return THIMBLE_ERR_SLOT;
    }
    t->window = slot;
    return THIMBLE_OK;
}

/* ---- with a message ------------------------------------------------------*/

u32 model_transfer_check(u32 from, u32 slot, u32 to)
{
    u32 cap;
    u32 err = model_find(model.threads[from].cell, slot, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    if (model.revoking == cap) {
        return THIMBLE_ERR_SLOT; /* a message does not wait */
    }
    if (model.caps[cap].type == THIMBLE_CAP_REGION &&
        !model_region_left(model.threads[to].cell)) {
        return THIMBLE_ERR_REGIONS;
    }
    err = model_derive_check(cap, model.threads[to].cell, model.threads[to].window);
    return err == THIMBLE_ERR_TARGET ? THIMBLE_ERR_WINDOW : err;
}

void model_transfer(u32 from, u32 slot, u32 to)
{
    u32 source = model.cells[model.threads[from].cell].first + slot;
    u32 target = model_derive(source, model.threads[to].cell, model.threads[to].window);
    struct model_cap *c = &model.caps[target];

    if (c->type == THIMBLE_CAP_REGION) {
        c->object = model_region_make(c->object, 0, model.regions[c->object].size, c->rights,
                                      model.threads[to].cell);
    }
}
