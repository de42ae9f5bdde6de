/* SPDX-License-Identifier: BSD-2-Clause */
/* A random description, with deadlines that are just met: see deadlines.h. */
#include <stdio.h>
#include <string.h>

#include "deadlines.h"
#include "sim_clock.h"
#include "timing.h"

struct plan plan;

static const char *const cell_names[] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7",
                                         "c8", "c9", "c10", "c11", "c12", "c13"};
static const char *const thread_names[] = {"t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"};
static const char *const note_names[] = {
    "n0",  "n1",  "n2",  "n3",  "n4",  "n5",  "n6",  "n7",  "n8",  "n9",  "n10",
    "n11", "n12", "n13", "n14", "n15", "n16", "n17", "n18", "n19", "n20", "n21",
    "n22", "n23", "n24", "n25", "n26", "n27", "n28", "n29", "n30", "n31", "n32",
    "n33", "n34", "n35", "n36", "n37", "n38", "n39"};
static const char *const irq_names[] = {"i0", "i1", "i2", "i3", "i4", "i5", "i6"};
static const char *const server_names[] = {"c0.t0", "c0.t1"};
static const char *const first_names[] = {"c0.t0", "c1.t0", "c2.t0",  "c3.t0",  "c4.t0",
                                          "c5.t0", "c6.t0", "c7.t0",  "c8.t0",  "c9.t0",
                                          "c10.t0", "c11.t0", "c12.t0", "c13.t0"};

static u32 below(u32 n)
{
    return source_below(&plan.source, n);
}

static bool percent(u32 p)
{
    return source_percent(&plan.source, p);
}

static u32 cap_count(u32 cell)
{
    u32 count = 0;

    while (plan.caps[cell][count].slot != 0) {
        count++;
    }
    return count;
}

static struct system_cap *cap_add(u32 cell, u32 slot)
{
    struct system_cap *cap = &plan.caps[cell][cap_count(cell)];

    cap->slot = (u16)slot;
    return cap;
}

static u32 cell_add(void)
{
    u32 cell = plan.cell_count++;

    plan.cells[cell] = (struct system_cell){
        .name = cell_names[cell], .program = "x", .memory = 64U * KIB,
        .threads = plan.threads[cell], .caps = plan.caps[cell]};
    return cell;
}

/* Threads are added cell by cell, so that actors are in the order of the description. */
static struct actor *thread_add(u32 cell, u32 number, enum act act)
{
    struct actor *a = &plan.actors[plan.actor_count];

    *a = (struct actor){.act = act, .index = plan.actor_count};
    plan.actor_count++;
    plan.threads[cell][number].name = thread_names[number];
    return a;
}

static void note_add(u32 cell, u32 slot, u32 number)
{
    struct system_cap *cap = cap_add(cell, slot);

    plan.notifications[number].name = note_names[number];
    cap->notification = note_names[number];
    cap->rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT;
    cap->badge = 1;
}

/* ---- servers ------------------------------------------------------------------- */

/* Two, of which the first may call the second. */
static void draw_servers(void)
{
    u32 cell = cell_add();
    bool nested = percent(50);

    for (u32 i = 0; i < 2U; i++) {
        struct actor *a = thread_add(cell, i, ACT_SERVER);
        struct system_thread *t = &plan.threads[cell][i];
        t->passive = true;
        t->level = (u8)(1U - i);
        t->service_us = 3U + below(20);
        a->nested = nested && i == 0;
    }
    if (nested) {
        struct system_cap *cap = cap_add(cell, SLOT_SERVER);
        cap->thread = server_names[1];
        cap->rights = THIMBLE_RIGHT_CALL;
        plan.threads[cell][0].service_us += plan.threads[cell][1].service_us;
    }
    for (u32 i = 0; i < 2U; i++) {
        u64 inside = nested && i == 0 ? plan.threads[cell][1].service_us * US : 0;
        plan.actors[i].service = plan.threads[cell][i].service_us * US - inside - 2U * US;
    }
}

static void draw_calls(u32 cell, u32 chance)
{
    for (u32 i = 0; i < 2U; i++) {
        if (percent(chance)) {
            struct system_cap *cap = cap_add(cell, SLOT_SERVER + i);
            cap->thread = server_names[i];
            cap->rights = THIMBLE_RIGHT_CALL;
        }
    }
}

static bool may_call(u32 cell, u32 server)
{
    for (u32 i = 0; i < cap_count(cell); i++) {
        if (plan.caps[cell][i].slot == SLOT_SERVER + server) {
            return true;
        }
    }
    return false;
}

/* ---- threads with budgets ------------------------------------------------------- */

static void draw_time(struct actor *a, struct system_thread *t, u32 share)
{
    static const u32 periods[] = {200, 230, 400, 410, 500, 1000, 1030, 2000, 2000};

    t->period_us = periods[below(ARRAY_SIZE(periods))];
    t->budget_us = t->period_us * share / 100U;
    t->budget_us = t->budget_us < 12U ? 12U : t->budget_us;
    a->period = t->period_us * US;
    a->budget = t->budget_us * US;
    /* Most at the same times, some a little before or after. */
    a->first = 2000U * US;
    if (percent(40)) {
        a->first = a->first + below(8000) - 4000U;
    }
    a->first = a->first / 16U * 16U;
}

static void draw_act(struct actor *a, u32 cell, struct system_thread *t)
{
    u32 kind = below(100);

    a->act = kind < 45   ? ACT_JOB
             : kind < 62 ? ACT_GREEDY
             : kind < 75 ? ACT_CUNNING
             : kind < 90 ? ACT_NAPPER
                         : ACT_STORM;
    a->apart = percent(30);
    bool may = a->act != ACT_GREEDY && a->act != ACT_CUNNING && !plan.target &&
               plan.irq_count < ARRAY_SIZE(irq_names);
    if (may && percent(a->act == ACT_JOB ? 60 : 35)) {
        a->line = true;
        a->irq = plan.irq_count++;
        plan.irqs[a->irq] = (struct system_irq){
            .name = irq_names[a->irq], .line = (u16)(40U + a->irq)};
        plan.devices[a->irq] = (struct device){.line = 40U + a->irq, .at = SIM_TIME_NEVER,
                                                .earliest = SIM_TIME_NEVER};
        struct system_cap *cap = cap_add(cell, SLOT_IRQ);
        cap->irq = irq_names[a->irq];
        cap->rights = THIMBLE_RIGHT_HANDLE;
    }
    /* A cunning one renews at most three budgets in a period. */
    a->wakes = a->act == ACT_STORM     ? 0
               : a->act == ACT_NAPPER  ? 1U + below(4)
               : a->act == ACT_CUNNING ? 4U
                                       : 1U;
    if (a->act == ACT_JOB || a->act == ACT_NAPPER) {
        a->calls[0] = may_call(cell, 0) ? 1U + below(2) : 0;
        a->calls[1] = may_call(cell, 1) ? 1U + below(2) : 0;
    }
    t->wakes = (u16)(percent(80) ? a->wakes : 0);
}

static void draw_limited(u32 *left)
{
    static const u8 priorities[] = {20, 30, 30, 40, 50};
    u32 cell = cell_add();
    u32 share = 3U + below(percent(50) ? 12U : 35U);

    share = share < *left ? share : *left;
    if (share < 3U) {
        plan.cells[--plan.cell_count] = (struct system_cell){.name = NULL};
        return;
    }
    *left -= share;
    struct actor *a = thread_add(cell, 0, ACT_JOB);
    struct system_thread *t = &plan.threads[cell][0];
    t->priority = priorities[below(ARRAY_SIZE(priorities))];
    note_add(cell, SLOT_NOTE, a->index);
    draw_calls(cell, 35);
    draw_time(a, t, share);
    draw_act(a, cell, t);
}

/* ---- what is less urgent --------------------------------------------------------- */

static void draw_sleepers(void)
{
    u32 cell = cell_add();
    u32 count = 1U + below(6);

    for (u32 i = 0; i < count; i++) {
        struct actor *a = thread_add(cell, i, ACT_SLEEPER);
        plan.threads[cell][i].priority = (u8)(1U + below(3));
        a->first = 2000U * US;
        a->period = 200U * US;
        note_add(cell, SLOT_NOTE + i, a->index);
    }
}

static void draw_mapper(void)
{
    u32 cell = cell_add();

    plan.regions[0] = (struct system_region){.name = "big", .unmapped = true, .size = MIB,
                                             .access = ACCESS_READ | ACCESS_WRITE};
    plan.cells[cell].regions = plan.regions;
    plan.cells[cell].tables = 16;
    (void)thread_add(cell, 0, ACT_MAPPER);
    plan.threads[cell][0].priority = 1;
    struct system_cap *cap = cap_add(cell, SLOT_REGION);
    cap->region = "big";
    cap->rights = ACCESS_READ | ACCESS_WRITE;
}

static void draw_restarts(void)
{
    u32 cell = cell_add();
    u32 count = 2U + below(3);

    for (u32 i = 0; i < count; i++) {
        (void)thread_add(cell, i, ACT_FAULTER);
        plan.threads[cell][i].priority = (u8)(1U + below(3));
    }
    u32 dog = cell_add();
    struct actor *a = thread_add(dog, 0, ACT_RESTARTER);
    plan.threads[dog][0].priority = 2;
    a->period = 30U * US;
    a->first = 2000U * US;
    note_add(dog, SLOT_NOTE, a->index);
    struct system_cap *cap = cap_add(dog, SLOT_CELL);
    cap->cell = cell_names[cell];
    cap->rights = THIMBLE_RIGHT_CONTROL;
}

static void draw_caller(void)
{
    u32 cell = cell_add();

    (void)thread_add(cell, 0, ACT_CALLER);
    plan.threads[cell][0].priority = (u8)(1U + below(3));
    draw_calls(cell, 100);
}

/* A guest, with or without a budget, its handler, and who starts it, above it. */
static void draw_guest(u32 *left)
{
    u32 cell = cell_add();
    struct actor *a = thread_add(cell, 0, ACT_GUEST);
    struct system_thread *t = &plan.threads[cell][0];

    plan.cells[cell].vm = true;
    plan.cells[cell].program = NULL;
    plan.cells[cell].memory = 0;
    t->fault_handler = 1;
    t->priority = (u8)(percent(50) ? 5U : 35U);
    if (*left >= 10U && (t->priority > 5U || percent(50))) {
        *left -= 10U;
        draw_time(a, t, 10);
    } else {
        t->priority = 5;
    }
    t->low_priority = (u8)(percent(50) ? 4U : 0);
    struct system_cap *cap = cap_add(cell, 1);
    cap->thread = first_names[cell + 1U];
    cap->rights = THIMBLE_RIGHT_CALL;

    u32 vmm = cell_add();
    struct actor *handler = thread_add(vmm, 0, ACT_SERVER);
    plan.threads[vmm][0].passive = true;
    plan.threads[vmm][0].level = 1;
    plan.threads[vmm][0].service_us = 5;
    handler->service = 1000;
    (void)thread_add(vmm, 1, ACT_MANAGER);
    plan.threads[vmm][1].priority = 6;
    note_add(vmm, SLOT_NOTE, handler->index);
    cap = cap_add(vmm, SLOT_VCPU);
    cap->thread = first_names[cell];
    cap->rights = THIMBLE_RIGHT_CONTROL;
}

/* ---- deadlines ------------------------------------------------------------------- */

/* The least that the checker accepts, and what it says is left then. */
static void promise(const struct model *m, struct actor *a, u32 cell)
{
    struct system_thread *t = &plan.threads[cell][0];
    struct bound b = timing_bound(m, a->index, t->period_us * US);

    if ((a->act != ACT_JOB && a->act != ACT_GREEDY) || b.total > t->period_us * US) {
        return;
    }
    t->deadline_us = (u32)((b.total + US - 1U) / US);
    a->left = timing_left(&b);
    a->left += a->apart && a->left != 0 ? b.late : 0;
    if (a->act == ACT_JOB && job_gone(a) > a->left) {
        a->calls[0] = 0;
        a->calls[1] = 0;
    }
    if (a->act == ACT_GREEDY || job_gone(a) <= a->left) {
        a->bound = b.total; /* else there is no job that it is promised for */
        plan.promises++;
    }
}

static bool promises(FILE *errors)
{
    struct model m;
    const struct board *board = plan.target ? board_find("virt") : &board_sim;
    bool good = model_make(&m, &plan.system, board, errors);

    for (u32 cell = 1; good && cell < plan.cell_count; cell++) {
        u32 thread = m.cells[cell].threads.first;
        if (timing_limited(&plan.threads[cell][0]) && !plan.cells[cell].vm) {
            promise(&m, &plan.actors[thread], cell);
        }
    }
    model_free(&m);
    return good;
}

static void begin(u64 seed, bool target)
{
    memset(&plan, 0, sizeof(plan));
    plan.target = target;
    source_seed(&plan.source, seed);
    plan.system = (struct system){.name = "drawn", .cells = plan.cells,
                                  .notifications = plan.notifications, .irqs = plan.irqs};
    draw_servers();
}

static bool finish(FILE *errors)
{
    u32 sc = 0;

    for (u32 i = 0; i < plan.actor_count; i++) {
        plan.actors[i].sc = plan.actors[i].act == ACT_SERVER ? NONE : sc++;
        plan.notifications[i].name = note_names[i]; /* without a gap */
    }
    return promises(errors);
}

bool draw_bystanders(u32 which, FILE *errors)
{
    begin(which + 1U, false);
    u32 cell = cell_add();
    struct actor *a = thread_add(cell, 0, ACT_JOB);
    note_add(cell, SLOT_NOTE, a->index);
    plan.threads[cell][0].priority = 200;
    plan.threads[cell][0].budget_us = 10;
    plan.threads[cell][0].period_us = 100;
    *a = (struct actor){.act = ACT_JOB, .index = a->index, .first = 2000U * US,
                        .period = 100U * US, .budget = 10U * US, .wakes = 1};
    for (u32 i = 0; i < 4U && which == 0; i++) {
        draw_sleepers();
    }
    if (which == 1U) {
        draw_mapper();
    } else if (which == 2U) {
        draw_restarts();
    }
    draw_caller();
    return finish(errors);
}

bool draw(u64 seed, bool target, FILE *errors)
{
    begin(seed, target);
    u32 left = 50U + below(45);
    u32 count = 1U + below(5);
    for (u32 i = 0; i < count; i++) {
        draw_limited(&left);
    }
    if (percent(60)) {
        draw_sleepers();
    }
    if (percent(50)) {
        draw_mapper();
    }
    if (percent(30)) {
        draw_restarts();
    }
    if (percent(20) && !target) {
        draw_guest(&left);
    }
    draw_caller();
    return finish(errors);
}
