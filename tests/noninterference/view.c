/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What there is of a party, in the core and in the machine. Regions have no number here:
 * which of the free ones is taken depends on everybody, and nobody can see it.
 * Registers count that will be read again.
 */
#include <string.h>

#include "deadlines.h"
#include "kernel.h"
#include "noninterference.h"
#include "sim.h"

static u32 hash;

static void mix(u64 value)
{
    u64 h = (hash ^ value) * 0x9e3779b97f4a7c15ULL;

    hash = (u32)(h >> 32) ^ (u32)h * 31U;
}

static void mix_region(const struct region *r)
{
    mix((u64)r->map.pa.raw << 32 | r->map.gpa.raw);
    mix((u64)r->map.size << 32 | r->done);
    mix((u64)r->map.memory << 40 | (u64)r->map.access << 32 | (u32)r->cell << 16 | r->owner);
    mix((u64)r->reserved << 8 | r->state);
}

static void mix_caps(const struct cell *c, bool regions)
{
    for (u32 i = c->slot_base; i < (u32)c->slot_base + c->slots; i++) {
        cap_t cap = kernel.caps[i];
        if (cap_type(cap) == THIMBLE_CAP_REGION) {
            if (regions) {
                mix_region(&kernel.regions[cap_object(cap)]);
            }
            cap &= ~(cap_t)0xffff0000U;
        }
        if (!regions) {
            const struct derivation *d = &kernel.derivations[i];
            mix(cap);
            mix((u64)d->next << 32 | (u32)d->prev << 16 | d->depth);
        }
    }
}

static void mix_cell(const struct cell *c)
{
    mix(c->space);
    mix((u64)c->tables << 48 | (u64)c->quota << 32 | (u32)c->regions << 16 | c->region_quota);
    mix((u64)c->restart << 32 | (u32)c->slots << 16 | c->slot_base);
}

static void mix_thread(const struct thread *t)
{
    mix((u64)t->recv_key << 48 | (u64)t->reply_key << 32 | (u32)t->caller << 16 | t->waits_on);
    mix((u64)t->state << 48 | (u64)t->level << 40 | (u64)t->restart << 32 | (u32)t->window << 16 |
        t->handler);
    mix((u64)t->fault_kind << 48 | (u64)t->fault_access << 40 | t->fault_address);
    mix((u64)t->fault_action << 32 | t->fault_value);
    mix(t->fault_pc);
}

/* Of a thread that runs not: as it finds them, or as its call will be tried again. */
static void mix_registers(u32 index)
{
    const struct thread *t = &kernel.threads[index];
    bool called = t->reply_key != NONE && (t->reply_key & REPLY_KEY_FAULT) == 0;

    if (index == kernel.cpu[0].current || t->state == THREAD_STOPPED || t->recv_key != NONE ||
        called) {
        return;
    }
    u32 first = t->state == THREAD_WAITING ? 2 : 0;
    const struct actor *a = &actors[index];
    if (a->last.step == SIM_STEP_HYPERCALL && a->last.number == THIMBLE_CALL &&
        t->regs[0] == THIMBLE_ERR_DEAD) {
        return; /* of some time before: see record_own() */
    }
    for (u32 i = first; i < THREAD_REGS; i++) {
        mix(t->regs[i]);
    }
}

static void mix_line(const struct irq *irq)
{
    mix((u64)irq->target << 48 | (u64)irq->cap << 32 | (u32)irq->cell << 24 |
        (u32)irq->active << 16 | (u32)irq->vcpu << 8 | irq->virtual_line);
    mix((sim_gic_enabled(&sim.gic, 0, irq->line) ? 1U : 0) |
        (sim_gic_active(&sim.gic, 0, irq->line) ? 2U : 0) |
        (sim_gic_pending(&sim.gic, 0, irq->line) ? 4U : 0));
}

/* As its guest can see it, whether loaded or not. */
static void mix_vcpu(const struct vcpu *v)
{
    bool loaded = &kernel.vcpus[kernel.cpu[0].vcpu % VCPU_MAX] == v &&
                  kernel.cpu[0].vcpu != NONE;

    for (u32 line = 0; line < VCPU_LINES; line++) {
        u32 bit = 1U << line % 32U;
        bool high = (v->high[line / 32U] & bit) != 0;
        bool pending = (v->pending[line / 32U] & bit) != 0;
        bool active = false;
        for (u32 i = 0; i < MACHINE_LISTS; i++) {
            if (v->line[i] == line) {
                u32 word = loaded ? machine_list_read(i) : v->lists[i];
                active |= (word & MACHINE_LIST_ACTIVE) != 0;
                pending |= (word & MACHINE_LIST_PENDING) != 0 ||
                           ((word & MACHINE_LIST_STATE) == 0 && high);
            }
        }
        mix((pending ? 1U : 0) | (active ? 2U : 0) | (high ? 4U : 0) |
            ((v->urgent[line / 32U] & bit) != 0 ? 8U : 0) | (u32)v->priority[line] << 4 |
            (u32)v->source[line] << 16);
    }
    for (u32 i = 0; i < VCPU_EXIT_WORDS; i++) {
        mix(v->exit[i]);
    }
}

static void mix_time(u32 index)
{
    const struct cpu *cpu = &kernel.cpu[0];
    const struct sc *sc = &kernel.scs[index];

    mix(sc_urgency(sc)->priority);
    if (plan.mode != MODE_EXACT) {
        return;
    }
    u64 ran = cpu->sc == index ? sim_clock.now / 16U - cpu->started : 0;
    mix(ran < sc->remaining ? sc->remaining - ran : 0);
    mix(sc_consumed(sc) + ran);
    mix(sc->deadline);
    mix(sc_deadline(sc, 0));
    mix(sc->queued);
}

static u32 part(const struct party *p, enum view_part which)
{
    hash = 0x811c9dc5U;
    for (u32 i = 0; i < PARTY_CELLS; i++) {
        if (which == VIEW_CAPS || which == VIEW_REGIONS) {
            mix_caps(&kernel.cells[p->cells[i]], which == VIEW_REGIONS);
        } else if (which == VIEW_CELLS) {
            mix_cell(&kernel.cells[p->cells[i]]);
        } else if (which == VIEW_NOTIFICATIONS) {
            const struct notification *n = &kernel.notifications[p->notifications[i]];
            mix((u64)n->bits << 32 | (u32)n->waiter << 16 | (u32)n->vcpu << 8 | n->line);
        } else if (which == VIEW_LINES) {
            mix_line(&kernel.irqs[p->irqs[i]]);
        }
    }
    for (u32 i = 0; i < p->count; i++) {
        if (which == VIEW_THREADS) {
            mix_thread(&kernel.threads[p->threads[i]]);
        } else if (which == VIEW_REGISTERS) {
            mix_registers(p->threads[i]);
        } else if (which == VIEW_TIME && i < p->actives) {
            mix_time(kernel.threads[p->threads[i]].sc);
        }
    }
    if (which == VIEW_VCPU && p->vcpu != 0) {
        mix_vcpu(&kernel.vcpus[kernel.threads[p->vcpu].vcpu - 1U]);
    }
    return hash;
}

void view_take(u32 party, u32 *parts)
{
    for (u32 i = 0; i < VIEW_PARTS; i++) {
        parts[i] = part(&plan.parties[party], (enum view_part)i);
    }
}

static u64 mix_pages(u64 sum, u32 from, u32 to)
{
    for (u32 page = from; page < to; page++) {
        bool used = (sim.ram.used[page / 64U] | sim.ram.dirty[page / 64U]) >> page % 64U & 1U;
        const u8 *bytes = &sim.ram.bytes[(u64)page * PAGE_SIZE];
        for (u32 i = 0; used && i < PAGE_SIZE; i += 8U) {
            u64 word;
            memcpy(&word, bytes + i, sizeof(word));
            sum = word != 0 ? (sum ^ word ^ (u64)page << 32 ^ i) * 0x9e3779b97f4a7c15ULL : sum;
        }
    }
    return sum;
}

u64 view_memory(u32 party)
{
    u64 sum = 1;

    for (u32 i = 0; i < PARTY_CELLS; i++) {
        u32 page = plan.parties[party].cells[i] * 16U;
        sum = mix_pages(sum, page, page + 16U);
    }
    u32 area = 0x200U + party * 0x400U;
    return mix_pages(sum, area, area + 0x400U);
}
