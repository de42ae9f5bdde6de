/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States: packed as what differs from the first one, and hashed without what makes no
 * difference to what follows.
 */
#include <stdlib.h>
#include <string.h>

#include "explore.h"
#include "kernel.h"
#include "klog.h"
#include "sim.h"

#define TABLES_SIZE (SIM_TABLE_PAGES * PAGE_SIZE)
#define TABLES_AT (SIM_RAM_SIZE - TABLES_SIZE)
#define IMAGE_WORDS (1U << 14)

struct packed {
    u32 count;
    u32 pad;
    struct {
        u32 at;
        u32 low, high;
    } word[];
};

static struct {
    const struct scope *scope;
    u32 words;
    u64 first[IMAGE_WORDS];
    u64 now[IMAGE_WORDS];
    size_t bytes;
} s;

/* All that a step reads or writes and that is not the same after each: of the model what
 * comes before this step's choices; of the log not its text. No cell has cached memory
 * written, so caches are empty. */
#define PARTS 8U
static const struct part {
    void *at;
    size_t size;
} parts[PARTS] = {
    {&kernel, sizeof(kernel)},
    {&model, offsetof(struct model, lines)},
    {&klog, offsetof(struct klog, text)},
    {&sim_clock, offsetof(struct sim_clock, cost)},
    {&sim.gic, sizeof(sim.gic)},
    {&sim.timer, sizeof(sim.timer)},
    {&sim.mmu, sizeof(sim.mmu)},
    {&sim.ram.bytes[TABLES_AT], TABLES_SIZE},
};

static u32 part_count(void)
{
    return (s.scope->flags & SCOPE_TABLES) != 0 ? PARTS : PARTS - 1U;
}

static void image_take(u64 *image)
{
    u8 *to = (u8 *)image;

    for (u32 i = 0; i < part_count(); i++) {
        memcpy(to, parts[i].at, parts[i].size);
        to += (parts[i].size + 7U) & ~(size_t)7;
    }
}

static void image_give(const u64 *image)
{
    const u8 *from = (const u8 *)image;

    for (u32 i = 0; i < part_count(); i++) {
        memcpy(parts[i].at, from, parts[i].size);
        from += (parts[i].size + 7U) & ~(size_t)7;
    }
}

void state_begin(const struct scope *scope)
{
    size_t size = 0;

    s.scope = scope;
    for (u32 i = 0; i < part_count(); i++) {
        size += (parts[i].size + 7U) & ~(size_t)7;
    }
    s.words = (u32)(size / sizeof(u64));
    if (s.words > IMAGE_WORDS) {
        abort();
    }
    image_take(s.first);
    memcpy(s.now, s.first, size);
    s.bytes = 0;
}

struct packed *state_pack(void)
{
    u32 count = 0;

    image_take(s.now);
    for (u32 i = 0; i < s.words; i++) {
        count += s.now[i] != s.first[i];
    }
    size_t size = sizeof(struct packed) + count * sizeof(((struct packed *)NULL)->word[0]);
    struct packed *p = malloc(size);
    if (p == NULL) {
        abort();
    }
    p->count = 0;
    for (u32 i = 0; i < s.words; i++) {
        if (s.now[i] != s.first[i]) {
            p->word[p->count].at = i;
            p->word[p->count].low = (u32)s.now[i];
            p->word[p->count++].high = (u32)(s.now[i] >> 32);
        }
    }
    s.bytes += size;
    return p;
}

void state_unpack(const struct packed *p)
{
    memcpy(s.now, s.first, s.words * sizeof(u64));
    for (u32 i = 0; i < p->count; i++) {
        s.now[p->word[i].at] = (u64)p->word[i].high << 32 | p->word[i].low;
    }
    image_give(s.now);
}

void state_again(void)
{
    image_give(s.now);
}

size_t state_bytes(void)
{
    return s.bytes;
}

/* ---- hashing -------------------------------------------------------------*/

/* Counted from now. Of what has passed it does not matter when. */
static u64 from_now(u64 time, u64 now)
{
    return time == MODEL_NEVER ? MODEL_NEVER : time > now ? time - now : 0;
}

/* Only who waits to try again, or to go on, has registers that are read. */
static void normal_threads(struct kernel *k)
{
    memset(k->cpu[0].regs, 0, sizeof(k->cpu[0].regs));
    for (u32 i = 0; i < k->thread_count; i++) {
        struct thread *t = &k->threads[i];
        if (i == k->cpu[0].current ||
            (t->state != THREAD_PENDING_CALL && t->state != THREAD_RESTART)) {
            memset(t->regs, 0, sizeof(t->regs));
        }
        if (t->fault_kind == 0) {
            t->fault_access = 0;
            t->fault_address = 0;
            t->fault_pc = 0;
        }
        t->fault_action = 0; /* for the machine alone */
        t->fault_value = 0;
    }
}

/* When its period ends matters less and less (core/sc.h): a context that blocks, and would have
 * a new budget if it woke now, has one whenever it wakes. One that is ready, and cannot use up
 * what remains before its period ends, has a new one when it runs out, or wakes. `over` are the
 * ticks that it has run since cpu->started, if they are more than it has. */
static void normal_budget(const struct kernel *k, struct sc *sc, u64 now, u64 over)
{
    u32 state = k->threads[sc->thread].state;
    bool depleted = sc->armed != 0 && !sc->queued && state != THREAD_WAITING &&
                    state != THREAD_SLEEPING;
    u64 left = from_now(sc->deadline, now);

    if (depleted) {
        /* A refill that is late counts from the deadline; by a period or more, from then. */
        u64 late = now > sc->deadline ? now - sc->deadline : 0;
        left = late < sc->period ? sc->deadline - now : 0ULL - sc->period;
    } else if (sc->queued) {
        left = over == 0 && sc->budget < sc->period && left <= sc->remaining ? 0 : left;
    } else if (left == 0 || (u64)sc->remaining * sc->period > left * sc->budget) {
        left = 0;
        sc->remaining = sc->remaining != 0 ? sc->budget : 0;
    }
    sc->deadline = left;
    sc->given = sc->remaining;
    sc->depleted = 0;
}

/* The running context is charged up to now, unless it has run out: then the timer's
 * interrupt is still to come. */
static void normal_times(struct kernel *k, u64 now)
{
    struct cpu *cpu = &k->cpu[0];
    u64 ran = now - cpu->started;

    if (cpu->sc == NONE) {
        cpu->started = 0;
    } else if (ran < k->scs[cpu->sc].remaining) {
        k->scs[cpu->sc].remaining -= (u32)ran;
        cpu->started = 0;
    } else {
        cpu->started = ran;
    }
    cpu->timer = from_now(cpu->timer, now);
    for (u32 node = 1; node <= PLACES; node++) {
        k->due[node][0] = from_now(k->due[node][0], now);
        k->due[node][1] = from_now(k->due[node][1], now);
    }
    for (u32 i = 0; i < k->sc_count; i++) {
        normal_budget(k, &k->scs[i], now, cpu->sc == i ? cpu->started : 0);
    }
}

/* A guest turns its interface on, and its mask off, before it takes an interrupt, and takes none
 * before (step_run.c). Until then the core only keeps both. */
static void normal_interface(struct normal *n)
{
    n->gic.cpu[0].vmcr = 0;
    n->gic.cpu[0].virq = false;
    n->gic.cpu[0].vfiq = false;
    n->kernel.vcpus[0].interface[0] = 0;
    if ((n->gic.banked[0].enabled >> VCPU_LINE_TIMER & 1U) == 0) { /* loading a vCPU sets it */
        n->gic.cpu[0].priority[VCPU_LINE_TIMER] = 0;
    }
}

/* Whoever uses a line gives it its urgency. */
static void normal_unused(struct vcpu *v)
{
    for (u32 line = 0; line < VCPU_LINES; line++) {
        u32 word = line / 32U;
        u32 bit = 1U << line % 32U;
        bool used = v->source[line] != VCPU_SOURCE_NONE ||
                    ((v->pending[word] | v->active[word] | v->high[word]) & bit) != 0;
        for (u32 i = 0; i < MACHINE_LISTS; i++) {
            used |= v->line[i] == line;
        }
        if (!used) {
            v->priority[line] = 0;
            v->urgent[word] &= ~bit;
            for (u32 i = 0; i < VCPU_LINE_RANKS; i++) {
                v->rank[i][word] &= ~bit;
            }
        }
    }
    if (v->source[VCPU_LINE_TIMER] != VCPU_SOURCE_TIMER) {
        v->timer_mask = 0;
    }
}

/* What is in the hardware is not in the struct. */
static void normal_vcpu(struct kernel *k, u64 now)
{
    struct vcpu *v = &k->vcpus[0];

    if (k->cpu[0].vcpu == 0) {
        v->timer = 0;
        v->timer_control = 0;
        memset(v->lists, 0, sizeof(v->lists));
        memset(v->interface, 0, sizeof(v->interface));
    }
    v->timer = (v->timer_control & SIM_TIMER_ENABLE) != 0 ? from_now(v->timer, now) : 0;
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        v->lists[i] = v->line[i] == VCPU_NO_LINE ? 0 : v->lists[i];
    }
    if (k->threads[v->thread].fault_kind == 0) {
        memset(v->exit, 0, sizeof(v->exit));
    }
    normal_unused(v);
}

/* Where there are fewer lines than list registers, all of different priorities, it makes no
 * difference which has which, nor whether one has ended, or never had a line. The guest's lines
 * are of the hardware if its vCPU is loaded. */
static void normal_lists(struct normal *n)
{
    struct vcpu *v = &n->kernel.vcpus[0];
    u32 *words = n->kernel.cpu[0].vcpu == 0 ? n->gic.cpu[0].lr : v->lists;
    u8 line[MACHINE_LISTS];
    u32 word[MACHINE_LISTS] = {0};
    u32 count = 0;

    memset(line, VCPU_NO_LINE, sizeof(line));
    for (u32 l = 0; l < VCPU_LINES; l++) {
        for (u32 i = 0; i < MACHINE_LISTS; i++) {
            bool begins = (v->high[l / 32U] >> l % 32U & 1U) != 0;
            if (v->line[i] == l &&
                (begins || (words[i] & (MACHINE_LIST_STATE | MACHINE_LIST_TOLD)) != 0)) {
                line[count] = (u8)l;
                word[count++] = words[i];
            }
        }
    }
    memcpy(v->line, line, sizeof(line));
    memcpy(words, word, sizeof(word));
}

/* Which list register has which line makes no difference where all are of different priorities:
 * they are put in order of lines. */
static void normal_order(struct normal *n)
{
    struct vcpu *v = &n->kernel.vcpus[0];
    u32 *words = n->kernel.cpu[0].vcpu == 0 ? n->gic.cpu[0].lr : v->lists;

    for (u32 i = 1; i < MACHINE_LISTS; i++) {
        for (u32 at = i; at != 0 && v->line[at - 1U] > v->line[at]; at--) {
            u8 line = v->line[at];
            u32 word = words[at];
            v->line[at] = v->line[at - 1U];
            words[at] = words[at - 1U];
            v->line[at - 1U] = line;
            words[at - 1U] = word;
        }
    }
}

static u64 mix(u64 hash, const void *data, size_t size)
{
    const u8 *bytes = data;
    u64 word = 0;

    for (size_t i = 0; i < size; i += sizeof(word)) {
        memcpy(&word, bytes + i, size - i < sizeof(word) ? size - i : sizeof(word));
        hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
        hash ^= hash >> 32;
    }
    return hash;
}

/* As a set: where an entry stands matters only to evictions, and it is never full. */
static u64 mix_tlb(u64 hash)
{
    u64 sum = 0;

    for (u32 i = 0; i < SIM_TLB_ENTRIES; i++) {
        if (sim.mmu.tlb[i].tag != 0) {
            sum += mix(hash, &sim.mmu.tlb[i], sizeof(sim.mmu.tlb[i]));
        }
    }
    for (u32 i = 0; i < SIM_IPA_ENTRIES; i++) {
        if (sim.mmu.ipa[i].tag != 0) {
            sum += mix(~hash, &sim.mmu.ipa[i], sizeof(sim.mmu.ipa[i]));
        }
    }
    return mix(hash ^ sum, sim.mmu.stores, sim.mmu.store_count * sizeof(sim.mmu.stores[0]));
}

/* The pages in which there is anything. */
static u64 mix_tables(u64 hash)
{
    static const u8 zero[PAGE_SIZE];

    for (u32 p = SIM_RAM_PAGES - SIM_TABLE_PAGES; p < SIM_RAM_PAGES; p++) {
        const u8 *page = &sim.ram.bytes[p * PAGE_SIZE];
        if (((sim.ram.used[p / 64U] | sim.ram.dirty[p / 64U]) >> p % 64U & 1U) != 0 &&
            memcmp(page, zero, PAGE_SIZE) != 0) {
            hash = mix(hash ^ p, page, PAGE_SIZE);
        }
    }
    return hash;
}

const struct normal *state_normal(void)
{
    static struct normal n;
    u64 now = sim_timer_count(sim_clock.now);

    n.kernel = kernel;
    normal_threads(&n.kernel);
    normal_times(&n.kernel, now);
    normal_vcpu(&n.kernel, now);
    for (u32 i = 0; i < SIM_TIMER_KINDS; i++) {
        n.ctl[i] = sim.timer.ctl[i];
        n.cval[i] = (n.ctl[i] & SIM_TIMER_ENABLE) != 0 ? from_now(sim.timer.cval[i], now) : 0;
    }
    n.gic = sim.gic;
    normal_interface(&n);
    if ((s.scope->flags & SCOPE_ROOM) != 0) {
        normal_lists(&n);
    } else if ((s.scope->flags & SCOPE_LONG) != 0) {
        normal_order(&n);
    }
    return &n;
}

u64 state_hash(void)
{
    u64 hash = mix(0x243f6a8885a308d3ULL, state_normal(), sizeof(struct normal));

    if ((s.scope->flags & SCOPE_TABLES) != 0) {
        hash = mix_tlb(hash);
        hash = mix_tables(hash);
    }
    return hash;
}
