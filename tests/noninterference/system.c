/* SPDX-License-Identifier: BSD-2-Clause */
/* Random systems of three parties: see noninterference.h. */
#include <string.h>

#include "builder.h"
#include "costs.h"
#include "kernel.h"
#include "noninterference.h"

#define AREA 0x40200000U /* of the first party's regions */
#define AREA_SIZE 0x00400000U
#define FIRST_LINE 40U
#define LONG 100000000U /* ticks: a budget that lasts */
#define ACTOR_TICKS 200U

struct plan plan;
struct actor actors[THREAD_MAX];

/* Draws stand alone in their expressions: compilers order them differently. */

static void cells_make(struct source *s)
{
    u32 order[CELL_MAX];

    for (u32 i = 0; i < CELL_MAX; i++) {
        u32 at = source_below(s, i + 1U);
        order[i] = order[at];
        order[at] = i;
    }
    for (u32 i = 0; i < CELL_MAX; i++) {
        u32 cell = build_cell("cell");
        build_derived(cell, 3);
        build_tables(cell, CELL_TABLES);
    }
    for (u32 p = 0; p < PARTIES; p++) {
        for (u32 i = 0; i < PARTY_CELLS; i++) {
            plan.parties[p].cells[i] = order[p * PARTY_CELLS + i];
        }
    }
}

/* Each notification and line has one party. */
static void objects_make(struct source *s)
{
    for (u32 p = 0; p < PARTIES; p++) {
        for (u32 i = 0; i < 2U; i++) {
            struct party *party = &plan.parties[p];
            bool edge = source_percent(s, 60);
            party->notifications[i] = build_notification();
            party->lines[i] = FIRST_LINE + (p * 2U + i) * 3U;
            party->irqs[i] = build_irq((u16)party->lines[i], edge);
        }
    }
}

/* Those of observers differ, so that none waits for another's turn. */
static u32 priority_draw(struct source *s, u32 party, u32 number)
{
    u32 base = 20U + 8U * number + party;

    if (party == ACTOR) {
        return plan.mode == MODE_ERASED ? 10U + source_below(s, 60) : 1U + source_below(s, 15);
    }
    if (plan.mode == MODE_TIMED) {
        /* Less urgent than the actor, it would see when its guest's line is let in. */
        return party == 1U ? 200U : base;
    }
    return base;
}

static void budget_draw(struct source *s, u32 thread, u32 party)
{
    u32 period = 200U + source_below(s, 2000);
    u32 share = 1U + source_below(s, 10);

    if (party == ACTOR) {
        /* Less than half of the time together, where it may be more urgent. */
        u32 budget = plan.mode == MODE_ERASED ? period / 20U : period * share / 10U;
        build_budget(thread, budget, period);
    } else if (plan.mode == MODE_EXACT) {
        build_budget(thread, period * share / 10U, period);
    } else {
        build_budget(thread, LONG, LONG);
    }
}

static void actor_make(u32 party, u32 cell, u32 thread, bool active)
{
    struct party *p = &plan.parties[party];
    u32 index = boot_thread_index(thread);

    p->threads[p->count++] = index;
    p->actives += active;
    actors[index] =
        (struct actor){.thread = index, .party = party, .cell = cell, .active = active};
    build_script(thread, script_step, &actors[index], sizeof(actors[index]));
}

static void actives_make(struct source *s, u32 party)
{
    struct party *p = &plan.parties[party];
    u32 count = party == ACTOR ? 2U : 1U + source_below(s, 2);
    bool vcpu = source_percent(s, 60);

    if (plan.mode == MODE_TIMED && party == 1U) {
        count = 1;
    }
    /* There are two: the actor's and one observer's. */
    vcpu = vcpu && (party == ACTOR || party == (plan.mode == MODE_TIMED ? 2U : 1U));
    for (u32 i = 0; i < count + (vcpu ? 1U : 0); i++) {
        /* The most urgent last: the vCPU is the least. */
        bool guest = vcpu && i == 0;
        u32 cell = p->cells[party == ACTOR ? i % 2U : guest ? 1U : 0];
        u32 priority = priority_draw(s, party, i);
        u32 thread = build_active(cell, (u8)priority, NULL, i + 1U);
        budget_draw(s, thread, party);
        actor_make(party, cell, thread, true);
        if (guest) {
            build_vcpu(thread, (u8)(priority > 2U ? priority - 2U : 1U));
            p->vcpu = boot_thread_index(thread);
            actors[p->vcpu].vcpu = true;
        }
        actors[boot_thread_index(thread)].lowest = i == 0;
    }
}

static void passives_make(struct source *s, u32 party)
{
    struct party *p = &plan.parties[party];
    u32 count = 1U + source_below(s, 3);

    for (u32 i = 0; i < count; i++) {
        u32 level = 2U * i + source_below(s, 2);
        u32 cell = p->cells[source_below(s, PARTY_CELLS)];
        u32 thread = build_passive(cell, (u8)level, NULL, 0);
        actor_make(party, cell, thread, false);
    }
}

/* Who may call whom, signal what, and so on, within the party. */
static void caps_make(struct source *s, u32 party, u32 cell)
{
    static const u32 badges[] = {0, 1, 2, 0x80000000U};
    const struct party *p = &plan.parties[party];

    for (u32 i = 0; i < p->count; i++) {
        u32 rights = source_percent(s, 60) ? 3U : 1U;
        if (p->threads[i] == p->vcpu) {
            (void)build_grant(cell, THIMBLE_CAP_THREAD, 3, p->threads[i] - 1U, 0);
        } else if (i >= p->actives) {
            (void)build_grant(cell, THIMBLE_CAP_THREAD, (u8)rights, p->threads[i] - 1U, i);
        }
    }
    for (u32 i = 0; i < 2U; i++) {
        u32 badge = badges[source_below(s, 4)];
        (void)build_grant(cell, THIMBLE_CAP_NOTIFICATION, 3, p->notifications[i], badge);
        (void)build_grant(cell, THIMBLE_CAP_CELL, 3, p->cells[i], 0);
    }
}

static void regions_make(struct source *s, u32 party, u32 number)
{
    static const u32 sizes[] = {0x1000, 0x3000, 0x9000, 0x41000, 0x200000, 0x201000};
    const struct party *p = &plan.parties[party];
    u32 cell = p->cells[number];

    for (u32 i = 0; i < 2U; i++) {
        u32 offset = source_below(s, 3) * PAGE_SIZE;
        u32 size = sizes[source_below(s, ARRAY_SIZE(sizes))];
        /* An observer's memory has one type: aliases of several depend on caches. */
        u32 memory = party == ACTOR ? source_below(s, 3) : (u32)MEMORY_NORMAL;
        struct machine_mapping map = {
            .pa = paddr(AREA + party * AREA_SIZE + (size < 0x100000U ? offset : 0)),
            .size = size,
            .memory = (u8)memory,
            .access = ACCESS_READ | ACCESS_WRITE,
        };
        u32 region = build_region(cell, map);
        build_unmapped(region);
        (void)build_grant(cell, THIMBLE_CAP_REGION, map.access, region, 0);
    }
    (void)build_grant(cell, THIMBLE_CAP_IRQ, 1, p->irqs[number], 0);
}

static void handlers_make(struct source *s, u32 party)
{
    const struct party *p = &plan.parties[party];

    for (u32 i = 0; i < p->count && p->actives < p->count; i++) {
        u32 handler = p->actives + source_below(s, p->count - p->actives);
        u32 cell = actors[p->threads[i]].cell;
        if (source_percent(s, i < p->actives ? 97 : 80)) {
            u32 to = p->threads[handler] - 1U;
            u32 slot = build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, to, 9);
            build_handler(p->threads[i] - 1U, slot, source_below(s, 12));
        }
    }
}

static void seeds_make(u64 seed, u32 variant)
{
    for (u32 i = 1; i < THREAD_MAX; i++) {
        struct actor *a = &actors[i];
        bool differs = a->party == ACTOR && a->cell == plan.parties[ACTOR].cells[0];
        u64 own = seed * 64U + i;
        source_seed(&a->source, differs ? own ^ (u64)(variant + 1U) << 40 : own);
        a->hungry = a->party == ACTOR && source_percent(&a->source, 40);
        if (differs && variant == SILENT) {
            a->steps = SILENT;
        }
    }
}

static void prices_make(void)
{
    if (plan.mode == MODE_EXACT) {
        memset(sim_clock.cost, 0, sizeof(sim_clock.cost));
        memset(sim_clock.helper, 0, sizeof(sim_clock.helper));
    }
}

const char *system_make(u64 seed, u32 variant)
{
    struct sim_options options = {.seed = seed};
    struct source s;

    source_seed(&s, seed);
    memset(&plan, 0, sizeof(plan));
    memset(actors, 0, sizeof(actors));
    plan.mode = (enum mode)source_below(&s, MODES);
    build_begin();
    cells_make(&s);
    objects_make(&s);
    for (u32 p = 0; p < PARTIES; p++) {
        actives_make(&s, p);
    }
    for (u32 p = 0; p < PARTIES; p++) {
        passives_make(&s, p);
        for (u32 i = 0; i < PARTY_CELLS; i++) {
            caps_make(&s, p, plan.parties[p].cells[i]);
            regions_make(&s, p, i);
        }
        handlers_make(&s, p);
    }
    for (u32 i = 0; i < CELL_MAX; i++) {
        build_slots(i, CELL_SLOTS);
    }
    const char *misfit = build_boot(&options);
    seeds_make(seed, variant);
    prices_make();
    u32 every[] = {0, 50, 500};
    sim_mmu_speculate_every(&sim.mmu, every[source_below(&s, 3)]);
    sim_cache_disturb_every(&sim.cache, every[source_below(&s, 3)]);
    trace_set(&kernel.cpu[0], source_percent(&s, 15));
    return misfit;
}

/* Others are less urgent: of them there is one stretch of the core, and one deadline taken
 * before. Systems have guests, and so small pools that these costs hold as they are. */
u64 system_bound(void)
{
    static const u32 stretch[] = COSTS_GUESTS_STRETCH;
    static const u32 release[] = COSTS_GUESTS_RELEASE;

    return stretch[0] + 2U * release[0];
}
