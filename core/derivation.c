/* SPDX-License-Identifier: BSD-2-Clause */
/* Copying, moving and revoking capabilities: see derivation.h. */
#include "derivation.h"

#include "kernel.h"

static bool below(u32 cap, u32 root)
{
    return cap != NONE && derivation_at(cap)->depth > derivation_at(root)->depth;
}

bool derivation_revoking(u32 cap)
{
    return kernel.revocation.cap == cap;
}

u32 derivation_check(u32 from, u32 cell, u32 to_slot)
{
    const struct cell *c = cell_at(cell);

    if (derivation_at(from)->depth >= DERIVATION_DEPTH_MAX) {
        return machine_refuse(THIMBLE_ERR_DEPTH);
    }
    bool free = to_slot < c->slots && kernel.caps[c->slot_base + to_slot] == 0;
    return free ? THIMBLE_OK : machine_refuse(THIMBLE_ERR_TARGET);
}

void derivation_insert(u32 from, u32 to)
{
    u32 next = derivation_at(from)->next;

    *derivation_at(to) = (struct derivation){
        .next = (u16)next,
        .prev = (u16)from,
        .depth = (u8)(derivation_at(from)->depth + 1U),
    };
    derivation_at(from)->next = (u16)to;
    if (next != NONE) {
        derivation_at(next)->prev = (u16)to;
    }
}

/* Takes a leaf out of its list and empties its slot. */
static void cap_unlink(u32 cap)
{
    struct derivation *d = derivation_at(cap);

    if (d->prev != NONE) {
        derivation_at(d->prev)->next = d->next;
    }
    if (d->next != NONE) {
        derivation_at(d->next)->prev = d->prev;
    }
    *d = (struct derivation){.next = NONE, .prev = NONE};
    kernel.caps[cap] = 0;
}

/* Removes a leaf, in steps if it is a mapped region. True when it is gone. */
static bool cap_destroy_step(u32 cap)
{
    u32 type = cap_type(kernel.caps[cap]);

    machine_path(PATH_CAP_DESTROY);
    if (type == THIMBLE_CAP_REGION && !machine_space_fixed() &&
        !region_release_step(cap_object(kernel.caps[cap]))) {
        return false;
    }
    if (type == THIMBLE_CAP_IRQ) {
        irq_cap_moved(cap, NONE);
    }
    cap_unlink(cap);
    return true;
}

/* One step of the revocation under way; true when it has ended with it. */
static bool revocation_step(void)
{
    struct revocation *r = &kernel.revocation;

    machine_path(PATH_REVOKE_STEP);
    if (!r->unlinking) {
        u32 next = derivation_at(r->cursor)->next;
        if (below(next, r->cap)) {
            kernel.caps[next] |= CAP_MARK;
            r->cursor = (u16)next;
        } else {
            r->unlinking = 1;
        }
        return false;
    }
    if (below(r->cursor, r->cap)) {
        u32 prev = derivation_at(r->cursor)->prev;
        if (cap_destroy_step(r->cursor)) {
            r->cursor = (u16)prev;
        }
        return false;
    }
    *r = (struct revocation){.cap = NONE, .cursor = NONE};
    return true;
}

u32 derivation_help(void)
{
    machine_sometimes(MARK_REVOKE_HELPED);
    (void)revocation_step();
    return MORE;
}

/* Removes all below `cap`: THIMBLE_OK when there is nothing left. */
static u32 revoke(u32 cap)
{
    struct revocation *r = &kernel.revocation;

    if (r->cap == NONE) {
        if (!below(derivation_at(cap)->next, cap)) {
            return THIMBLE_OK;
        }
        *r = (struct revocation){.cap = (u16)cap, .cursor = (u16)cap};
    }
    /* If it is another's, ours may be gone when it ends: look anew. */
    bool ours = r->cap == cap;
    machine_sometimes_if(!ours, MARK_REVOKE_OTHER);
    return revocation_step() && ours ? THIMBLE_OK : MORE;
}

/* The capability in a slot, whatever it names: its index. THIMBLE_ERR_SLOT. */
static u32 cap_find(const struct thread *t, u32 slot, u32 *cap)
{
    machine_path(PATH_LOOK_UP);
    if (slot >= t->slots) {
        return machine_refuse(THIMBLE_ERR_SLOT);
    }
    *cap = t->slot_base + slot;
    bool none = kernel.caps[*cap] == 0 || (kernel.caps[*cap] & CAP_MARK) != 0;
    return none ? machine_refuse(THIMBLE_ERR_SLOT) : THIMBLE_OK;
}

u32 derivation_hypercall_copy(struct cpu *cpu)
{
    const struct thread *t = thread_at(cpu->current);
    u32 rights = cpu->regs[2];
    u32 badge = cpu->regs[3];
    u32 from;
    u32 err = cap_find(thread_at(cpu->current), cpu->regs[0], &from);

    if (err != THIMBLE_OK) {
        return err;
    }
    cap_t cap = kernel.caps[from];
    if (cap_type(cap) == THIMBLE_CAP_REGION) {
        return machine_refuse(THIMBLE_ERR_TYPE);
    }
    if (rights == 0 || (rights & ~cap_rights(cap)) != 0) {
        return machine_refuse(THIMBLE_ERR_RIGHTS);
    }
    if (badge != cap_badge(cap) && cap_badge(cap) != 0) {
        return machine_refuse(THIMBLE_ERR_BADGE);
    }
    err = derivation_check(from, t->cell, cpu->regs[1]);
    if (err != THIMBLE_OK) {
        return err;
    }
    if (derivation_revoking(from)) {
        return derivation_help();
    }
    machine_path(PATH_CAP_COPY);
    u32 to = t->slot_base + cpu->regs[1];
    kernel.caps[to] = cap_make(cap_type(cap), rights, cap_object(cap), badge);
    derivation_insert(from, to);
    return THIMBLE_OK;
}

u32 derivation_hypercall_move(struct cpu *cpu)
{
    const struct thread *t = thread_at(cpu->current);
    u32 from;
    u32 err = cap_find(thread_at(cpu->current), cpu->regs[0], &from);

    if (err != THIMBLE_OK) {
        return err;
    }
    u32 to = t->slot_base + cpu->regs[1];
    if (cpu->regs[1] >= t->slots || kernel.caps[to] != 0) {
        return machine_refuse(THIMBLE_ERR_TARGET);
    }
    if (derivation_revoking(from)) {
        return derivation_help();
    }
    machine_path(PATH_CAP_COPY);
    struct derivation *d = derivation_at(from);
    if (d->prev != NONE) {
        derivation_at(d->prev)->next = (u16)to;
    }
    if (d->next != NONE) {
        derivation_at(d->next)->prev = (u16)to;
    }
    if (cap_type(kernel.caps[from]) == THIMBLE_CAP_IRQ) {
        irq_cap_moved(from, to);
    }
    *derivation_at(to) = *d;
    kernel.caps[to] = kernel.caps[from];
    *d = (struct derivation){.next = NONE, .prev = NONE};
    kernel.caps[from] = 0;
    return THIMBLE_OK;
}

u32 derivation_hypercall_revoke(struct cpu *cpu)
{
    u32 cap;
    u32 err = cap_find(thread_at(cpu->current), cpu->regs[0], &cap);

    return err != THIMBLE_OK ? err : revoke(cap);
}

u32 derivation_hypercall_delete(struct cpu *cpu)
{
    u32 cap;
    u32 err = cap_find(thread_at(cpu->current), cpu->regs[0], &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    if (kernel.revocation.cap != NONE || below(derivation_at(cap)->next, cap)) {
        (void)revoke(cap);
        return MORE;
    }
    return cap_destroy_step(cap) ? THIMBLE_OK : MORE;
}

u32 derivation_transfer_check(const struct thread *from, u32 slot, const struct thread *to)
{
    u32 cap;
    u32 err = cap_find(from, slot, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    if (derivation_revoking(cap)) {
        return machine_refuse(THIMBLE_ERR_SLOT);
    }
    if (cap_type(kernel.caps[cap]) == THIMBLE_CAP_REGION &&
        (machine_space_fixed() || !region_available(to->cell))) {
        return machine_refuse(THIMBLE_ERR_REGIONS);
    }
    err = derivation_check(cap, to->cell, to->window);
    return err == THIMBLE_ERR_TARGET ? machine_refuse(THIMBLE_ERR_WINDOW) : err;
}

void derivation_transfer(const struct thread *from, u32 slot, const struct thread *to)
{
    u32 source = from->slot_base + slot;
    u32 target = to->slot_base + to->window;
    cap_t cap = kernel.caps[source];

    machine_path(PATH_CAP_COPY);
    if (cap_type(cap) == THIMBLE_CAP_REGION && !machine_space_fixed()) {
        const struct region *r = region_at(cap_object(cap));
        u32 made = region_make(cap_object(cap), 0, r->map.size, cap_rights(cap), to->cell);
        cap = cap_make(THIMBLE_CAP_REGION, cap_rights(cap), made, cap_badge(cap));
    }
    kernel.caps[target] = cap;
    derivation_insert(source, target);
}

u32 derivation_hypercall_window(struct cpu *cpu)
{
    struct thread *t = thread_at(cpu->current);

    if (cpu->regs[0] >= t->slots && cpu->regs[0] != THIMBLE_NO_SLOT) {
        return machine_refuse(THIMBLE_ERR_SLOT);
    }
    machine_path(PATH_WINDOW);
    t->window = (u16)cpu->regs[0];
    return THIMBLE_OK;
}
